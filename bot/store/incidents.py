"""Incidents: opened whole or not at all, then read by everybody."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.clock import parse, stamp
from bot.domain.comment import Comment, CommentId, PageId
from bot.domain.decision import Action, Decision, Role, Urgency
from bot.domain.finding import Finding
from bot.domain.incident import Evidence, IncidentId, Person, StepName, StepState
from bot.store import comments, journal
from bot.store.database import atomic, first, rows

RANK = {
    StepName.RECORD: 0,
    StepName.HIDE: 1,
    StepName.DELETE: 1,
    StepName.REPLY: 2,
    StepName.ALERT: 3,
    StepName.PICTURE: 4,  # may take seconds: nobody waits for it
}


@dataclass(frozen=True, slots=True)
class Incident:
    """A flagged comment, as it was opened."""

    id: IncidentId
    page: PageId
    comment: CommentId
    version: int
    state: str
    place: str
    decision: Decision
    mode: str
    opened_at: datetime
    outcome: str | None
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepNow:
    """How one step of an incident stands."""

    name: StepName
    state: StepState
    waits_for_a_person: bool
    attempts: int
    note: str


def open_incident(
    db: Database,
    comment: Comment,
    version: int,
    findings: Sequence[Finding],
    decision: Decision,
    people: dict[Role, tuple[Person, ...]],
    now: datetime,
    *,
    mode: str,
    automatic_delete: bool,
) -> IncidentId:
    """The incident, its findings, the steps owed and the Journal's entry, in one transaction."""
    with atomic(db):
        incident = _insert(db, comment, version, decision, mode, now)
        for n, finding in enumerate(findings):
            _insert_finding(db, incident, n, finding, comment.message)
        _ask_for_alerts(db, incident, decision, people, now)
        standing = comments.standing(db, comment.id)
        wanted = _steps(decision, comment, standing, mode=mode, automatic_delete=automatic_delete)
        for name, waits in wanted.items():
            owe(db, incident, name, now, waits_for_a_person=waits)
        if decision.action is not Action.NONE and comment.is_hidden and mode == "enforce":
            _already_hidden(db, incident, standing)
        comments.judged(db, comment.id, version, "flagged")
        comments.count(db, comment.page_id, now, flagged=1)
        journal.write(
            db,
            "opened",
            now,
            incident=incident,
            comment=comment.id,
            version=version,
            categories=sorted({f.category.value for f in findings}),
            action=decision.action.value,
            clause=decision.clause,
            mode=mode,
            steps=[name.value for name in wanted],
        )
    return incident


def owe(
    db: Database,
    incident: IncidentId,
    name: StepName,
    now: datetime,
    *,
    waits_for_a_person: bool = False,
    text: str | None = None,
) -> None:
    """Put a step on the incident's list; one that is there already stays as it is."""
    due = None if waits_for_a_person else stamp(now)
    db.execute(
        "INSERT INTO steps (incident, name, state, rank, due_at, text) VALUES (?, ?, 'owed', ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (incident, name.value, RANK[name], due, text),
    )


def get(db: Database, incident: IncidentId) -> Incident | None:
    """One incident by its number."""
    row = first(db, f"{SELECT} WHERE i.id = ?", incident)
    return _incident(row) if row else None


def was_shadow(db: Database, incident: IncidentId) -> bool:
    """Whether it was opened while the service touched nothing."""
    row = first(db, "SELECT mode FROM incidents WHERE id = ?", incident)
    return bool(row and row["mode"] == "shadow")


def every(db: Database, after: int = 0, limit: int = 1000) -> list[Incident]:
    """Incidents in the order of their numbers, a slice at a time."""
    return [_incident(r) for r in rows(db, f"{SELECT} WHERE i.id > ? ORDER BY i.id LIMIT ?", after, limit)]


def steps(db: Database, incident: IncidentId) -> list[StepNow]:
    """The steps of an incident in their order."""
    found = rows(db, "SELECT * FROM steps WHERE incident = ?", incident)
    order = list(StepName)
    now = [
        StepNow(
            StepName(r["name"]),
            StepState(r["state"]),
            r["state"] == "owed" and r["due_at"] is None,
            r["attempts"],
            r["note"] or "",
        )
        for r in found
    ]
    return sorted(now, key=lambda s: order.index(s.name))


def findings(db: Database, incident: IncidentId) -> list[dict[str, Any]]:
    """The findings as they stood on the day."""
    return rows(db, "SELECT * FROM findings WHERE incident = ? ORDER BY n", incident)


def evidence(db: Database, incident: IncidentId | None = None) -> list[Evidence]:
    """What was kept about one incident, or about all."""
    where = "" if incident is None else "WHERE incident = ?"
    values = () if incident is None else (incident,)
    found = rows(db, f"SELECT * FROM evidence {where} ORDER BY incident, kind DESC", *values)  # noqa: S608
    return [
        Evidence(r["kind"], r["file"], r["sha256"], r["size"], parse(r["made_at"]), r["note"]) for r in found
    ]


def keep_evidence(db: Database, incident: IncidentId, kept: Evidence, now: datetime) -> None:
    """The row for a file that is safely on disk, with its Journal entry."""
    with atomic(db):
        fresh = db.execute(
            "INSERT INTO evidence (incident, kind, file, sha256, size, made_at, note) VALUES (?,?,?,?,?,?,?)"
            " ON CONFLICT DO NOTHING",
            (incident, kept.kind, kept.file, kept.sha256, kept.size, stamp(kept.made_at), kept.note),
        ).rowcount
        if fresh:
            journal.write(db, f"{kept.kind}_kept", now, incident=incident, sha256=kept.sha256)


