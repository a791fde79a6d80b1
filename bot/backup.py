"""Backup and restore: the database by SQLite's own means, the evidence by its hashes, both proved."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot import verify
from bot.clock import stamp
from bot.evidence.files import UNFINISHED
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
    aside = settings.store / f"set-aside-{stamp(now).replace(':', '')}"
    _copy_evidence(backup / "evidence", settings.store, aside)
    # Whole beside the old one first: a full disk must not leave the store without a database.
    restored = settings.database.with_name(f"{NAME}.restored")
    _copy_whole(backup / NAME, restored)
    _set_aside(settings, aside)
    restored.rename(settings.database)
    if problems := list(problems_of(settings.store)):
        raise BackupError(f"What was restored is not whole: {problems[0]}")
    return aside if aside.exists() else None


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


def _copy_evidence(source: Path, into: Path, aside: Path | None = None) -> None:
    """Only whole files. Names come from their content: what is there under a name and differs is damaged."""
    target = into / "evidence"
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in sorted(source.rglob("*")):
        place = target / file.relative_to(source)
        if not file.is_file() or file.is_symlink() or file.suffix == UNFINISHED:
            continue
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if aside and place.exists() and not filecmp.cmp(file, place, shallow=False):
            aside.mkdir(exist_ok=True, mode=0o700)
            place.rename(aside / place.name)
        if not place.exists():
            _copy_whole(file, place)


def _copy_whole(source: Path, target: Path) -> None:
    """Safely on disk before it has its name."""
    part = target.with_name(target.name + UNFINISHED)
    try:
        shutil.copyfile(source, part)
        part.chmod(0o600)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _set_aside(settings: Settings, aside: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file = settings.database.with_name(NAME + end)
        if file.exists():
            aside.mkdir(exist_ok=True, mode=0o700)
            file.rename(aside / file.name)
