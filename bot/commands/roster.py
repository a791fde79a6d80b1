"""`roster import` and `roster show`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.commands import OK, Problem, Usage
from bot.commands.common import settings
from bot.domain.roster import Roster
from bot.roster_file import Changes, RosterError, compare, read_pupils, read_staff, write
from bot.settings import Settings

MAY_DROP = 0.1


def roster(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    if arguments.what == "show":
        return _show(found)
    if not arguments.file:
        raise Usage("Name the file that your MIS exported: schoolgate roster import pupils.csv")
    return _take_over(found, Path(arguments.file), staff=arguments.staff, yes=arguments.yes)


def _show(found: Settings) -> int:
    for what, path in (("pupils", found.pupils_file), ("staff", found.staff_file)):
        if path is None:
            print(f"{what}: the settings name no file ([roster] {what}).")
        elif not path.exists():
            print(f"{what}: {path} is not there yet.")
        else:
            print(f"{what}: {len(_read(path, staff=what == 'staff'))} in {path}")
    return OK


def _take_over(found: Settings, file: Path, *, staff: bool, yes: bool) -> int:
    """Read whole, compared, and only then put in force."""
    target = found.staff_file if staff else found.pupils_file
    if target is None:
        raise Usage(
            f"{found.path.name}, roster.{'staff' if staff else 'pupils'}: name the file to keep them in."
        )
    new = _roster(_read(file, staff=staff), staff=staff)
    old = _roster(_read(target, staff=staff) if target.exists() else [], staff=staff)
    changes = compare(old, new)
    print(f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.gone)} gone.")
    _refuse_a_silent_loss(old, changes, staff=staff, yes=yes)
    write(target, new)
    print(f"In force: {target}. The service takes it up at its next start.")
    return OK


def _refuse_a_silent_loss(old: Roster, changes: Changes, *, staff: bool, yes: bool) -> None:
    before = len(old.staff if staff else old.pupils)
    if before and len(changes.gone) > before * MAY_DROP and not yes:
        raise Problem(
            f"{len(changes.gone)} of {before} would be dropped. If that is right, say it again with --yes."
            " The old list stays in force."
        )


def _read(path: Path, *, staff: bool) -> list[object]:
    try:
        return list(read_staff(path) if staff else read_pupils(path))
    except RosterError as error:
        raise Usage(str(error)) from None


def _roster(people: list[object], *, staff: bool) -> Roster:
    return Roster(staff=tuple(people)) if staff else Roster(pupils=tuple(people))  # type: ignore[arg-type]
