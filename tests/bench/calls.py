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
            now += DAY * POLL
            _runs_hot(found, now)
            hot = _calls(found, opened.service, now)
            after = _calls(found, opened.service, now + POLL)
    quiet = sorted(day[1:])
    least = math.ceil(COMMENTS / LARGEST_PAGE)
    return [
        Figure("calls in a quiet cycle, median of a day", quiet[len(quiet) // 2], "", 2),
        Figure("… mean, with token checks and sweeps", sum(quiet) / len(quiet), "", 2),
        Figure("… of the first cycle of all", day[0], note="token check, sweep of all posts"),
        Figure("calls for 1,200 new comments on one post", hot, "", least * 1.1, f"least possible {least}"),
        Figure("… in the cycle after it", after, "", 2),
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


def _calls(found: Evening, service: Service, now: datetime) -> int:
    before = len(found.page.requests)
    report = worker.run_cycle(service, now)
    assert not report.errors, report.errors
    return len(found.page.requests) - before
