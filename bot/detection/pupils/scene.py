"""What a reader sees around a possible name: the words beside it, the post above, the author, the others named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from bot.detection.pupils.calls import Calls, form_of
from bot.detection.pupils.candidate import Candidate
from bot.detection.reading import Reading
from bot.detection.text import fold, words

_MARK = re.compile(r"[.!?,:;()\"\n…/&+-]|'|[^\x00-\xff]")
_LEAST_SHOUTED = 0.6
_TITLES = frozenset(["mr", "mrs", "ms", "dr", "rev", "prof", "cllr"])  # "Dr. Ellie" is no new sentence
_YEAR = re.compile(r"\b(?:year|yr|yrs|y|blwyddyn|primary|p)\s?(\d{1,2})\b|\b(reception|nursery|derbyn)\b")
_OLD_YEAR = re.compile(r"1[89]\d\d|20[01]\d|202[0-3]")
_AND = frozenset(["and", "n", "or", "und", "i", "a"])
MOST_WORDS = 200
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
    _present: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    def mark(self, n: int) -> str:
        """What kind of sign stands before word n: nothing, a comma, the end of a sentence, an emoji."""
        found = self._marks.get(n)
        if found is None:
            gap = self.reading.gap(n)
            title = gap.strip() == "." and self.reading.word(n - 1) in _TITLES
            found = self._marks[n] = "" if gap == " " or title else self._mark(gap)
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
        letters = "".join(filter(str.isalpha, self.reading.folded.original))
        if len(letters) < 4:
            return "short"
        upper = sum(map(str.isupper, letters))
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
    def opening(self) -> tuple[str, ...]:
        """The first words; of a long text its sense is that of its beginning."""
        return tuple(self.reading.said[:MOST_WORDS])

    @cached_property
    def post_text(self) -> str:
        return " ".join(self.post_words)

    @cached_property
    def surely_named(self) -> int:
        """How many candidates can hardly be anything but a first name."""
        return sum(map(self.is_surely_named, self.candidates))

    def is_surely_named(self, c: Candidate) -> bool:
        return bool(c.full or not self.calls.lexicon.is_word(c.form)) and not c.is_surname

    def elsewhere(self, group: frozenset[str], c: Candidate) -> bool:
        """Whether a word of this table stands in the comment, the candidate left out."""
        present = self._present.get(group)
        if present is None:
            present = self._present[group] = frozenset(word for word in self.counts if word in group)
        return self.outside(present, c)

    def outside(self, present: frozenset[str], c: Candidate) -> bool:
        """Whether one of these words of the comment stands outside the candidate."""
        own = self.reading.said[c.first : c.last] if present else []
        return any(self.counts[word] > own.count(word) for word in present)

    @cached_property
    def old_years(self) -> frozenset[str]:
        """Years that no pupil was at this school."""
        return frozenset(word for word in self.counts if len(word) == 4 and _OLD_YEAR.match(word))

    @cached_property
    def signed_off(self) -> int:
        """Where nothing but a greeting follows any more."""
        said, signed = self.reading.said, self.calls.lexicon.signed
        return next((n for n in range(len(said), 0, -1) if said[n - 1] not in signed), 0)

    @cached_property
    def _begins(self) -> dict[int, list[Candidate]]:
        found: dict[int, list[Candidate]] = {}
        for c in self.candidates:
            found.setdefault(c.first, []).append(c)
        return found

    @cached_property
    def _ends(self) -> dict[int, list[Candidate]]:
        found: dict[int, list[Candidate]] = {}
        for c in self.candidates:
            found.setdefault(c.last, []).append(c)
        return found

    def beside(self, c: Candidate) -> Iterator[Candidate]:
        """The candidates next to this one, or with a mere "and" between."""
        word = self.reading.word
        yield from self._ends.get(c.first, ())
        yield from self._begins.get(c.last, ())
        if word(c.first - 1) in _AND:
            yield from self._ends.get(c.first - 1, ())
        if word(c.last) in _AND:
            yield from self._begins.get(c.last + 1, ())

    @cached_property
    def classes_said(self) -> dict[str, list[tuple[int, int]]]:
        """The classes that are named, and where."""
        return self.calls.classes_said(self.reading.said)

    @cached_property
    def years(self) -> frozenset[str]:
        """The years that are named."""
        return years(" ".join(self.reading.said))

    @cached_property
    def years_in_post(self) -> frozenset[str]:
        return years(self.post_text)

    @cached_property
    def classes_in_post(self) -> dict[str, list[tuple[int, int]]]:
        return self.calls.classes_said(self.post_words)

    @cached_property
    def families(self) -> Counter[str]:
        """How many candidates name somebody of each family by the family name."""
        named = (c.pupils for c in self.candidates if c.full or c.is_surname)
        return Counter(form for pupils in named for form in {self.calls.surname_form(p) for p in pupils})


def post_words(reading: Reading) -> tuple[str, ...]:
    """The words of the post that is answered."""
    return _words_of(reading.comment.parent_post or "")


@lru_cache(maxsize=64)
def _words_of(post: str) -> tuple[str, ...]:
    """Kept, because many comments answer the same post."""
    return tuple(word.text for word in words(fold(post).text))


def years(text: str) -> frozenset[str]:
    """Year 4, yr4, Y4, reception."""
    return frozenset(found.group(1) or found.group(2)[:3] for found in _YEAR.finditer(text))
