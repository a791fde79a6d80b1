"""`roster import`: a list read whole, compared, shown, and only then put in force."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot import clock, rosters
from bot.commands import OK, PROBLEM, Problem, Usage
from bot.commands import roster_entries as entries
from bot.commands.common import plainly, settings
from bot.detection.wordlist import WordListError
from bot.domain.roster import Pupil, StaffMember
from bot.rosters import Changes, Reading, RosterError, noticing, preview
from bot.rosters.reading import unbroken
from bot.settings import Settings

MAY_BE_GONE = 0.1
KEEP_OUT = (
    "{file}: the column '{name}' looks like passwords. Take it out of the export and delete this file. To take the"
    " rest over all the same, without that column, say it again with --ignore-columns."
)

Person = TypeVar("Person", Pupil, StaffMember)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line says, and the day."""

    settings: Settings
    preview: bool
    yes: bool
    skip_broken: bool
    ignore_columns: bool
    forget: tuple[str, ...]
    today: date


def roster(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    try:
        with plainly():
            return _do(found, arguments)
    except (RosterError, WordListError) as error:
        raise Usage(str(error)) from None


def _do(found: Settings, arguments: argparse.Namespace) -> int:
    if arguments.what == "show":
        return entries.show(found, arguments.id)
    if arguments.what == "alias":
        name, remove = " ".join(arguments.name), arguments.remove
        if remove is None:
            return entries.alias(found, arguments.pupil, name)
        return entries.remove_alias(found, arguments.pupil, name or " ".join(remove))
    if arguments.what == "protect":
        return entries.protect(found, arguments.pupil, on=not arguments.off)
    return _import(found, arguments)


def _import(found: Settings, arguments: argparse.Namespace) -> int:
    asked = _Asked(
        settings=found,
        preview=arguments.preview,
        yes=arguments.yes,
        skip_broken=arguments.skip_broken,
        ignore_columns=arguments.ignore_columns,
        forget=tuple(arguments.forget),
        today=clock.now().astimezone(ZoneInfo(found.school.timezone)).date(),
    )
    if asked.forget and arguments.staff:
        raise Usage("--forget is for pupils. A member of staff who is not in the export is dropped at once.")
    if not arguments.file and asked.forget:
        return entries.forget(found, asked.forget, yes=asked.yes, only_show=asked.preview)
    if not arguments.file:
        raise Usage("Name the file that your MIS exported: schoolgate roster import pupils.csv")
    take_over = _import_staff if arguments.staff else _import_pupils
    return take_over(asked, Path(arguments.file))


def _import_pupils(asked: _Asked, file: Path) -> int:
    target = entries.pupils_file(asked.settings)
    reading = _accepted(asked, rosters.pupils_of(file))
    old, lost = _in_force(target, rosters.read_pupils)
    _refuse_to_forget(asked, reading, old)
    keep_days = asked.settings.retention.leavers_days
    merged = rosters.merge_pupils(old, reading, asked.today, keep_days, asked.forget)
    _show(reading, merged.changes, asked.today, keep_days)
    current = [pupil for pupil in old if not pupil.left_on]
    doubts = [*lost, *_doubts(reading, current, merged.changes)]
    if not _agreed(asked, doubts):
        return PROBLEM if doubts else OK
    rosters.write_pupils(target, merged.people)
    return _in_force_now(target)


def _import_staff(asked: _Asked, file: Path) -> int:
    target = entries.staff_file(asked.settings)
    reading = _accepted(asked, rosters.staff_of(file))
    old, lost = _in_force(target, rosters.read_staff)
    merged = rosters.merge_staff(old, reading)
    _show(reading, merged.changes, asked.today, None)
    for line in preview.cut(noticing.unknown_children(merged.people, entries.pupils(asked.settings))):
        print(line)
    doubts = [*lost, *_doubts(reading, old, merged.changes)]
    if not _agreed(asked, doubts):
        return PROBLEM if doubts else OK
    rosters.write_staff(target, merged.people)
    return _in_force_now(target)


def _accepted(asked: _Asked, reading: Reading[Person]) -> Reading[Person]:
    """Refused while rows are broken, or for a column that should not lie about."""
    if reading.secret and not asked.ignore_columns:
        raise Usage("\n".join(KEEP_OUT.format(file=reading.file, name=name[:40]) for name in reading.secret))
    for line in preview.about_the_file(reading):
        print(line)
    return unbroken(reading, skip=asked.skip_broken)


def _in_force(target: Path, read: Callable[[Path], list[Person]]) -> tuple[list[Person], list[str]]:
    """The old list; one that is spoilt must not keep a good one out, but a person has to say so."""
    if not target.exists():
        return [], []
    try:
        return read(target), []
    except RosterError as error:
        first = str(error).partition("\n")[0]
        return [], [f"The old list can't be read ({first}) What you had added to it would be lost."]


def _refuse_to_forget(asked: _Asked, reading: Reading[Pupil], old: Sequence[Pupil]) -> None:
    listed, known = {p.id for p in reading.people}, {p.id for p in old}
    for pupil in asked.forget:
        if pupil in listed:
            raise Usage(
                f"--forget {pupil}: this pupil is in {reading.file}. Take the row out of the export first."
            )
        if pupil not in known:
            raise Usage(f"--forget {pupil}: there is no such pupil on the list.")


def _show(reading: Reading[Person], found: Changes[Person], today: date, keep_days: int | None) -> None:
    for line in [*preview.passed_over(reading, found.held), *preview.changes(found, today, keep_days)]:
        print(line)


def _doubts(reading: Reading[Person], old: Sequence[Person], found: Changes[Person]) -> list[str]:
    """What nobody should do by accident."""
    doubts = []
    if reading.assumed:
        doubts.append("The file has no header: look whether the columns were understood.")
    if old and len(found.gone) > len(old) * MAY_BE_GONE:
        none_left = (
            " Not one id is the same: is another column the id this time?"
            if len(found.gone) == len(old)
            else ""
        )
        doubts.append(f"{len(found.gone)} of {len(old)} would be dropped.{none_left}")
    return doubts


def _agreed(asked: _Asked, doubts: Sequence[str]) -> bool:
    """Whether the list may be put in force; a preview never may."""
    said = " ".join(doubts)
    if asked.preview:
        print(f"{said} The import will need --yes." if doubts else "Nothing stands in the way.")
        print("This was a preview: nothing was changed.")
        return False
    if doubts and not asked.yes:
        raise Problem(f"{said} If that is right, say it again with --yes. The old list stays in force.")
    return True


def _in_force_now(target: Path) -> int:
    print(f"In force: {target}. The service takes it up at its next start.")
    return OK
