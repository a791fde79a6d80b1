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


def last_done(db: Database, name: str, now: datetime) -> datetime | None:
    """When the duty was done last; not what a clock that ran ahead has left in the future."""
    sql = "SELECT max(done_at) AS t FROM duties WHERE name = ? AND done_at <= ?"
    row = first(db, sql, name, stamp(now))
    return parse(row["t"]) if row and row["t"] else None


def last(db: Database, name: str, before: str) -> str | None:
    """The newest period before this one for which the duty was done."""
    row = first(db, "SELECT max(period) AS p FROM duties WHERE name = ? AND period < ?", name, before)
    return row["p"] if row else None
