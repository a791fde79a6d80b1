"""Whether the service grows slower as its store grows: whole cycles on stores of up to a million comments."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from bot import worker
from bot.assemble import house
from bot.domain.comment import Author, Comment, CommentId, PageId, PostId
from bot.domain.decision import Action, Decision, Role, Urgency
from bot.domain.finding import Category, Confidence, Finding, Span, Tier
from bot.domain.incident import Evidence, IncidentId, Step, StepName
from bot.outside import Answer, Batch, PostCursor, Sighting
from bot.service import Service
from bot.settings import load
from bot.store import comments, incidents, outbox, steps
from bot.store.database import atomic, first
from tests.bench.figures import Figure
from tests.bench.school import school
from tests.faults.evening import PAGE
from tests.school import PaperCamera

MOST = 1_000_000
SIZES = (0, 100_000, 300_000, MOST)
PAGE_ID = PageId(PAGE)
STRETCH = 10_000
A_POST = 100  # comments on one post, and in one batch
A_CYCLE = 1_000
ROUNDS = 3
FLAGGED = 100  # one of so many
HEADERS = (("content-type", "application/json; charset=UTF-8"), ("facebook-api-version", "v25.0"))
DONE = (StepName.RECORD, StepName.HIDE, StepName.ALERT, StepName.PICTURE)
FLAT = 1.5  # times the first


@dataclass
class Visitors:
    """A Page without a network: gives what it was handed, and lets everything be hidden."""

    id: PageId = PAGE_ID
    name: str = "Larkfield"
    calls: int = 0
    no_calls_until: datetime | None = None
    no_writes_until: datetime | None = None
    warnings: tuple[str, ...] = ()
    brings: list[Batch] = field(default_factory=list)

    def check(self) -> tuple[str, ...]:
        return ()

    def read(
        self, cursors: Mapping[PostId, PostCursor], since: datetime, now: datetime, *, sweep: bool
    ) -> Iterator[Batch]:
        brought, self.brings = self.brings, []
        yield from brought

    def hide(self, comment: CommentId) -> None:
        self.calls += 1


@dataclass(slots=True)
class Took:
    """Milliseconds at one size of the store."""

    whole: float  # for 10,000 comments: read, stored, judged, flagged ones dealt with
    quiet: float  # for a cycle that brings nothing


def measure(most: int = MOST) -> list[Figure]:
    """A full-sized roster, one in a hundred flagged; one round at the beginning is not counted."""
    with school(1) as found:
        settings = load(found.config, {})
        now = datetime.now(UTC)
        with house(settings, now) as opened:
            service, page = opened.service, Visitors()
            service.pages, service.camera = {page.id: page}, PaperCamera()
            _round(service, page, 0, now)
            took = {size: _at(service, page, size, now) for size in sorted({*SIZES, most}) if size <= most}
    return [figure for size in took for figure in _figures(size, took[size], took[0])]


def _figures(size: int, took: Took, at_first: Took) -> list[Figure]:
    held = f"{size:,} stored"
    ratio = took.whole / at_first.whole
    return [
        Figure(f"{held}: 10,000 more", took.whole / 1000, "s"),
        Figure("… times the first", ratio, "", FLAT if size else None),
        Figure("… a quiet cycle", took.quiet, "ms"),
    ]


def _at(service: Service, page: Visitors, size: int, now: datetime) -> Took:
    with service.database() as db:
        _fill(db, service, size, now)
        held = _held(db)
    rounds = [_round(service, page, held + n * STRETCH, now) for n in range(ROUNDS)]
    quiet = [_cycle(service, page, [], now) for _ in range(5)]
    return Took(statistics.median(rounds), statistics.median(quiet))


def _round(service: Service, page: Visitors, start: int, now: datetime) -> float:
    """10,000 comments by way of whole cycles of 1,000: the code of the worker, all of it."""
    spent = 0.0
    for first_one in range(start, start + STRETCH, A_CYCLE):
        batches = [_batch(n, now) for n in range(first_one, first_one + A_CYCLE, A_POST)]
        spent += _cycle(service, page, batches, now)
    return spent


def _cycle(service: Service, page: Visitors, batches: list[Batch], now: datetime) -> float:
    page.brings = batches
    began = time.perf_counter()
    report = worker.run_once(service, now)
    spent = time.perf_counter() - began
    assert not report.errors, report.errors
    assert report.hidden == report.new // FLAGGED
    return spent * 1000


def _fill(db: Database, service: Service, size: int, now: datetime) -> None:
    """Older comments by the store's own functions; only the judging is left out, and the disk is not waited for."""
    db.execute("PRAGMA synchronous = OFF")
    while (held := _held(db)) < size:
        then = now - timedelta(hours=(MOST - held) / STRETCH)
        with atomic(db):
            for n in range(held, min(held + STRETCH, size), A_POST):
                comments.save_batch(db, PAGE_ID, _batch(n, then), then - timedelta(days=1), then)
            flagged = [o for o in comments.owed(db, limit=STRETCH) if "fucking" in o.comment.message]
            for owed in flagged:
                _tell(db, _open(db, service, owed, then), then)
            db.execute("UPDATE versions SET judged = 'clear' WHERE judged = 'owed'")
    db.execute("PRAGMA synchronous = FULL")


