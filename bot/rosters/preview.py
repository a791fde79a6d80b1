"""What an import would change, in lines for the person at the screen: counts first, long lists cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from bot.domain.roster import Pupil, StaffMember
from bot.rosters.changes import Changes, fields_changed
from bot.rosters.reading import Reading, told

MOST_SHOWN = 20

Person = TypeVar("Person", Pupil, StaffMember)

FIELDS = {
    "first_name": "first name",
    "last_name": "last name",
    "preferred_name": "preferred name",
    "year_group": "year group",
    "class_name": "class",
    "date_of_birth": "date of birth",
    "image_consent": "image consent",
    "video_consent": "video consent",
    "name_consent": "name consent",
    "middle_names": "middle names",
    "aliases": "aliases",
    "protected": "protected",
    "left_on": "leaver",
    "title": "title",
    "role": "role",
    "facebook_name": "Facebook name",
    "facebook_id": "Facebook id",
    "children": "children",
}
# Of these the values are shown too; of the others it is enough to know that they differ.
SHOWN = ("first_name", "last_name", "year_group", "class_name", "title", "role")


def about_the_file(reading: Reading[Person]) -> list[str]:
    """How it was understood, and what of it was left out."""
    lines = [f"{reading.file}: {_count(len(reading.people), 'entry', 'entries')} read."]
    if reading.assumed:
        lines.append(f"There is no header. Assumed: {reading.assumed}. All other columns are left out.")
    lines += [
        f"The column '{name[:40]}' was not taken over. This service must not hold it: leave it out of the export."
        for name in (*reading.secret, *reading.private)
    ]
    if reading.others:
        names = ", ".join(f"'{name[:40]}'" for name in reading.others[:MOST_SHOWN])
        lines.append(f"Not needed and not taken over: {names}.")
    return lines


def passed_over(reading: Reading[Person], held: int) -> list[str]:
    """What --skip-broken left out, by line."""
    if not reading.bad_rows and not reading.bad_cells:
        return []
    rows, cells = len(reading.bad_rows), len(reading.bad_cells)
    return [
        *told((*reading.bad_rows, *reading.bad_cells), reading.file),
        f"Passed over: {_count(rows, 'row', 'rows')}; left empty: {_count(cells, 'cell', 'cells')}."
        + (f" {held} of these people were on the list already and stay as they were." if held else ""),
    ]


def changes(found: Changes[Person], today: date, keep_days: int | None) -> list[str]:
    """Counts, then who. `keep_days` is None for staff, of whom nobody is kept."""
    lines = [f"{len(found.added)} added, {len(found.changed)} changed, {len(found.gone)} gone."]
    lines += _part("Added", map(_who, found.added))
    lines += _part("Changed", (f"{_who(new)}: {_how(old, new)}" for old, new in found.changed))
    gone = "Gone"
    if keep_days:
        gone = f"Gone, and looked for as leavers until {(today + timedelta(days=keep_days)).isoformat()}"
    lines += _part(gone, map(_who, found.gone))
    return lines + _part("Dropped for good", map(_who, found.dropped))


def _part(title: str, lines: Iterable[str]) -> list[str]:
    shown = list(lines)
    if not shown:
        return []
    more = [f"  … and {len(shown) - MOST_SHOWN} more"] if len(shown) > MOST_SHOWN else []
    return [f"{title} ({len(shown)}):", *(f"  {line}" for line in shown[:MOST_SHOWN]), *more]


def _who(person: Person) -> str:
    return f"{person.id}  {full_name(person)}"


def full_name(person: Pupil | StaffMember) -> str:
    """As it would be written."""
    title = getattr(person, "title", None)
    return " ".join(part for part in (title, person.first_name, person.last_name) if part)


def _how(old: Person, new: Person) -> str:
    return ", ".join(
        _field(name, getattr(old, name), getattr(new, name)) for name in fields_changed(old, new)
    )


def _field(name: str, old: object, new: object) -> str:
    return f"{FIELDS[name]} {old or 'none'} → {new or 'none'}" if name in SHOWN else FIELDS[name]


def entry(person: Pupil | StaffMember) -> list[str]:
    """Everything that is held of one person."""
    lines = [f"{person.id}  {full_name(person)}"]
    for name, words in FIELDS.items():
        value = getattr(person, name, None)
        empty = value is None or value == () or (name == "protected" and not value)
        if name not in ("first_name", "last_name", "title") and not empty:
            lines.append(f"  {words}: {_said(value)}")
    return lines


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def cut(lines: Sequence[str], most: int = MOST_SHOWN) -> list[str]:
    """The first of them, and how many more there are."""
    return [*lines[:most], f"… and {len(lines) - most} more"] if len(lines) > most else list(lines)
