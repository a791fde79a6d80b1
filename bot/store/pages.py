"""What we know of each Page: since when it is watched, until when we must be silent, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.clock import parse, stamp
from bot.domain.comment import PageId
from bot.store import journal
from bot.store.database import atomic, first, rows

REFUSED = ("token_dead", "wrong_token", "permission")
NOT_READ = (*REFUSED, "unreachable")
NOT_ACTED_ON = ("policy_block", "no_acts")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a Page is not watched, or not acted on."""

    kind: str
    sentence: str
    since: datetime
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageState:
    """One Page as the service left it."""

    page: PageId
    since: datetime
    last_read_at: datetime | None
    no_calls_until: datetime | None
    no_writes_until: datetime | None
    token_mark: str | None
    checked_at: datetime | None
    swept_at: datetime | None
    trouble: Trouble | None


def state(db: Database, page: PageId, now: datetime, look_back: timedelta) -> PageState:
    """The Page's state; a Page that is new to us is watched from now on, or from as far back as was asked."""
    db.execute(
        "INSERT INTO pages (page, since) VALUES (?, ?) ON CONFLICT DO NOTHING", (page, stamp(now - look_back))
    )
    row = first(db, "SELECT * FROM pages WHERE page = ?", page)
    assert row is not None
    moment = {
        name: parse(row[name]) if row[name] else None
        for name in ("last_read_at", "no_calls_until", "no_writes_until", "checked_at", "swept_at", "told_at")
    }
    trouble = None
    if row["trouble"]:
        trouble = Trouble(row["trouble_kind"], row["trouble"], parse(row["trouble_since"]), moment["told_at"])
    return PageState(
        page,
        parse(row["since"]),
        moment["last_read_at"],
        moment["no_calls_until"],
        moment["no_writes_until"],
        row["token_mark"],
        moment["checked_at"],
        moment["swept_at"],
        trouble,
    )


def is_unreachable(db: Database, page: PageId) -> bool:
    """Whether the Page has given no answer for so long that it counts as unwatched."""
    row = first(db, "SELECT trouble_kind FROM pages WHERE page = ?", page)
    return bool(row and row["trouble_kind"] == "unreachable")


def was_refused(db: Database, page: PageId) -> bool:
    """Whether our silence is our own: the token was refused, and trying it too often helps nobody."""
    row = first(db, "SELECT trouble_kind FROM pages WHERE page = ?", page)
    return bool(row and row["trouble_kind"] in REFUSED)


def silences(db: Database, page: PageId) -> tuple[datetime | None, datetime | None]:
    """Until when no calls, and no writes, were wanted."""
    row = first(
        db, "SELECT no_calls_until AS calls, no_writes_until AS writes FROM pages WHERE page = ?", page
    )
    calls, writes = (row["calls"], row["writes"]) if row else (None, None)
    return (parse(calls) if calls else None, parse(writes) if writes else None)


def silent(db: Database, page: PageId, calls: datetime | None, writes: datetime | None) -> None:
    """Until when the platform wants no calls, or no writes; it outlives a restart."""
    db.execute(
        "UPDATE pages SET no_calls_until = ?, no_writes_until = ? WHERE page = ?",
        (stamp(calls) if calls else None, stamp(writes) if writes else None, page),
    )


def clock_went_back(db: Database, page: PageId, now: datetime) -> None:
    """Silences and dates that lie beyond the new time would hold us up, or make all that is written seem old."""
    db.execute(
        "UPDATE pages SET no_calls_until = NULL, no_writes_until = NULL, last_read_at = ?, told_at = NULL,"
        " checked_at = NULL, swept_at = NULL, since = min(since, ?) WHERE page = ?",
        (stamp(now), stamp(now), page),
    )


def checked(db: Database, page: PageId, mark: str, now: datetime) -> None:
    """The token behind this mark was seen to be the Page's."""
    db.execute("UPDATE pages SET token_mark = ?, checked_at = ? WHERE page = ?", (mark, stamp(now), page))


