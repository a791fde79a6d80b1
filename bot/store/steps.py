"""Steps: given out when due, ticked off when done, put off when the outside is busy, stuck when it is for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.clock import stamp
from bot.domain.comment import CommentId, PageId
from bot.domain.incident import IncidentId, Step, StepName
from bot.store import journal
from bot.store.database import atomic, first, rows

PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60))
LONGEST_PAUSE = PAUSES[-1]
NEEDS_RECORD = (StepName.HIDE, StepName.DELETE, StepName.REPLY, StepName.PICTURE)


def due(db: Database, now: datetime, names: Iterable[StepName], limit: int = 500) -> list[Step]:
    """What may be performed now. Nothing but the alert goes before the record is safe."""
    wanted = [name.value for name in names]
    needing = [name.value for name in NEEDS_RECORD]
    sql = (
        "SELECT s.*, i.page, i.comment, i.version FROM steps s JOIN incidents i ON i.id = s.incident"  # noqa: S608
        f" WHERE s.state = 'owed' AND s.due_at <= ? AND s.name IN ({_marks(wanted)})"
        f" AND (s.name NOT IN ({_marks(needing)}) OR EXISTS"
        "  (SELECT 1 FROM evidence e WHERE e.incident = s.incident AND e.kind = 'record'))"
        " ORDER BY s.rank, s.due_at, s.incident LIMIT ?"
    )
    found = rows(db, sql, stamp(now), *wanted, *needing, limit)
    return [
        Step(
            IncidentId(r["incident"]),
            StepName(r["name"]),
            PageId(r["page"]),
            CommentId(r["comment"]),
            r["version"],
            r["attempts"],
            r["text"],
        )
        for r in found
    ]


def begin(db: Database, step: Step) -> None:
    """Written before anything is done, so that after a crash we know that it may have been done."""
    db.execute(
        "UPDATE steps SET attempts = attempts + 1 WHERE incident = ? AND name = ? AND state = 'owed'",
        (step.incident, step.name.value),
    )


def done(db: Database, step: Step, now: datetime, note: str = "") -> None:
    """Tick a step off."""
    with atomic(db):
        changed = db.execute(
            "UPDATE steps SET state = 'done', done_at = ?, note = ? WHERE incident = ? AND name = ?"
            " AND state != 'done'",
            (stamp(now), note, step.incident, step.name.value),
        ).rowcount
        if changed:
            journal.write(db, f"{step.name}_done", now, incident=step.incident, note=note)


def put_off(
    db: Database, step: Step, now: datetime, note: str, *, until: datetime | None = None, counts: bool = True
) -> None:
    """Busy or away: again after a pause that grows. A wait that is nobody's fault does not count as a try."""
    pause = PAUSES[min(step.attempts, len(PAUSES) - 1)]
    back = "" if counts else ", attempts = max(attempts - 1, 0)"
    db.execute(
        f"UPDATE steps SET due_at = ?, note = ?{back} WHERE incident = ? AND name = ? AND state = 'owed'",  # noqa: S608
        (stamp(until or now + pause), note, step.incident, step.name.value),
    )


def put_all_off(db: Database, name: StepName, now: datetime, until: datetime, note: str) -> None:
    """All steps of this name that are due, for a reason that is none of theirs."""
    db.execute(
        "UPDATE steps SET due_at = ?, note = ? WHERE name = ? AND state = 'owed' AND due_at <= ?",
        (stamp(until), note, name.value, stamp(now)),
    )


def owing_pages(db: Database) -> set[PageId]:
    """The Pages with steps that wait for no person."""
    sql = (
        "SELECT DISTINCT i.page FROM steps s JOIN incidents i ON i.id = s.incident"
        " WHERE s.state = 'owed' AND s.due_at IS NOT NULL AND s.name NOT IN ('record', 'picture', 'alert')"
    )
    return {PageId(r["page"]) for r in rows(db, sql)}


def stuck(db: Database, step: Step, now: datetime, note: str) -> None:
    """A person must look."""
    with atomic(db):
        changed = db.execute(
            "UPDATE steps SET state = 'stuck', note = ? WHERE incident = ? AND name = ? AND state = 'owed'",
            (note, step.incident, step.name.value),
        ).rowcount
        if changed:
            journal.write(db, "stuck", now, incident=step.incident, step=step.name.value, note=note)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A step that waits for a person to look."""

    incident: IncidentId
    name: StepName
    note: str


def newly_stuck(db: Database) -> list[Stuck]:
    """Stuck steps of which nobody has been told yet."""
    found = rows(db, "SELECT incident, name, note FROM steps WHERE state = 'stuck' AND told_at IS NULL")
    return [Stuck(IncidentId(r["incident"]), StepName(r["name"]), r["note"] or "") for r in found]


def told_of_stuck(db: Database, stuck: Stuck, now: datetime) -> None:
    """Somebody has been told, and need not be told again."""
    db.execute(
        "UPDATE steps SET told_at = ? WHERE incident = ? AND name = ? AND state = 'stuck'",
        (stamp(now), stuck.incident, stuck.name.value),
    )


def count_stuck(db: Database) -> int:
    """How many steps wait for a person to look."""
    row = first(db, "SELECT count(*) AS n FROM steps WHERE state = 'stuck'")
    return int(row["n"]) if row else 0


def all_due(db: Database, now: datetime) -> None:
    """The clock went back: what was put off by it would wait too long."""
    db.execute("UPDATE steps SET due_at = ? WHERE state = 'owed' AND due_at > ?", (stamp(now), stamp(now)))


def _marks(values: list[str]) -> str:
    return ",".join("?" * len(values))
