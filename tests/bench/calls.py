"""How many calls a cycle makes."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from bot import worker
from bot.assemble import house
from bot.service import Service
from bot.settings import load
from tests.bench.figures import Figure
from tests.bench.school import PRAISE, school
from tests.faults.evening import Evening

POSTS = 60
COMMENTS = 1_200
LARGEST_PAGE = 100  # what the platform gives at most in one answer
POLL = timedelta(minutes=3)
DAY = 480  # polls


def measure() -> list[Figure]:
    """A Page with 60 posts: a quiet day, then a post that runs hot."""
    with school(40) as found:
        _older_posts(found)
        settings = load(found.config, {})
        now = datetime.now(UTC)
        with house(settings, now) as opened:
            day = [_calls(found, opened.service, now + n * POLL) for n in range(DAY)]
            now += (DAY + 3) * POLL
            _calls(found, opened.service, now)  # the day's token check is not the hot post's doing
            _runs_hot(found, now + POLL)
            hot = _calls(found, opened.service, now + POLL)
            pages = _pages_of_the_hot_post(found, hot)
            after = [_calls(found, opened.service, now + n * POLL) for n in range(2, 15)]
    quiet = sorted(day[1:])
    least = math.ceil(COMMENTS / LARGEST_PAGE)
    return [
        Figure("calls in a quiet cycle, median of a day", quiet[len(quiet) // 2], "", 2),
        Figure("… mean, with token checks and sweeps", sum(quiet) / len(quiet), "", 2),
        Figure("… of the first cycle of all", day[0], note="token check, sweep of all posts"),
        Figure("answers read for 1,200 new comments on one post", pages, "", least * 1.1, f"least {least}"),
        Figure("… calls of that whole cycle", hot, note="one for the older posts in turn"),
        Figure(
            "… of the cycle after it", after[0], note="half an hour is read again, for edits and late ones"
        ),
        Figure("… forty minutes later", after[-1], "", 2),
    ]


def _older_posts(found: Evening) -> None:
    for n in range(1, POSTS):
        at = datetime.now(UTC) - timedelta(days=n)
        post = found.page.post(f"News of the day {n}", at=at)
        for m in range(8):
            found.page.comment(post, f"{PRAISE} {m}", at=at + timedelta(minutes=m))


def _runs_hot(found: Evening, now: datetime) -> None:
    post = found.page.posts()[0].id
    for n in range(COMMENTS):
        at = now - timedelta(seconds=150 - n / 10)
        found.page.comment(post, f"{PRAISE} {n}", by=(f"u{n % 300}", f"Visitor {n % 300}"), at=at)


def _pages_of_the_hot_post(found: Evening, calls: int) -> int:
    """The answers that held its comments: the newest posts, and what was read on of this one."""
    fields = [r.query["fields"] for r in found.page.requests[-calls:]]
    own = [
        r.path
        for r in found.page.requests[-calls:]
        if r.path.endswith(f"{found.page.posts()[0].id}/comments")
    ]
    return len(own) + sum("comments.limit(50)" in f for f in fields)


def _calls(found: Evening, service: Service, now: datetime) -> int:
    before = len(found.page.requests)
    report = worker.run_cycle(service, now)
    assert not report.errors, report.errors
    return len(found.page.requests) - before
