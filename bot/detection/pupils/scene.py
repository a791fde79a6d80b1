"""What a reader sees around a possible name: the words beside it, the post above, the author, the others named."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from bot.detection.pupils.calls import Calls, form_of
from bot.detection.pupils.candidates import Candidate
from bot.detection.reading import Reading
from bot.detection.text import fold, words

_MARK = re.compile(r"[.!?,:;()\"\n…/&+-]|'|[^\x00-\xff]")
_LEAST_SHOUTED = 0.6
_HEARTS = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Staff:
    """The staff's names as they are looked for."""

    firsts: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    fulls: frozenset[str] = frozenset()


@dataclass
class Scene:
    """One comment and everything in it that bears on whether a name is a pupil's."""

    reading: Reading
    candidates: list[Candidate]
    calls: Calls
    staff: Staff
    _marks: dict[int, str] = field(default_factory=dict)

    def mark(self, n: int) -> str:
        """What kind of sign stands before word n: nothing, a comma, the end of a sentence, an emoji."""
        found = self._marks.get(n)
        if found is None:
            gap = self.reading.gap(n)
            found = self._marks[n] = self._mark(gap) if gap != " " else ""
        return found

    def _mark(self, gap: str) -> str:
        sign = _MARK.search(gap)
        if not sign:
            return ""
        char = sign.group()
        if char in ".!?…\n;:":
            return "."
        if _HEARTS.match(char):
            return "☺"
        return char

    def near(self, n: int, step: int, reach: int) -> list[str]:
        """The words and signs from word n on (or back), at most `reach` of them; "^" and "$" where the text ends."""
        found: list[str] = []
        said = self.reading.said
        place = n
        while len(found) < reach:
            sign = self.mark(place if step > 0 else place + 1)
            if sign and (0 < place + (step < 0) < len(said)):
                found.append(sign)
                if len(found) == reach:
                    break
            if not 0 <= place < len(said):
                found.append("$" if step > 0 else "^")
                break
            found.append(said[place] if not said[place].isdigit() else "0")
            place += step
        return found + [""] * (reach - len(found))

    @cached_property
    def author(self) -> tuple[str, ...]:
        """The author's name as words."""
        writer = self.reading.comment.author
        return tuple(form_of(writer.name).split(" ")) if writer and writer.name else ()

    @cached_property
    def post(self) -> frozenset[str]:
        """The words of the post that is answered."""
        return frozenset(self.post_words)

    @cached_property
    def post_words(self) -> tuple[str, ...]:
        return post_words(self.reading)

    @cached_property
    def habit(self) -> str:
        """How this author uses capitals here: none, all, Every Word, or as taught."""
        letters = [c for c in self.reading.folded.original if c.isalpha()]
        if not letters or len(letters) < 4:
            return "short"
        upper = sum(c.isupper() for c in letters)
        if upper == 0:
            return "none"
        if upper > _LEAST_SHOUTED * len(letters):
            return "all"
        if self.reading.capitals_say_nothing:
            return "title"
        return "taught" if self.reading.capital(0) else "some"

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands in the comment."""
        return Counter(self.reading.said)

    @cached_property
    def surely_named(self) -> int:
        """How many first names there are that can hardly be a word."""
        return sum(
            1
            for c in self.candidates
            if (c.full or not self.calls.lexicon.is_word(c.form)) and not c.is_surname
        )

    def order(self, candidate: Candidate) -> int:
        """Which of the candidates it is."""
        return self._orders[id(candidate)]

    @cached_property
    def _orders(self) -> dict[int, int]:
        return {id(candidate): n for n, candidate in enumerate(self.candidates)}


def post_words(reading: Reading) -> tuple[str, ...]:
    """The words of the post that is answered."""
    return tuple(word.text for word in words(fold(reading.comment.parent_post or "").text))
