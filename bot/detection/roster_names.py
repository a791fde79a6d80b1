"""The names of the roster as runs of words, found by spaCy's PhraseMatcher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from bot.detection.reading import Reading
from bot.detection.text import folded, words
from bot.domain.roster import Pupil, PupilId, Roster

Name = tuple[str, ...]
_UNKNOWN = "-"  # stands for every word that is in no name, so that spaCy's vocabulary never grows
_LEAST_JOINED = 8  # "alfieholt" in a hashtag; shorter runs might be words


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a name stands: words start … end - 1, and whose it may be."""

    start: int
    end: int
    pupils: tuple[PupilId, ...]
    full: bool
    turned: bool = False  # the family name first


@dataclass(slots=True)
class RosterNames:
    """Every way in which the roster's names are looked for."""

    full: dict[Name, list[PupilId]] = field(default_factory=dict)
    turned: dict[Name, list[PupilId]] = field(default_factory=dict)
    first: dict[Name, list[PupilId]] = field(default_factory=dict)
    last_names: dict[PupilId, str] = field(default_factory=dict)
    staff: set[Name] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    def firsts(self) -> set[str]:
        """All first words of first names."""
        return {name[0] for name in self.first}


def split(name: str) -> Name:
    """A name as folded words: "Lily-Mae O'Brien" is four."""
    return tuple(word.text for word in words(folded(name)))


def collect(roster: Roster, word_names: frozenset[str]) -> RosterNames:
    """The names of everybody on the roster."""
    names = RosterNames()
    for pupil in roster.pupils:
        _add(names, pupil, word_names)
    for member in roster.staff:
        names.staff |= {split(f"{member.first_name} {member.last_name}"), split(member.facebook_name or "")}
    names.staff.discard(())
    return names


def _add(names: RosterNames, pupil: Pupil, word_names: frozenset[str]) -> None:
    firsts = {called for name in pupil.called for called in _ways(split(name))}
    lasts = set(_ways(split(pupil.last_name)))
    names.last_names[pupil.id] = " ".join(split(pupil.last_name))
    names.classes |= set(split(pupil.class_name or ""))
    for first, last in product(firsts, lasts):
        _note(names.full, first + last, pupil.id)
        _note(names.turned, last + first, pupil.id)
        if len("".join(first + last)) >= _LEAST_JOINED:
            _note(names.full, ("".join(first + last),), pupil.id)
    for first in firsts:
        _note(names.first, first, pupil.id)
        if len(first) == 1 and len(first[0]) > 3 and first[0] not in word_names and first[0][-1] != "s":
            _note(names.first, (f"{first[0]}s",), pupil.id)  # "alfies mum"


def _ways(name: Name) -> Iterator[Name]:
    """As it stands, its parts of a double name, and run together."""
    if not name:
        return
    yield name
    if len(name) == 2:
        yield ("".join(name),)
        if min(map(len, name)) > 2:
            yield name[:1]


def _note(table: dict[Name, list[PupilId]], name: Name, pupil: PupilId) -> None:
    if pupil not in table.setdefault(name, []):
        table[name].append(pupil)


class NameFinder:
    """spaCy's matcher over the words of a comment."""

    def __init__(self, names: RosterNames) -> None:
        import spacy
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc

        self._vocab = spacy.blank("en").vocab
        self._doc = Doc
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._tables = {"full": names.full, "turned": names.turned, "first": names.first}
        self._known = {word for table in self._tables.values() for name in table for word in name}
        for kind, table in self._tables.items():
            if table:
                self._matcher.add(kind, [Doc(self._vocab, words=list(name)) for name in table])

    def mentions(self, reading: Reading) -> list[Mention]:
        """The names that stand in it, full names before first names, none inside another."""
        if self._known.isdisjoint(reading.said):
            return []
        doc = self._doc(self._vocab, words=[w if w in self._known else _UNKNOWN for w in reading.said])
        order = {"full": 0, "turned": 1, "first": 2}
        found = [(self._vocab.strings[key], start, end) for key, start, end in self._matcher(doc)]
        mentions: list[Mention] = []
        taken: set[int] = set()
        for kind, start, end in sorted(found, key=lambda f: (order[f[0]], f[1] - f[2], f[1])):
            if taken.isdisjoint(range(start, end)) and _in_one_breath(reading, start, end, kind):
                taken |= set(range(start, end))
                pupils = self._tables[kind][tuple(reading.said[start:end])]
                mentions.append(Mention(start, end, tuple(pupils), kind != "first", kind == "turned"))
        return sorted(mentions, key=lambda mention: mention.start)


def _in_one_breath(reading: Reading, start: int, end: int, kind: str) -> bool:
    """Two words across a full stop are no name; "Holt, Alfie" is one."""
    gaps = [reading.gap(n) for n in range(start + 1, end)]
    allowed = " '-_," if kind == "turned" else " '-_"
    return all(len(gap) <= 2 and not gap.strip(allowed) for gap in gaps)
