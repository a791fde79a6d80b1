"""What was read: each comment, each version of its text, and how far each post has been read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from bot.clock import parse, stamp
from bot.domain.comment import Attachment, Author, Comment, CommentId, PageId, Place, PostId, Tag
from bot.outside import Answer, Batch, PostCursor, Sighting
from bot.store import journal
from bot.store.database import atomic, first, rows


@dataclass(frozen=True, slots=True)
class Saved:
    """What one batch brought."""

    read: int = 0
    new: int = 0
    edited: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """One version of a comment that still has to be judged."""

    comment: Comment
    version: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One stored version with the platform's own bytes and the answer that held them."""

    comment: Comment
    version: int
    seen_at: datetime
    raw: bytes
    answer: Answer


class Cursors(Mapping[PostId, PostCursor]):
    """How far the comments of each post have been read; looked up one by one, as a Page has many old posts."""

    def __init__(self, db: Database, page: PageId) -> None:
        self._db, self._page = db, page

    def __getitem__(self, post: PostId) -> PostCursor:
        sql = "SELECT updated_time, read_at FROM cursors WHERE page = ? AND post = ?"
        row = first(self._db, sql, self._page, post)
        if row is None:
            raise KeyError(post)
        return PostCursor(post, row["updated_time"], parse(row["read_at"]))

    def __iter__(self) -> Iterator[PostId]:
        found = rows(self._db, "SELECT post FROM cursors WHERE page = ?", self._page)
        return (PostId(r["post"]) for r in found)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def save_batch(db: Database, page: PageId, batch: Batch, since: datetime, now: datetime) -> Saved:
    """Comments, their raw records and the cursors, in one transaction: together or not at all."""
    counted = {"read": 0, "new": 0, "edited": 0}
    with atomic(db):
        answers: dict[str, int] = {}
        known = _known(db, [s.comment.id for s in batch.sightings])
        for sighting in {s.comment.id: s for s in batch.sightings}.values():
            counted["read"] += 1
            change = _save(db, sighting, known.get(sighting.comment.id), answers, since, now)
            if change:
                counted[change] += 1
        for sighting in batch.unreadable:
            if not _known(db, [sighting.comment.id]):
                _save(db, sighting, None, answers, since, now)
        for cursor in batch.cursors:
            _move(db, page, cursor)
        if counted["new"] or counted["edited"]:
            count(db, page, now, read=counted["new"] + counted["edited"])
    return Saved(**counted)


def owed(db: Database, limit: int = 200) -> list[Owed]:
    """Versions that were stored but not judged yet, oldest first, those that failed before last."""
    found = rows(
        db,
        "SELECT said, version FROM versions WHERE judged = 'owed' ORDER BY attempts, seen_at, comment LIMIT ?",
        limit,
    )
    return [Owed(_comment(r["said"]), r["version"]) for r in found]


def judged(db: Database, comment: CommentId, version: int, how: str) -> None:
    """Tick a version off: 'clear' or 'flagged'."""
    db.execute("UPDATE versions SET judged = ? WHERE comment = ? AND version = ?", (how, comment, version))


def put_last(db: Database, owed: Owed) -> None:
    """Neither judged nor handed over: the others go first, and this one is tried again next time."""
    db.execute(
        "UPDATE versions SET attempts = attempts + 1 WHERE comment = ? AND version = ?",
        (owed.comment.id, owed.version),
    )


def kept(db: Database, comment: CommentId, version: int) -> Kept:
    """One version with its raw record, for the evidence."""
    row = first(
        db,
        "SELECT v.*, a.request, a.status, a.headers, a.fetched_at, a.sha256 FROM versions v"
        " JOIN answers a ON a.id = v.answer WHERE v.comment = ? AND v.version = ?",
        comment,
        version,
    )
    if row is None or row["said"] is None:
        raise LookupError("the stored words of this comment are gone")
    headers = tuple((name, value) for name, value in json.loads(row["headers"]))
    answer = Answer(row["request"], row["status"], headers, parse(row["fetched_at"]), row["sha256"])
    return Kept(_comment(row["said"]), version, parse(row["seen_at"]), zlib.decompress(row["raw"]), answer)


