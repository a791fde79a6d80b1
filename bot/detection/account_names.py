"""The name of an account: its words, what stands in brackets, and which member of staff may be meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.detection.pupils.lexicon import Lexicon
from bot.detection.text import folded
from bot.domain.roster import StaffMember

Key = str  # the words of a name run together, as it is looked up: "Sinéad Mc Garrigle" is "sineadmcgarrigle"

_WOMEN, _MEN = frozenset({"mrs", "miss", "ms"}), frozenset({"mr", "sir"})
TITLES = _WOMEN | _MEN | {"mx", "dr", "prof", "rev"}
_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]?")
_BORN = re.compile(r"^(\S+\s+\S.*?)\s+(?:nee|formerly)\s+(\S.*)$")
_DROPPED = re.compile(r"[^\w-]|_")
_LONGEST = 160  # of an account's name in letters; Facebook allows fewer
_KISSES = re.compile(r"x+")


@dataclass(frozen=True, slots=True)
class AccountName:
    """One reading of an account's name. A hyphen stays in its word: "garside-holt"."""

    title: str
    words: tuple[str, ...]

    @property
    def key(self) -> Key:
        return key(self.words)

    @property
    def turned(self) -> Key:
        """The family name first: "Whitworth Joanne"."""
        return key((self.words[-1], *self.words[:-1])) if len(self.words) > 1 else ""

    def firsts_and_lasts(self) -> Iterator[tuple[str, Key]]:
        """Each way to part it: the first word, and the family name after it or after middle names."""
        first, *rest = self.words or ("",)
        for n in range(len(rest)):
            yield key((first,)), key(rest[n:])
        for part in rest[-1].split("-") if rest and "-" in rest[-1] else ():
            yield key((first,)), part


def key(words: Iterable[str]) -> Key:
    """Blanks and hyphens part names at people's pleasure, so that they count for nothing."""
    return "".join(words).replace("-", "")


def read_name(name: str) -> tuple[AccountName, ...]:
    """As it stands without brackets, then with the former name in them: "Jo Whitworth (Ashton)", "née Ashton"."""
    text = folded(name[:_LONGEST])
    former = _BRACKETS.findall(text)
    if born := _BORN.match(text):
        former.append(born[2])
    main = _read(born[1] if born else _BRACKETS.sub(" ", text))
    others = [_read(said) for said in former]
    whole = [
        AccountName("", (*main.words[:-1], *other.words)) if len(other.words) == 1 else other
        for other in others
        if other.words
    ]
    return (main, *whole)


def _read(text: str) -> AccountName:
    words = [word for part in text.split() if (word := _DROPPED.sub("", part).strip("-"))]
    title = words.pop(0) if len(words) > 1 and words[0] in TITLES else ""
    while len(words) > 1 and _KISSES.fullmatch(words[-1]):
        words.pop()
    return AccountName(title, tuple(words))


class AlikeStaff:
    """Whose name an account's name is like, at the cost of a few look-ups."""

    def __init__(self, staff: Iterable[StaffMember], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._by_last: defaultdict[Key, list[tuple[StaffMember, frozenset[str]]]] = defaultdict(list)
        for member in staff:
            firsts = _firsts(member, lexicon)
            for last in _lasts(member):
                self._by_last[last].append((member, firsts))

    def like(self, name: AccountName) -> Iterator[tuple[StaffMember, str]]:
        """The members, with what is alike, for a sentence."""
        for first, last in name.firsts_and_lasts():
            for member, firsts in self._by_last.get(last, ()):
                if first in firsts:
                    yield member, "the first name, or a short form of it, and the family name"
                elif len(first) == 1 and first == key(_words(member.first_name))[:1]:
                    yield member, "the initial and the family name"
        if name.title:
            for member, _ in self._by_last.get(name.key, ()):
                if _suits(name.title, member.title):
                    yield member, "the title and the family name"
        # Lee Mason is not Mason Lee: turned only where the family name can't be a first name.
        if len(name.words) > 1 and key(name.words[:-1]) not in self._lexicon.known_names:
            for member, firsts in self._by_last.get(key(name.words[:-1]), ()):
                if key(name.words[-1:]) in firsts:
                    yield member, "the family name and the first name"


def _firsts(member: StaffMember, lexicon: Lexicon) -> frozenset[str]:
    words = _words(member.first_name)
    own = {key(words), *words[:1]}
    return frozenset(own | {other for name in own for _, other in lexicon.other_forms(name)})


def _lasts(member: StaffMember) -> set[Key]:
    words = _words(member.last_name)
    parts = [part for word in words if "-" in word for part in word.split("-") if len(part) > 2]
    return {last for last in (key(words), *parts) if last}


def _words(name: str) -> tuple[str, ...]:
    return _read(folded(name)).words


def _suits(said: str, title: str | None) -> bool:
    """Mrs Whitworth is Miss Whitworth to many, but never Mr Whitworth."""
    known = _DROPPED.sub("", folded(title or ""))
    return not any(said in titles and known in other for titles, other in ((_WOMEN, _MEN), (_MEN, _WOMEN)))
