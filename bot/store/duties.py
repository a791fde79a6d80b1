"""Daily and weekly work: each once for its day or week, also after days of downtime."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from bot.clock import parse, stamp
from bot.store.database import first


def is_done(db: Database, name: str, period: str) -> bool:
    return first(db, "SELECT 1 FROM duties WHERE name = ? AND period = ?", name, period) is not None


def done(db: Database, name: str, period: str, now: datetime) -> None:
    db.execute(
        "INSERT INTO duties (name, period, done_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (name, period, stamp(now)),
    )


def last_done(db: Database, name: str) -> datetime | None:
    """When the duty was done last."""
    row = first(db, "SELECT max(done_at) AS t FROM duties WHERE name = ?", name)
    return parse(row["t"]) if row and row["t"] else None


def last(db: Database, name: str) -> str | None:
    """The newest period for which the duty was done."""
    row = first(db, "SELECT max(period) AS p FROM duties WHERE name = ?", name)
    return row["p"] if row else None