def unjournalled_evidence(db: Database) -> list[str]:
    """Evidence whose hash is not the one that the Journal saw being kept: row and file were both changed."""
    found = rows(
        db,
        "SELECT e.incident, e.kind FROM evidence e WHERE NOT EXISTS (SELECT 1 FROM journal j"
        " WHERE j.incident = e.incident AND j.event = e.kind || '_kept'"
        " AND json_extract(j.details, '$.sha256') = e.sha256) ORDER BY e.incident",
    )
    return [
        f"The {r['kind']} of incident {r['incident']} is not the one that the Journal saw being kept."
        for r in found
    ]


def lost_evidence(db: Database) -> list[str]:
    """Evidence that the Journal saw being kept and that is in the list no more: its row was taken out."""
    found = rows(
        db,
        "SELECT j.incident, substr(j.event, 1, length(j.event) - 5) AS kind FROM journal j"
        " WHERE j.event IN ('record_kept', 'picture_kept') AND NOT EXISTS (SELECT 1 FROM evidence e"
        " WHERE e.incident = j.incident AND e.kind || '_kept' = j.event) ORDER BY j.seq",
    )
    return [
        f"The {r['kind']} of incident {r['incident']} was kept, but is not in the list any more."
        for r in found
    ]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is open."""

    waiting: int  # somebody was alerted and has not decided
    to_review: int  # only possible: for the daily review


def counts(db: Database) -> Counts:
    """What is open, for the morning letter."""
    row = first(
        db,
        "SELECT coalesce(sum(urgency != 'daily'), 0) AS waiting, coalesce(sum(urgency = 'daily'), 0) AS to_review"
        " FROM incidents WHERE state = 'open'",
    )
    assert row is not None
    return Counts(row["waiting"], row["to_review"])


def note_outcome(db: Database, incident: IncidentId, outcome: str) -> None:
    """What became of the comment on the Page, in words for a person."""
    db.execute("UPDATE incidents SET outcome = ? WHERE id = ?", (outcome, incident))


SELECT = (
    "SELECT i.*, (SELECT json_group_array(DISTINCT category) FROM findings WHERE incident = i.id) AS categories"
    " FROM incidents i"
)


def _incident(row: dict[str, Any]) -> Incident:
    decision = Decision(
        Action(row["action"]),
        Urgency(row["urgency"]),
        tuple(Role(role) for role in json.loads(row["told"])),
        row["clause"],
    )
    return Incident(
        IncidentId(row["id"]),
        PageId(row["page"]),
        CommentId(row["comment"]),
        row["version"],
        row["state"],
        row["place"],
        decision,
        row["mode"],
        parse(row["opened_at"]),
        row["outcome"],
        tuple(sorted(json.loads(row["categories"]))),
    )


def _insert(
    db: Database, comment: Comment, version: int, decision: Decision, mode: str, now: datetime
) -> IncidentId:
    cursor = db.execute(
        "INSERT INTO incidents (page, comment, version, state, place, action, urgency, clause, told, mode,"
        " opened_at) VALUES (?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?)",
        (
            comment.page_id,
            comment.id,
            version,
            comment.place.value,
            decision.action.value,
            decision.urgency.value,
            decision.clause,
            json.dumps([role.value for role in decision.alert]),
            mode,
            stamp(now),
        ),
    )
    return IncidentId(int(cursor.lastrowid or 0))


def _insert_finding(db: Database, incident: IncidentId, n: int, finding: Finding, message: str) -> None:
    span = finding.span
    words = message[span.start : span.end] if span else None
    db.execute(
        'INSERT INTO findings (incident, n, category, confidence, tier, start, "end", words, pupils, rule, why)'
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            incident,
            n,
            finding.category.value,
            finding.confidence.value,
            finding.tier.value if finding.tier else None,
            span.start if span else None,
            span.end if span else None,
            json.dumps(words) if words is not None else None,
            json.dumps(finding.pupils),
            finding.rule,
            finding.why,
        ),
    )


def _ask_for_alerts(
    db: Database,
    incident: IncidentId,
    decision: Decision,
    people: dict[Role, tuple[Person, ...]],
    now: datetime,
) -> None:
    """One line a person, however many roles that person holds."""
    for role in decision.alert:
        for person in people[role]:
            db.execute(
                "INSERT INTO alerts (incident, email, name, role, urgency, asked_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (incident, person.email.lower(), person.name, role.value, decision.urgency.value, stamp(now)),
            )


def _steps(
    decision: Decision, comment: Comment, standing: comments.Standing, *, mode: str, automatic_delete: bool
) -> dict[StepName, bool]:
    """The steps to owe; true where the step waits for a person."""
    owed = {StepName.RECORD: False, StepName.PICTURE: False}
    may_act = mode == "enforce" and not comment.by_page and not standing.restored
    if may_act and decision.action is Action.DELETE:
        owed[StepName.DELETE] = not automatic_delete
    if may_act and decision.action is not Action.NONE and owed.get(StepName.DELETE, True):
        owed[StepName.HIDE] = False
    if decision.alert:
        owed[StepName.ALERT] = False
    return owed


def _already_hidden(db: Database, incident: IncidentId, standing: comments.Standing) -> None:
    """Nothing to hide, and nothing to boast of: it was hidden before we judged it."""
    note = "already hidden by us" if standing.hidden_by_us else "already hidden when first seen, not by us"
    db.execute(
        "UPDATE steps SET state = 'done', note = ? WHERE incident = ? AND name = 'hide'", (note, incident)
    )
    note_outcome(db, incident, note)
