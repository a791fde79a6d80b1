"""What there is on the demo Page, and what was asked of it."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from datetime import UTC, datetime

Who = tuple[str, str]  # id and name


@dataclass(slots=True)
class Thing:
    """A post or a comment."""

    id: str
    number: int
    author: Who | None  # None: the platform does not say
    message: str | None
    created: datetime
    updated: datetime
    post: str | None = None  # of a comment: its post
    parent: str | None = None  # of a reply: the comment above it
    hidden: bool = False
    extra: dict[str, object] = field(
        default_factory=dict
    )  # members of the record as they are; None: not there

    @property
    def is_post(self) -> bool:
        return self.post is None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in the order of time."""
        return (self.created, self.number)


@dataclass(slots=True)
class Rating:
    """A visitor's recommendation."""

    author: Who
    text: str
    created: datetime
    positive: bool


class Shelf:
    """Ids in the order of their times."""

    def __init__(self) -> None:
        self._places: list[tuple[datetime, int, str]] = []

    def __len__(self) -> int:
        return len(self._places)

    def add(self, thing: Thing) -> None:
        insort(self._places, (*thing.place, thing.id))

    def drop(self, thing: Thing) -> None:
        found = bisect_left(self._places, (*thing.place, thing.id))
        if self._places[found : found + 1] == [(*thing.place, thing.id)]:
            del self._places[found]

    def ids(self) -> list[str]:
        """From old to new."""
        return [entry[2] for entry in self._places]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it came; printing it shows neither query nor headers, where a token may stand."""

    method: str
    path: str
    query: dict[str, str] = field(repr=False)
    form: dict[str, str] = field(repr=False)
    headers: dict[str, str] = field(repr=False)  # names in lower case
    at: datetime
    counted_calls: int = 1  # as the platform counts: a batch of seven is seven


@dataclass(frozen=True, slots=True)
class Write:
    """An act through the API that took effect."""

    kind: str  # hide, unhide, delete, reply, edit, ban, unban
    target: str
    at: datetime
    made: str | None = None  # a reply's own id


def stamp(moment: datetime) -> str:
    """As the platform writes times: no colon in the offset."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
