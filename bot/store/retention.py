"""Forgetting: what is past its date is really gone from the file, not merely marked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.clock import stamp
from bot.store import journal
from bot.store.database import atomic

SLICE = 5000


def forget_unflagged(db: Database, now: datetime, keep: timedelta) -> int:
    """Drop words, author and raw record of comments that were not flagged; id and hash stay, to notice edits."""
    limit, forgotten = stamp(now - keep), 0
    while True:
        with atomic(db):
            gone = db.execute(
                "UPDATE versions SET judged = 'forgotten', said = NULL, raw = NULL, answer = NULL"
                " WHERE (comment, version) IN (SELECT comment, version FROM versions"
                "  WHERE judged IN ('clear', 'before_start') AND seen_at < ? LIMIT ?)",
                (limit, SLICE),
            ).rowcount
            forgotten += gone
            if gone < SLICE:
                _forget_answers(db)
                _forget_letters(db, limit)
                if forgotten:
                    journal.write(db, "forgotten", now, comments=forgotten, seen_before=limit)
                break
    # Only a checkpoint takes the old pages out of the file and its log.
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return forgotten


def _forget_answers(db: Database) -> None:
    db.execute("DELETE FROM answers WHERE id NOT IN (SELECT answer FROM versions WHERE answer IS NOT NULL)")


def _forget_letters(db: Database, limit: str) -> None:
    db.execute("UPDATE outbox SET content = NULL WHERE state = 'sent' AND sent_at < ?", (limit,))
