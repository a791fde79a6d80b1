"""`roster show`, `roster alias` and `roster protect`: what is on the lists, and what the school adds to one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot import rosters
from bot.commands import OK, Problem, Usage
from bot.detection.pupils import lexicon
from bot.domain.roster import Pupil, StaffMember
from bot.rosters import aliases, noticing, preview
from bot.rules import RULES
from bot.settings import Settings

NEXT_START = "The service takes it up at its next start."


def pupils_file(found: Settings) -> Path:
    return _named(found, found.pupils_file, "pupils")


def staff_file(found: Settings) -> Path:
    return _named(found, found.staff_file, "staff")


def _named(found: Settings, path: Path | None, what: str) -> Path:
    if path is None:
        raise Usage(f"{found.path.name}, roster.{what}: name the file to keep them in.")
    return path


def pupils(found: Settings) -> list[Pupil]:
    """Everybody on the list; nobody where there is none yet."""
    path = found.pupils_file
    return rosters.read_pupils(path) if path and path.exists() else []


def staff(found: Settings) -> list[StaffMember]:
    """Everybody on the list; nobody where there is none yet."""
    path = found.staff_file
    return rosters.read_staff(path) if path and path.exists() else []


def show(found: Settings, wanted: str | None) -> int:
    """Counts and what is worth knowing, or one entry."""
    everybody: list[Pupil | StaffMember] = [*pupils(found), *staff(found)]
    if wanted is None:
        lines = [*_about_pupils(found), *_about_staff(found)]
    else:
        lines = [line for person in everybody if person.id == wanted for line in preview.entry(person)]
    if not lines:
        raise Problem(f"There is nobody with the id {wanted!r} on the lists.")
    print("\n".join(lines))
    return OK


def _about_pupils(found: Settings) -> list[str]:
    listed = pupils(found)
    current = [pupil for pupil in listed if not pupil.left_on]
    lines = [_counted("pupils", found.pupils_file, len(current))]
    leavers, marked = len(listed) - len(current), sum(pupil.protected for pupil in listed)
    if leavers:
        days = found.retention.leavers_days
        lines.append(f"leavers: {leavers}, looked for until an import {days} days after they left")
    if marked:
        lines.append(f"protected: {marked}")
    return [
        *lines,
        *preview.cut(noticing.shared_names(listed)),
        *preview.cut(noticing.word_names(listed, _words())),
    ]


def _about_staff(found: Settings) -> list[str]:
    listed = staff(found)
    lines = [_counted("staff", found.staff_file, len(listed))]
    return [*lines, *preview.cut(noticing.unknown_children(listed, pupils(found)))]


def _counted(what: str, path: Path | None, count: int) -> str:
    if path is None:
        return f"{what}: the settings name no file ([roster] {what})."
    return f"{what}: {count} in {path}" if path.exists() else f"{what}: {path} is not there yet."


def alias(found: Settings, wanted: str, name: str) -> int:
    """Add one; without a name, list them."""
    listed, pupil = _one(found, wanted)
    if not name:
        print("\n".join(pupil.aliases) or f"{wanted} has no alias.")
        return OK
    added = _alias(name, pupil)
    others = [i for i in noticing.who_is_called(listed, added) if i != wanted]
    if others:
        print(f"Take care: {', '.join(others)} is called this too, and both will be taken to be meant.")
    _put(found, listed, replace(pupil, aliases=(*pupil.aliases, added)))
    print(f"{wanted} is now looked for as {added} too. {NEXT_START}")
    return OK


def remove_alias(found: Settings, wanted: str, name: str) -> int:
    listed, pupil = _one(found, wanted)
    if not name:
        raise Usage("Say which alias to take away: schoolgate roster alias PUPIL_ID NAME --remove")
    try:
        left = aliases.without(name, pupil)
    except aliases.NoAlias as error:
        raise Problem(str(error)) from None
    _put(found, listed, replace(pupil, aliases=left))
    print(f"{wanted} is no longer looked for under this name. {NEXT_START}")
    return OK


def protect(found: Settings, wanted: str, *, on: bool) -> int:
    listed, pupil = _one(found, wanted)
    _put(found, listed, replace(pupil, protected=on))
    print(f"The mark of {wanted} is {'set' if on else 'off'}. {NEXT_START}")
    return OK


def forget(found: Settings, wanted: Sequence[str], *, yes: bool, only_show: bool) -> int:
    """Drop leavers at once, for good."""
    listed = pupils(found)
    forgotten = [pupil for pupil in listed if pupil.id in wanted]
    for unknown in {*wanted} - {pupil.id for pupil in forgotten}:
        raise Usage(f"--forget {unknown}: there is no such pupil on the list.")
    for pupil in forgotten:
        if not pupil.left_on and not yes:
            raise Problem(
                f"--forget {pupil.id}: this pupil has not left. If it is right, say it again with --yes."
            )
    if len(forgotten) == len(listed):
        raise Usage(
            "Nobody would be left on the list. To do without one, take [roster] pupils out of the settings."
        )
    if only_show:
        print(f"{len(forgotten)} would be dropped for good. This was a preview: nothing was changed.")
        return OK
    rosters.write_pupils(pupils_file(found), [pupil for pupil in listed if pupil not in forgotten])
    print(f"{len(forgotten)} dropped for good. {NEXT_START}")
    return OK


def _one(found: Settings, wanted: str) -> tuple[list[Pupil], Pupil]:
    pupils_file(found)
    listed = pupils(found)
    pupil = next((p for p in listed if p.id == wanted), None)
    if pupil is None:
        raise Problem(f"There is no pupil with the id {wanted!r} on the list.")
    return listed, pupil


def _put(found: Settings, listed: list[Pupil], changed: Pupil) -> None:
    rosters.write_pupils(pupils_file(found), [changed if p.id == changed.id else p for p in listed])


def _alias(name: str, pupil: Pupil) -> str:
    try:
        return aliases.checked(name, pupil, _words())
    except aliases.NoAlias as error:
        raise Problem(str(error)) from None


def _words() -> frozenset[str]:
    known = lexicon.load(RULES)
    return known.word_names | known.word_surnames