def earlier(db: Database, comment: CommentId, version: int) -> list[tuple[int, str, datetime]]:
    """The texts that stood there before: (version, message, first seen)."""
    found = rows(
        db,
        "SELECT version, said, seen_at FROM versions WHERE comment = ? AND version < ? AND said IS NOT NULL"
        " ORDER BY version",
        comment,
        version,
    )
    return [(r["version"], _comment(r["said"]).message, parse(r["seen_at"])) for r in found]


def find(db: Database, comment: str | None) -> Comment | None:
    """The newest words of a comment or post, if they are still kept."""
    row = first(
        db,
        "SELECT said FROM versions WHERE comment = ? AND said IS NOT NULL ORDER BY version DESC LIMIT 1",
        comment,
    )
    return _comment(row["said"]) if row else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a comment stands on the Page, as last seen."""

    version: int
    is_hidden: bool
    hidden_by_us: bool
    restored: bool  # a person has put this version back


def standing(db: Database, comment: CommentId) -> Standing:
    """How a comment stands on the Page, as last seen."""
    row = first(db, "SELECT * FROM comments WHERE comment = ?", comment)
    if row is None:
        return Standing(0, False, False, False)
    restored = row["restored_version"] == row["version"]
    return Standing(row["version"], bool(row["is_hidden"]), row["hidden_by"] == "us", restored)


def hidden_by_us(db: Database, comment: CommentId) -> None:
    """Remember that the hiding was ours, so that a later un-hiding is known for a person's act."""
    db.execute("UPDATE comments SET is_hidden = 1, hidden_by = 'us' WHERE comment = ?", (comment,))


def count(db: Database, page: PageId, now: datetime, *, read: int = 0, flagged: int = 0) -> None:
    """Add to this hour's figures, which stay when the words are forgotten."""
    db.execute(
        "INSERT INTO counts (page, hour, read, flagged) VALUES (?, ?, ?, ?) ON CONFLICT (page, hour)"
        " DO UPDATE SET read = read + excluded.read, flagged = flagged + excluded.flagged",
        (page, stamp(now)[:13], read, flagged),
    )


