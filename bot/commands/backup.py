"""`backup` and `restore`."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import backup as backups
from bot import clock, lock
from bot.commands import OK, Problem
from bot.commands.common import plainly, settings


def backup(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    try:
        with plainly():
            print(f"Backed up and verified: {backups.make(found, Path(arguments.folder), clock.now())}")
    except (backups.BackupError, OSError) as error:
        raise Problem(str(error)) from None
    return OK


def restore(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    try:
        with plainly(), lock.only_worker(found.store, "restore"):
            aside = backups.restore(found, Path(arguments.folder), clock.now())
    except (backups.BackupError, lock.Taken, OSError) as error:
        raise Problem(str(error)) from None
    print("Restored and verified." + (f" What was there lies in {aside}." if aside else ""))
    return OK
