"""`verify`: one line that a head can read, or the first thing that is not as it was kept."""

from __future__ import annotations

import argparse
import contextlib
import json

from bot.commands import OK, PROBLEM
from bot.commands.common import settings, store
from bot.store import incidents, journal
from bot.store.database import DatabaseProblem
from bot.verify import everything


def verify(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    head, pieces = None, None
    with store(found) as db:
        problems = list(everything(db, found.evidence))
        with contextlib.suppress(DatabaseProblem):  # told of among the problems
            head, pieces = journal.head(db), len(incidents.evidence(db))
    if arguments.json:
        result = {
            "ok": not problems,
            "problems": problems,
            "journal": head.length if head else None,
            "head": head.hash if head else None,
            "evidence": pieces,
        }
        print(json.dumps(result))
    elif problems:
        print("\n".join(problems))
    else:
        print(f"All is as it was kept: the Journal ({head}) and {pieces} pieces of evidence.")
    return PROBLEM if problems else OK