def swept(db: Database, page: PageId, now: datetime) -> None:
    db.execute("UPDATE pages SET swept_at = ? WHERE page = ?", (stamp(now), page))


def read_done(db: Database, page: PageId, now: datetime, gap: timedelta) -> None:
    """One read came to its end. A pause longer than `gap` begins a new stretch of watching."""
    with atomic(db):
        # Not a stretch that a clock which ran ahead has left in the future.
        sql = "SELECT * FROM watches WHERE page = ? AND began <= ? ORDER BY began DESC LIMIT 1"
        last = first(db, sql, page, stamp(now))
        if last and parse(last["ended"]) <= now and now - parse(last["ended"]) <= gap:
            db.execute(
                "UPDATE watches SET ended = ?, reads = reads + 1 WHERE page = ? AND began = ?",
                (stamp(now), page, last["began"]),
            )
        else:
            db.execute(
                "INSERT INTO watches (page, began, ended, reads) VALUES (?, ?, ?, 1)"
                " ON CONFLICT DO UPDATE SET reads = reads + 1",
                (page, stamp(now), stamp(now)),
            )
        db.execute("UPDATE pages SET last_read_at = ? WHERE page = ?", (stamp(now), page))


def in_trouble(db: Database, page: PageId, kind: str, sentence: str, now: datetime) -> None:
    """Note what is wrong; the moment since when stays that of the first time."""
    with atomic(db):
        row = first(db, "SELECT trouble_kind FROM pages WHERE page = ?", page)
        if row and row["trouble_kind"] == kind:
            db.execute("UPDATE pages SET trouble = ? WHERE page = ?", (sentence, page))
            return
        db.execute(
            "UPDATE pages SET trouble = ?, trouble_kind = ?, trouble_since = ?, told_at = NULL WHERE page = ?",
            (sentence, kind, stamp(now), page),
        )
        journal.write(db, "trouble", now, page=page, kind=kind)


def told_of_trouble(db: Database, page: PageId, now: datetime) -> None:
    db.execute("UPDATE pages SET told_at = ? WHERE page = ?", (stamp(now), page))


def out_of_trouble(db: Database, page: PageId, now: datetime, kinds: tuple[str, ...]) -> Trouble | None:
    """Trouble of these kinds is over; what was wrong until now, if anything was. To be read well is not to be obeyed."""
    before = state(db, page, now, timedelta()).trouble
    if before and before.kind not in kinds:
        return None
    if before:
        with atomic(db):
            db.execute(
                "UPDATE pages SET trouble = NULL, trouble_kind = NULL, trouble_since = NULL, told_at = NULL"
                " WHERE page = ?",
                (page,),
            )
            journal.write(db, "trouble_over", now, page=page, kind=before.kind)
    return before


def first_read(db: Database, page: PageId) -> datetime | None:
    """When the Page was read for the first time."""
    row = first(db, "SELECT min(began) AS t FROM watches WHERE page = ?", page)
    return parse(row["t"]) if row and row["t"] else None


def gaps(db: Database, page: PageId, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches between `start` and `end` in which the Page was not read."""
    watched = rows(
        db,
        "SELECT began, ended FROM watches WHERE page = ? AND ended >= ? AND began <= ? ORDER BY began",
        page,
        stamp(start),
        stamp(end),
    )
    found, seen_to = [], start
    for watch in watched:
        if parse(watch["began"]) > seen_to:
            found.append((seen_to, parse(watch["began"])))
        seen_to = max(seen_to, parse(watch["ended"]))
    if seen_to < end:
        found.append((seen_to, end))
    return found


def figures(db: Database, page: PageId, start: datetime, end: datetime) -> tuple[int, int]:
    """Comments read and flagged between two moments, to the hour."""
    row = first(
        db,
        "SELECT coalesce(sum(read), 0) AS read, coalesce(sum(flagged), 0) AS flagged FROM counts"
        " WHERE page = ? AND hour >= ? AND hour < ?",
        page,
        stamp(start)[:13],
        stamp(end)[:13],
    )
    return (row["read"], row["flagged"]) if row else (0, 0)
