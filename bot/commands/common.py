"""What several commands do first: read the settings, open the store, set up the logs."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot import logs
from bot.commands import Problem, Usage
from bot.settings import Settings, SettingsError, load
from bot.store.database import Broken, DatabaseProblem, opened

Answering = Callable[[dict[str, object]], dict[str, object]]


def settings(path: Path) -> Settings:
    """The settings, or every problem with them at once."""
    try:
        return load(path, os.environ)
    except SettingsError as error:
        raise Usage(str(error)) from None


@contextmanager
def store(found: Settings) -> Iterator[Database]:
    """The database of a service that has run before."""
    if not found.database.exists():
        raise Problem(f"There is no database at {found.database} yet. Run `schoolgate once` first.")
    with plainly(), opened(found.database) as db:
        yield db


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what may go wrong at the start into a sentence for the person at the keyboard."""
    from bot.rules import RulesError

    try:
        yield
    except (SettingsError, RulesError) as error:
        raise Usage(str(error)) from None
    except Broken as error:
        raise Problem(str(error)) from None
    except DatabaseProblem as error:
        raise Problem(
            f"The database can't be used: {error}. Is the disk full? If not, put a backup in its place:"
            " schoolgate restore BACKUP-FOLDER."
        ) from None
    except OSError as error:
        raise Problem(f"The disk refuses: {error.strerror or error}. Is it full or read-only?") from None


def set_up_logs(found: Settings, level: int = logging.WARNING) -> None:
    logs.set_up(found.secret_values(), level=level)


def line_by_line(answer: Answering) -> None:
    """One JSON object a line from standard input, one answer for each, in order, as they come."""
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(answered(line, answer), ensure_ascii=True) + "\n")
        sys.stdout.flush()


def answered(line: bytes, answer: Answering) -> dict[str, object]:
    """The answer to one line; what is no JSON object is said to be none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        record = None
    return answer(record) if isinstance(record, dict) else {"error": "this line is no JSON object"}
