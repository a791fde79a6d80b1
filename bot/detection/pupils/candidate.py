"""One place where a comment may name a pupil."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.detection.pupils.calls import EXACT, Call, Way, pupils_of
from bot.detection.reading import Reading
from bot.domain.roster import PupilId


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of the folded text that may be a pupil's name: words `first` … `last` - 1 of the reading."""

    start: int
    end: int
    first: int
    last: int
    form: str
    calls: tuple[Call, ...]
    manner: str = "plain"  # plain, run_on, stretched, slip, hidden, hashtag, joined, back
    full: str = ""  # "full", "turned", "initial" (Ella M), "initials" (E Marsh)
    possessive: bool = False
    surname_of: frozenset[PupilId] = frozenset()  # the same word as a family name
    nearly: bool = False  # the family name beside it is spelt otherwise

    @property
    def way(self) -> Way:
        return self.calls[0].way

    @property
    def pupils(self) -> frozenset[PupilId]:
        """Those who are called so in the surest way; a first name and the name that one is known by are as sure."""
        if len(self.calls) > 1 and self.way in EXACT and self.calls[1].way in EXACT:  # they come first
            return pupils_of(call for call in self.calls if call.way in EXACT)
        return self.calls[0].pupils

    @property
    def is_surname(self) -> bool:
        return self.way in (Way.SURNAME, Way.SURNAME_SLIP) and not self.full


class Taken:
    """Which places of the text are spoken for."""

    def __init__(self, reading: Reading, *held: Candidate) -> None:
        self._places = bytearray(len(reading.folded.text))
        for one in held:
            self.take(one)

    def take(self, one: Candidate) -> None:
        self._places[one.start : one.end] = b"x" * (one.end - one.start)

    def free(self, one: Candidate) -> bool:
        return self._places.find(b"x", one.start, one.end) < 0


def by_place(found: list[Candidate], place: Callable[[Candidate], int]) -> dict[int, list[Candidate]]:
    """Where each begins or ends, in words."""
    by_place: dict[int, list[Candidate]] = {}
    for one in found:
        by_place.setdefault(place(one), []).append(one)
    return by_place