def _held(db: Database) -> int:
    row = first(db, "SELECT count(*) AS n FROM comments")
    return int(row["n"]) if row else 0


def _open(db: Database, service: Service, owed: comments.Owed, now: datetime) -> IncidentId:
    """An incident with all its steps done."""
    words = Finding(
        Category.PROFANITY,
        "language.listed",
        "It holds a listed word.",
        Confidence.SURE,
        Span(10, 17),
        tier=Tier.STRONG,
    )
    decision = Decision(Action.HIDE, Urgency.SOON, (Role.HEADTEACHER,), "4.2")
    incident = incidents.open_incident(
        db,
        owed.comment,
        owed.version,
        [words],
        decision,
        service.people(),
        now,
        mode="enforce",
        automatic_delete=False,
    )
    for kind, suffix in (("record", "json"), ("picture", "png")):
        digest = sha256(f"{kind} {incident}".encode()).hexdigest()
        kept = Evidence(kind, f"{digest[:2]}/{digest}.{suffix}", f"sha256:{digest}", 4_000, now, "")
        incidents.keep_evidence(db, incident, kept, now)
    for name in DONE:
        step = Step(incident, name, PAGE_ID, owed.comment.id, owed.version, 0, None)
        steps.done(db, step, now)
    comments.hidden_by_us(db, owed.comment.id)
    return incident


def _tell(db: Database, incident: IncidentId, now: datetime) -> None:
    """On most evenings there is one at a time, and each has a letter of its own."""
    for email in outbox.waiting_people(db):
        outbox.queue(db, "alert", email, f"<{incident}.{email}>", now, b"x" * 6_000, tells=[incident])
    for letter in outbox.due(db, now):
        outbox.sent(db, letter, now)


def _batch(start: int, now: datetime) -> Batch:
    """One answer: a hundred comments on a post of their own."""
    post = PostId(f"{PAGE}_{122_000_000_000_000 + start}")
    answer = Answer(
        f"GET /v25.0/{post}/comments", 200, HEADERS, now, f"sha256:{sha256(post.encode()).hexdigest()}"
    )
    scattered = random.Random(start)
    sightings = tuple(_sighting(n, post, scattered, answer, now) for n in range(start, start + A_POST))
    return Batch(sightings, (PostCursor(post, now.isoformat(), now),))


def _sighting(n: int, post: PostId, scattered: random.Random, answer: Answer, now: datetime) -> Sighting:
    """The platform's ids of comments follow no order, as far as anybody can tell."""
    words = f"you are a fucking disgrace {n}" if n % FLAGGED == 0 else f"what a lovely evening {n}"
    own = CommentId(f"{post.rpartition('_')[2]}_{scattered.randrange(10**15, 10**16)}")
    link = f"https://pages.example/{post}?comment_id={own}"
    author = Author(f"u{n % 900}", f"Visitor {n % 900}")
    comment = Comment(
        own, PAGE_ID, words, author=author, created_at=now, post_id=post, permalink=link, can_hide=True
    )
    raw = _raw(comment, now)
    return Sighting(comment, raw, answer)


def _raw(comment: Comment, now: datetime) -> bytes:
    said: dict[str, Any] = {"id": comment.id, "message": comment.message, "created_time": now.isoformat()}
    return repr({**said, "permalink_url": comment.permalink, "can_hide": True, "comment_count": 0}).encode()
