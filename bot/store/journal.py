"""The Journal: append-only, each entry bound to the one before it by its hash. It holds ids, never words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.clock import stamp
from bot.domain.incident import IncidentId
from bot.store.database import atomic, first, rows

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Head:
    """Where the Journal ends: told to people by mail, it witnesses that no tail was cut off."""

    length: int
    hash: str

    def __str__(self) -> str:
        return f"{self.length} entries, ends {self.hash[:16]}"


def write(
    db: Database,
    event: str,
    now: datetime,
    *,
    incident: IncidentId | None = None,
    actor: str = "schoolgate",
    **details: Any,
) -> None:
    """One more entry. Call it inside the transaction of what it tells of."""
    text = json.dumps(details, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    # Alone it is a transaction too: the end must not move between reading and writing.
    with atomic(db):
        end = head(db)
        entry = (end.length + 1, stamp(now), actor, event, incident, text, end.hash)
        db.execute(
            "INSERT INTO journal (seq, at, actor, event, incident, details, previous, hash)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (*entry, digest(*entry)),
        )


def head(db: Database) -> Head:
    """The newest entry's number and hash."""
    row = first(db, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    return Head(row["seq"], row["hash"]) if row else Head(0, START)


def digest(
    seq: int, at: str, actor: str, event: str, incident: int | None, details: str, previous: str
) -> str:
    """SHA-256 over the entry as one line of JSON, the previous hash among it."""
    line = json.dumps(
        [seq, at, actor, event, incident, details, previous], ensure_ascii=True, separators=(",", ":")
    )
    return hashlib.sha256(line.encode()).hexdigest()


def verify(db: Database) -> Iterator[str]:
    """One sentence for the first entry that is not as it was written; also for a tail that was cut off."""
    previous, expected = START, 1
    for row in db.query("SELECT * FROM journal ORDER BY seq"):
        values = (
            row["seq"],
            row["at"],
            row["actor"],
            row["event"],
            row["incident"],
            row["details"],
            row["previous"],
        )
        if row["seq"] != expected or row["previous"] != previous or digest(*values) != row["hash"]:
            yield f"Journal entry {expected} is missing or was changed (found entry {row['seq']}, {row['at']})."
            return
        previous, expected = row["hash"], expected + 1
    yield from _cut(db, expected - 1)


def _cut(db: Database, length: int) -> Iterator[str]:
    """The counter of the table and the incidents themselves remember entries that are gone."""
    counted = first(db, "SELECT seq FROM sqlite_sequence WHERE name = 'journal'")
    if counted and counted["seq"] != length:
        yield f"The Journal was cut: {length} entries are there, {counted['seq']} were written."
        return
    lost = rows(
        db,
        "SELECT id FROM incidents WHERE id NOT IN"
        " (SELECT incident FROM journal WHERE event = 'opened' AND incident IS NOT NULL) LIMIT 1",
    )
    if lost:
        yield f"The Journal was cut: it does not know that incident {lost[0]['id']} was opened."
