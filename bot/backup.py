"""Backup and restore: the database by SQLite's own means, the evidence by its hashes, both proved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot import verify
from bot.clock import stamp
from bot.settings import Settings
from bot.store.database import Broken, opened

NAME = "schoolgate.db"


class BackupError(Exception):
    """Why there is no backup, or no restore; nothing was half done."""


def make(settings: Settings, folder: Path, now: datetime) -> Path:
    """A whole, checked copy in a new folder named after the time; the service may go on working."""
    target = folder / f"schoolgate-{stamp(now).replace(':', '')}"
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    if target.exists():
        raise BackupError(f"{target} is there already.")
    if not settings.database.exists():
        raise BackupError(f"There is no database at {settings.database} yet: nothing to back up.")
    part.mkdir(parents=True, mode=0o700)
    with opened(settings.database) as db:
        # A plain copy of the file would miss what still stands in its write-ahead log.
        db.execute("VACUUM INTO ?", (str(part / NAME),))
    _copy_evidence(settings.evidence, part)
    problems = list(problems_of(part))
    if problems:
        raise BackupError(f"The backup is not whole and was left at {part}: {problems[0]}")
    part.rename(target)
    return target


def restore(settings: Settings, backup: Path, now: datetime) -> Path | None:
    """Put a checked backup in place; what was there is set aside, never deleted. Returns where it lies."""
    problems = list(problems_of(backup))
    if problems:
        raise BackupError(f"{backup} was not restored: {problems[0]}")
    aside = _set_aside(settings, now)
    settings.store.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy2(backup / NAME, settings.database)
    _copy_evidence(backup / "evidence", settings.store)
    return aside


def problems_of(backup: Path) -> Iterator[str]:
    """Whether a backup can be opened, its Journal is whole and its evidence is all there."""
    if not (backup / NAME).is_file():
        yield f"there is no {NAME} in {backup}."
        return
    try:
        with opened(backup / NAME) as db:
            yield from verify.everything(db, backup / "evidence")
    except Broken as error:
        yield str(error)


def _copy_evidence(source: Path, into: Path) -> None:
    """Only whole files: names come from their content, so what is there already is the same."""
    target = into / "evidence"
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in sorted(source.rglob("*")):
        place = target / file.relative_to(source)
        if file.is_file() and not file.is_symlink() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(file, place)


def _set_aside(settings: Settings, now: datetime) -> Path | None:
    files = [settings.database.with_name(NAME + end) for end in ("", "-wal", "-shm")]
    present = [file for file in files if file.exists()]
    if not present:
        return None
    aside = settings.store / f"set-aside-{stamp(now).replace(':', '')}"
    aside.mkdir(mode=0o700)
    for file in present:
        file.rename(aside / file.name)
    return aside
