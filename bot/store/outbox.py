"""Letters on their way: queued once, sent at least once, always under the same Message-ID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.clock import parse, stamp
from bot.domain.incident import IncidentId
from bot.store import journal
from bot.store.database import atomic, first, rows

BURST = timedelta(minutes=10)  # this long,
BURST_LETTERS = 2  # so many alerts go to one person at once; what follows is gathered into one
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 4, 8, 15, 30, 60))
GIVE_UP_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one person, as it waits to be sent."""

    id: int
    message_id: str
    kind: str
    email: str
    content: bytes
    attempts: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One incident that one person is to be told of."""

    incident: IncidentId
    email: str
    name: str
    role: str
    urgency: str
    asked_at: datetime


def waiting_people(db: Database) -> list[str]:
    """The addresses that have alerts waiting."""
    return [r["email"] for r in rows(db, "SELECT DISTINCT email FROM alerts WHERE letter IS NULL")]


def gathered(db: Database, email: str, now: datetime) -> list[Asked]:
    """The alerts that should go to a person now as one letter; none while a burst is being gathered."""
    found = rows(db, "SELECT * FROM alerts WHERE letter IS NULL AND email = ? ORDER BY incident", email)
    asked = [
        Asked(IncidentId(r["incident"]), r["email"], r["name"], r["role"], r["urgency"], parse(r["asked_at"]))
        for r in found
    ]
    if _stands_in_a_queue(db, email):
        return []
    urgent = any(a.urgency == "now" for a in asked)
    return asked if urgent or not _in_a_burst(db, email, now) else []


def queue(
    db: Database,
    kind: str,
    email: str,
    message_id: str,
    now: datetime,
    content: bytes,
    *,
    tells: list[IncidentId] | None = None,
) -> int:
    """Queue a letter once, and tie the alerts that it tells of to it, in one transaction."""
    with atomic(db):
        if first(db, "SELECT id FROM outbox WHERE message_id = ?", message_id):
            return 0
        cursor = db.execute(
            "INSERT INTO outbox (message_id, kind, email, content, state, queued_at, due_at)"
            " VALUES (?, ?, ?, ?, 'queued', ?, ?)",
            (message_id, kind, email, content, stamp(now), stamp(now)),
        )
        letter = int(cursor.lastrowid or 0)
        for incident in tells or []:
            db.execute(
                "UPDATE alerts SET letter = ? WHERE incident = ? AND email = ? AND letter IS NULL",
                (letter, incident, email),
            )
            journal.write(db, "alert_queued", now, incident=incident, letter=letter)
        return letter


def due(db: Database, now: datetime, limit: int = 100) -> list[Letter]:
    """Letters to be sent now, oldest first."""
    found = rows(
        db,
        "SELECT * FROM outbox WHERE state = 'queued' AND due_at <= ? ORDER BY id LIMIT ?",
        stamp(now),
        limit,
    )
    return [
        Letter(
            r["id"],
            r["message_id"],
            r["kind"],
            r["email"],
            r["content"],
            r["attempts"],
            parse(r["queued_at"]),
        )
        for r in found
    ]


def sent(db: Database, letter: Letter, now: datetime) -> None:
    """The postbox has taken it. Its text is no longer needed."""
    with atomic(db):
        db.execute(
            "UPDATE outbox SET state = 'sent', sent_at = ?, note = NULL WHERE id = ?", (stamp(now), letter.id)
        )
        journal.write(db, "letter_sent", now, letter=letter.id, kind=letter.kind)


def put_off(db: Database, letter: Letter, now: datetime, note: str) -> None:
    """The mail server is away: again after a pause that grows, for days."""
    if now - letter.queued_at > GIVE_UP_AFTER:
        refused(db, letter, now, note)
        return
    pause = PAUSES[min(letter.attempts, len(PAUSES) - 1)]
    db.execute(
        "UPDATE outbox SET attempts = attempts + 1, due_at = ?, note = ? WHERE id = ?",
        (stamp(now + pause), note, letter.id),
    )


def hold(db: Database, now: datetime, note: str) -> None:
    """The server did not answer for one letter: the others need not try it within the same minute."""
    db.execute(
        "UPDATE outbox SET due_at = ?, note = ? WHERE state = 'queued' AND due_at <= ?",
        (stamp(now + PAUSES[0]), note, stamp(now)),
    )


def refused(db: Database, letter: Letter, now: datetime, note: str) -> None:
    """It will never be taken: a person must look."""
    with atomic(db):
        db.execute("UPDATE outbox SET state = 'refused', note = ? WHERE id = ?", (note, letter.id))
        journal.write(db, "letter_refused", now, letter=letter.id, kind=letter.kind)


def all_due(db: Database, now: datetime) -> None:
    """The clock went back: what was put off by it would wait too long."""
    db.execute("UPDATE outbox SET due_at = ? WHERE state = 'queued' AND due_at > ?", (stamp(now), stamp(now)))


def unsent_since(db: Database) -> datetime | None:
    """Since when letters have been waiting for the mail server, if any waits."""
    row = first(db, "SELECT min(queued_at) AS t FROM outbox WHERE state = 'queued' AND attempts > 0")
    return parse(row["t"]) if row and row["t"] else None


def refused_letters(db: Database) -> int:
    """How many letters were refused for good."""
    row = first(db, "SELECT count(*) AS n FROM outbox WHERE state = 'refused'")
    return int(row["n"]) if row else 0


def all_are_told(db: Database, incident: IncidentId) -> bool:
    """Whether everybody who is to be told of an incident has a letter on its way."""
    return first(db, "SELECT 1 FROM alerts WHERE incident = ? AND letter IS NULL", incident) is None


def last_outage(db: Database, asked_at: datetime) -> datetime | None:
    """Since when this alert has waited, if it waited for the mail server."""
    row = first(
        db,
        "SELECT min(queued_at) AS t FROM outbox WHERE state = 'sent' AND attempts > 0 AND sent_at > ?",
        stamp(asked_at),
    )
    return parse(row["t"]) if row and row["t"] else None


def told(db: Database, incident: IncidentId) -> list[dict[str, str]]:
    """Who is told of an incident, and how far that has come."""
    found = rows(
        db,
        "SELECT a.email, a.role, coalesce(o.state, 'owed') AS state FROM alerts a"
        " LEFT JOIN outbox o ON o.id = a.letter WHERE a.incident = ? ORDER BY a.role",
        incident,
    )
    return [{"to": r["email"], "role": r["role"], "state": r["state"]} for r in found]


def _stands_in_a_queue(db: Database, email: str) -> bool:
    """The mail server is away: what comes now is gathered into one letter for when it is back."""
    sql = "SELECT 1 FROM outbox WHERE email = ? AND state = 'queued' AND attempts > 0 LIMIT 1"
    return first(db, sql, email) is not None


def _in_a_burst(db: Database, email: str, now: datetime) -> bool:
    """Whether this person has had enough alerts within the last minutes."""
    row = first(
        db,
        "SELECT count(*) AS n FROM outbox WHERE email = ? AND kind = 'alert' AND queued_at > ? AND queued_at <= ?",
        email,
        stamp(now - BURST),
        stamp(now),
    )
    return bool(row and row["n"] >= BURST_LETTERS)
