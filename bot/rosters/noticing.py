"""What a school should know about its own list: names that two share, names that are words, ids that lead nowhere."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from bot.domain.roster import Pupil, StaffMember


def shared_names(pupils: Iterable[Pupil]) -> list[str]:
    """Pupils who can't be told apart by their full name."""
    by_name: dict[str, list[Pupil]] = defaultdict(list)
    for pupil in pupils:
        for called in pupil.called:
            by_name[_plain(f"{called} {pupil.last_name}")].append(pupil)
    return [
        f"{' and '.join(p.id for p in same)} share the name {same[0].first_name} {same[0].last_name}".rstrip()
        for same in by_name.values()
        if len(same) > 1
    ]


def word_names(pupils: Iterable[Pupil], words: Set[str]) -> list[str]:
    """Pupils whose whole name is made of ordinary words, such as Summer Day."""
    return [
        f"{pupil.id}: {called} {pupil.last_name} is made of ordinary words".replace("  ", " ")
        for pupil in pupils
        for called in pupil.called
        if {*_plain(called).split(), *_plain(pupil.last_name).split()} <= words
    ]


def unknown_children(staff: Iterable[StaffMember], pupils: Iterable[Pupil]) -> list[str]:
    """Ids of staff's own children that no pupil has."""
    known = {pupil.id for pupil in pupils}
    return [
        f"{member.id}: among the children, {child} is no pupil's id"
        for member in staff
        for child in member.children
        if child not in known
    ]


def who_is_called(pupils: Sequence[Pupil], name: str) -> list[str]:
    """The ids of pupils whose full or first name this is."""
    wanted = _plain(name)
    return [
        pupil.id
        for pupil in pupils
        if wanted in {_plain(n) for called in pupil.called for n in (called, f"{called} {pupil.last_name}")}
    ]


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFD", name.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())
