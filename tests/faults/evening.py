"""A busy evening on a Page: one post, many comments, some of them to be hidden; and what must be true afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from bot.pages.demo import DemoPage, DemoServer
from bot.settings import load
from bot.store import incidents, outbox
from bot.store.database import check_whole, opened
from bot.verify import everything
from tests.school import CONFIG, PAGE, TOKEN, furnish

PRAISE = (
    "what a lovely evening",
    "well done everyone, the choir were brilliant",
    "is there parking at the back?",
    "so proud of them all xx",
    "fair point about the traffic but the staff did their best",
    "see you on friday",
)
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Evening:
    """One Page, one school folder, and what was asked of the service."""

    folder: Path
    page: DemoPage
    server: DemoServer
    offending: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.folder / "school.toml"

    @property
    def store(self) -> Path:
        return self.folder / "run"


@contextmanager
def evening(folder: Path, comments: int, offending: int, *, latency: float = 0.0) -> Iterator[Evening]:
    """`comments` on one post within an hour, `offending` of them swearing, spread at random but always alike."""
    page = DemoPage(PAGE, "Larkfield", TOKEN)
    now = datetime.now(UTC)
    post = page.post("Tonight's winter concert", at=now - timedelta(hours=2))
    chosen = set(random.Random(7).sample(range(comments), offending))
    with DemoServer(page, latency=latency) as server:
        found = Evening(folder, page, server)
        for n in range(comments):
            at = now - timedelta(hours=1) + timedelta(seconds=3600 * n / comments)
            words = f"you are a fucking disgrace number {n}" if n in chosen else f"{PRAISE[n % 6]} {n}"
            comment = page.comment(post, words, by=(f"u{n % 300}", f"Visitor {n % 300}"), at=at)
            if n in chosen:
                found.offending.append(comment)
        _furnish(found)
        yield found


def _furnish(found: Evening) -> None:
    """A school whose token is in a file: the worker is a process of its own."""
    furnish(
        found.folder,
        found.server.base_url,
        CONFIG.replace('token_env = "TOKEN"', 'token_file = "page.token"'),
    )
    token = found.folder / "page.token"
    token.write_text(TOKEN, encoding="utf-8")
    token.chmod(0o600)


class Worker:
    """The forking process: many short lives without paying for the imports each time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        assert self._out.readline() == "ready\n"

    @property
    def _out(self) -> Any:
        return self._process.stdout

    def once(self, found: Evening, **order: Any) -> dict[str, int]:
        """One `schoolgate once` in a process of its own."""
        assert self._process.stdin
        line = {"config": str(found.config), "output": str(found.folder / "output.txt"), **order}
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        answer: dict[str, int] = json.loads(self._out.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
        self._out.close()


def what_is_wrong(found: Evening) -> list[str]:
    """Every promise of the service, looked at from outside: nothing lost, nothing twice."""
    wrong = []
    acts = Counter(w.target for w in found.page.writes if w.kind == "hide")
    for comment in found.offending:
        if not found.page.is_hidden(comment):
            wrong.append(f"{comment} is not hidden")
        if acts[comment] != 1:
            wrong.append(f"{comment} was hidden {acts[comment]} times in effect")
    wrong += [f"{c} was hidden without a reason" for c in set(acts) - set(found.offending)]
    settings = load(found.config, {})
    with opened(settings.database) as db:
        wrong += check_whole(db) + list(everything(db, settings.evidence))
        wrong += _incidents(db, found)
    return wrong + _letters(found)


def _incidents(db: Any, found: Evening) -> list[str]:
    wrong = []
    all_of_them = incidents.every(db, limit=10_000)
    flagged = Counter(i.comment for i in all_of_them)
    if flagged != Counter(found.offending):
        wrong.append(f"{sum(flagged.values())} incidents for {len(found.offending)} comments")
    for incident in all_of_them:
        kinds = [e.kind for e in incidents.evidence(db, incident.id)]
        if kinds.count("record") != 1:
            wrong.append(f"incident {incident.id} has {kinds.count('record')} records")
        for step in incidents.steps(db, incident.id):
            if step.state != "done" and step.name not in ("picture", "delete"):
                wrong.append(f"incident {incident.id}: {step.name} is {step.state} ({step.note})")
        for alert in outbox.told(db, incident.id):
            if alert["state"] != "sent":
                wrong.append(f"incident {incident.id}: the alert to {alert['to']} is {alert['state']}")
    return wrong


def _letters(found: Evening) -> list[str]:
    """Each person is told of each incident in exactly one letter, counted by Message-ID."""
    told: dict[str, Counter[int]] = {}
    ids: dict[str, bytes] = {}
    for file in sorted((found.folder / "outbox").glob("*.eml")):
        content = file.read_bytes()
        message = message_from_bytes(content, policy=policy.default)
        if ids.setdefault(message["Message-ID"], content) != content:
            return [f"two different letters share {message['Message-ID']}"]
        numbers = message["X-Schoolgate-Incidents"]
        if numbers:
            told.setdefault(message["To"], Counter()).update(int(n) for n in numbers.split(","))
    wrong = [
        f"{who} was told of {n} {times} times"
        for who, c in told.items()
        for n, times in c.items()
        if times > 1
    ]
    for who, counted in told.items():
        if len(counted) != len(found.offending):
            wrong.append(f"{who} was told of {len(counted)} of {len(found.offending)}")
    return wrong if told or not found.offending else ["nobody was told"]
