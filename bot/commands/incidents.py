"""`incidents`: the log, as lines, as JSON or as a spreadsheet."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot import clock
from bot.commands import OK
from bot.commands.common import settings, store
from bot.settings import Settings
from bot.store import incidents as kept
from bot.store import outbox


def incidents(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    with store(found) as db:
        if arguments.csv:
            _write_csv(Path(arguments.csv), every(db))
            return OK
        for incident in every(db):
            print(json.dumps(incident) if arguments.json else _line(incident, found))
    return OK


def every(db: Database) -> Iterator[dict[str, Any]]:
    """Each incident in the shape of the contract, a slice at a time."""
    last = 0
    while slice_ := kept.every(db, after=last):
        for incident in slice_:
            yield as_json(db, incident)
        last = slice_[-1].id


def as_json(db: Database, incident: kept.Incident) -> dict[str, Any]:
    """One incident in the shape of the contract."""
    evidence = kept.evidence(db, incident.id)
    return {
        "id": incident.id,
        "comment_id": incident.comment,
        "state": incident.state,
        "categories": list(incident.categories),
        "action": incident.decision.action.value,
        "steps": {step.name.value: step.state.value for step in kept.steps(db, incident.id)},
        "evidence": [{"file": e.file, "sha256": e.sha256} for e in evidence],
        "alerts": [{"to": a["to"], "state": a["state"]} for a in outbox.told(db, incident.id)],
        "opened": clock.stamp(incident.opened_at),
        "clause": incident.decision.clause,
    }


def _line(incident: dict[str, Any], found: Settings) -> str:
    opened = clock.said(clock.parse(incident["opened"]), found.school.timezone)
    steps = ", ".join(f"{name} {state}" for name, state in incident["steps"].items())
    categories = ", ".join(incident["categories"]) or "could not be checked"
    return f"{incident['id']:>5}  {opened}  {categories}  →  {incident['action']}  [{steps}]"


def _write_csv(path: Path, found: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["number", "opened (UTC)", "comment", "categories", "action", "clause", "steps"])
        for i in found:
            steps = "; ".join(f"{name} {state}" for name, state in i["steps"].items())
            row = [
                i["id"],
                i["opened"],
                i["comment_id"],
                "; ".join(i["categories"]),
                i["action"],
                i["clause"],
                steps,
            ]
            writer.writerow([as_text(value) for value in row])


def as_text(value: object) -> str:
    """A spreadsheet takes a cell that begins like a formula for one: the apostrophe makes it text."""
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "'")) else text
