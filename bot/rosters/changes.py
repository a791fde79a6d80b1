"""A new list put together with the one in force: who came, changed and went, and what the school had added stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Generic, TypeVar

from bot.domain.roster import Pupil, StaffMember
from bot.rosters import values
from bot.rosters.reading import Reading

Person = TypeVar("Person", Pupil, StaffMember)

# Taken over from the list in force where the new file has no such column: an MIS seldom exports them.
PUPILS_KEEP = {"image": "image_consent", "video": "video_consent", "name": "name_consent"}
STAFF_KEEP = {
    "facebook": "facebook_name",
    "facebook_id": "facebook_id",
    "children": "children",
    "title": "title",
    "role": "role",
}


@dataclass(frozen=True, slots=True)
class Changes(Generic[Person]):
    """What the new list would change. Who is `gone` becomes a leaver, or is dropped if the school keeps none."""

    added: tuple[Person, ...] = ()
    changed: tuple[tuple[Person, Person], ...] = ()  # as it was, as it will be
    gone: tuple[Person, ...] = ()
    dropped: tuple[Person, ...] = ()  # leavers whose time is up, and the forgotten
    held: int = 0  # people of broken rows: they stay as they were


@dataclass(frozen=True, slots=True)
class Merged(Generic[Person]):
    """The list that would be in force, and how it differs."""

    people: tuple[Person, ...]
    changes: Changes[Person]


def merge_pupils(
    old: Sequence[Pupil], reading: Reading[Pupil], today: date, keep_days: int, forget: Iterable[str] = ()
) -> Merged[Pupil]:
    """Aliases, marks and middle names survive; who is no longer listed becomes a leaver."""
    before, forgotten = {pupil.id: pupil for pupil in old}, {*forget}
    now = {pupil.id: _pupil_kept(before.get(pupil.id), pupil, reading.has) for pupil in reading.people}
    held = [p for p in old if p.id not in now and p.id in reading.ids_of_bad_rows]
    away = [p for p in old if p.id not in now and p.id not in reading.ids_of_bad_rows]
    gone = [p for p in away if not p.left_on and p.id not in forgotten]
    leavers = [replace(p, left_on=p.left_on or today.isoformat()) for p in away]
    everybody = [*now.values(), *held, *leavers]
    kept = [p for p in everybody if p.id not in forgotten and not _time_is_up(p, today, keep_days)]
    ids = {p.id for p in kept}
    return Merged(
        tuple(kept),
        Changes(
            added=tuple(p for p in now.values() if p.id not in before and p.id in ids),
            changed=tuple(
                (before[p.id], p) for p in now.values() if p.id in ids and before.get(p.id, p) != p
            ),
            gone=tuple(gone),
            dropped=tuple(p for p in old if p.id not in ids and p not in gone),
            held=len(held),
        ),
    )


def merge_staff(old: Sequence[StaffMember], reading: Reading[StaffMember]) -> Merged[StaffMember]:
    """Facebook names and ids and own children survive; who is no longer listed is dropped."""
    before = {member.id: member for member in old}
    now = {m.id: _kept(before.get(m.id), m, STAFF_KEEP, reading.has) for m in reading.people}
    held = [m for m in old if m.id not in now and m.id in reading.ids_of_bad_rows]
    return Merged(
        (*now.values(), *held),
        Changes(
            added=tuple(m for m in now.values() if m.id not in before),
            changed=tuple((before[m.id], m) for m in now.values() if before.get(m.id, m) != m),
            gone=tuple(m for m in old if m.id not in now and m not in held),
            held=len(held),
        ),
    )


def fields_changed(old: Person, new: Person) -> list[str]:
    """The names of the fields that differ."""
    return [f.name for f in fields(old) if getattr(old, f.name) != getattr(new, f.name)]


def _pupil_kept(old: Pupil | None, new: Pupil, has: frozenset[str]) -> Pupil:
    if old is None:
        return new
    return replace(
        _kept(old, new, PUPILS_KEEP, has),
        middle_names=new.middle_names or old.middle_names,
        aliases=values.once([*old.aliases, *new.aliases]),
        protected=old.protected or new.protected,
    )


def _kept(old: Person | None, new: Person, keep: dict[str, str], has: frozenset[str]) -> Person:
    if old is None:
        return new
    kept = {field: getattr(old, field) for column, field in keep.items() if column not in has}
    return replace(new, **kept)


def _time_is_up(pupil: Pupil, today: date, keep_days: int) -> bool:
    return bool(pupil.left_on) and today - date.fromisoformat(str(pupil.left_on)) >= timedelta(days=keep_days)