def _known(db: Database, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    wanted = list(ids)
    marks = ",".join("?" * len(wanted))
    return {r["comment"]: r for r in rows(db, f"SELECT * FROM comments WHERE comment IN ({marks})", *wanted)}  # noqa: S608


def _save(
    db: Database,
    sighting: Sighting,
    known: dict[str, Any] | None,
    answers: dict[str, int],
    since: datetime,
    now: datetime,
) -> str | None:
    comment = sighting.comment
    if known is None:
        before = comment.created_at is not None and comment.created_at < since
        _insert(db, sighting, now)
        _insert_version(db, sighting, 1, "before_start" if before else "owed", answers, now)
        return "new"
    is_hidden = _is_hidden(sighting, known)
    if known["fingerprint"] != comment.fingerprint:
        version = known["version"] + 1
        _insert_version(db, sighting, version, "owed", answers, now)
        db.execute(
            "UPDATE comments SET version = ?, fingerprint = ?, is_hidden = ?,"
            " hidden_by = CASE WHEN ? THEN hidden_by END WHERE comment = ?",
            (version, comment.fingerprint, is_hidden, is_hidden, comment.id),
        )
        return "edited"
    if bool(known["is_hidden"]) != is_hidden and not _may_be_our_own_act(db, comment, known):
        _shown_or_hidden(db, comment, known, now)
    return None


def _is_hidden(sighting: Sighting, known: dict[str, Any]) -> bool:
    """Facebook may leave the field out; then nothing is known, and it stands as it stood."""
    if known["is_hidden"] and b'"is_hidden"' not in sighting.raw:
        return True
    return sighting.comment.is_hidden


def _may_be_our_own_act(db: Database, comment: Comment, known: dict[str, Any]) -> bool:
    """We were stopped between hiding and noting it: the step will look again, and the Journal must blame nobody."""
    sql = (
        "SELECT 1 FROM incidents i JOIN steps s ON s.incident = i.id WHERE i.comment = ? AND i.version = ?"
        " AND s.name = 'hide' AND s.state = 'owed' AND s.attempts > 0"
    )
    return comment.is_hidden and first(db, sql, comment.id, known["version"]) is not None


def _insert(db: Database, sighting: Sighting, now: datetime) -> None:
    comment = sighting.comment
    db.execute(
        "INSERT INTO comments (comment, page, post, version, fingerprint, first_seen_at, is_hidden)"
        " VALUES (?, ?, ?, 1, ?, ?, ?)",
        (comment.id, comment.page_id, comment.post_id, comment.fingerprint, stamp(now), comment.is_hidden),
    )


def _insert_version(
    db: Database, sighting: Sighting, version: int, how: str, answers: dict[str, int], now: datetime
) -> None:
    answer = answers.get(sighting.answer.sha256) or _insert_answer(db, sighting.answer)
    answers[sighting.answer.sha256] = answer
    db.execute(
        "INSERT INTO versions (comment, version, seen_at, judged, said, raw, answer) VALUES (?,?,?,?,?,?,?)",
        (
            sighting.comment.id,
            version,
            stamp(now),
            how,
            _said(sighting.comment),
            zlib.compress(sighting.raw),
            answer,
        ),
    )


def _insert_answer(db: Database, answer: Answer) -> int:
    cursor = db.execute(
        "INSERT INTO answers (request, status, headers, fetched_at, sha256) VALUES (?,?,?,?,?)",
        (answer.request, answer.status, json.dumps(answer.headers), stamp(answer.fetched_at), answer.sha256),
    )
    return int(cursor.lastrowid or 0)


def _shown_or_hidden(db: Database, comment: Comment, known: dict[str, Any], now: datetime) -> None:
    """Somebody else, or Meta, hid it or put it back. What we hid and a person put back stays back."""
    put_back = known["hidden_by"] == "us" and not comment.is_hidden
    db.execute(
        "UPDATE comments SET is_hidden = ?, hidden_by = NULL, restored_version = ? WHERE comment = ?",
        (comment.is_hidden, known["version"] if put_back else known["restored_version"], comment.id),
    )
    incident = first(
        db, "SELECT id FROM incidents WHERE comment = ? AND version = ?", comment.id, known["version"]
    )
    if incident:
        event = "shown_again_elsewhere" if not comment.is_hidden else "hidden_elsewhere"
        journal.write(db, event, now, incident=incident["id"], actor="facebook or a person there")


def _move(db: Database, page: PageId, cursor: PostCursor) -> None:
    db.execute(
        "INSERT INTO cursors (page, post, updated_time, read_at) VALUES (?, ?, ?, ?) ON CONFLICT (page, post)"
        " DO UPDATE SET updated_time = excluded.updated_time, read_at = excluded.read_at",
        (page, cursor.post, cursor.updated_time, stamp(cursor.read_at)),
    )


PLAIN = tuple(f.name for f in fields(Comment) if f.name not in ("author", "tags", "attachment", "created_at"))


def _said(comment: Comment) -> str:
    """The Comment as JSON; ASCII only, so that lone surrogates and NUL survive."""
    found: dict[str, Any] = {name: getattr(comment, name) for name in PLAIN}
    found["created_at"] = stamp(comment.created_at) if comment.created_at else None
    found["author"] = [comment.author.id, comment.author.name] if comment.author else None
    found["tags"] = [[t.id, t.name, t.type, t.offset, t.length] for t in comment.tags]
    a = comment.attachment
    found["attachment"] = [a.type, a.url, a.target_id] if a else None
    return json.dumps(found, ensure_ascii=True, separators=(",", ":"))


def _comment(said: str) -> Comment:
    found = json.loads(said)
    return Comment(
        # What an older version stored lacks the fields that came later.
        **{name: found[name] for name in PLAIN if name != "place" and name in found},
        place=Place(found["place"]),
        created_at=parse(found["created_at"]) if found["created_at"] else None,
        author=Author(*found["author"]) if found["author"] else None,
        tags=tuple(Tag(*tag) for tag in found["tags"]),
        attachment=Attachment(*found["attachment"]) if found["attachment"] else None,
    )
