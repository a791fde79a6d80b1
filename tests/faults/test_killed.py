"""Killed at any boundary, started again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import sqlite3
from tests.faults.evening import Evening, Worker, evening, what_is_wrong

CAMPAIGN = os.environ.get("SCHOOLGATE_FAULTS") == "campaign"  # script/faults
EVERY = 1 if CAMPAIGN else 29
BUSY = (1200, 80, 25) if CAMPAIGN else (200, 20, 8)
KILLED = -9


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.close()


def finish(worker: Worker, found: Evening) -> None:
    """Start it again, and again some hours later, until there is nothing left to do."""
    for hours in (0, 2, 4):
        worker.once(found, ahead_seconds=hours * 3600)


def test_an_uninterrupted_evening_leaves_nothing_wrong(tmp_path, worker):
    with evening(tmp_path, 12, 3) as found:
        finish(worker, found)
        assert what_is_wrong(found) == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_every_boundary_of_every_step(tmp_path, worker):
    with evening(tmp_path, 4, 2) as found:
        boundaries = worker.once(found)["points"]
        assert what_is_wrong(found) == []
    assert boundaries > 100
    for at in range(1, boundaries + 1, EVERY):
        folder = tmp_path / f"killed-{at}"
        folder.mkdir()
        with evening(folder, 4, 2) as found:
            ended = worker.once(found, at=at)
            assert ended["status"] == KILLED, f"boundary {at} was not reached"
            finish(worker, found)
            assert what_is_wrong(found) == [], f"killed at boundary {at} of {boundaries}"


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_random_moments_of_a_busy_evening(tmp_path, worker):
    chance = random.Random(4711)
    comments, offending, kills = BUSY
    with evening(tmp_path, comments, offending, latency=0.002) as found:
        killed = 0
        for _ in range(kills):
            killed += worker.once(found, after_ms=chance.randrange(150, 1500))["status"] == KILLED
        finish(worker, found)
        assert killed > 2
        assert what_is_wrong(found) == []


def hanging_browser(folder: Path) -> dict[str, Any]:
    """A browser that starts and never says a word."""
    fake = folder / "chromium-headless-shell"
    fake.write_text("#!/bin/sh\nexec sleep 600\n")
    fake.chmod(0o755)
    return {"environment": {"PATH": f"{folder}:/usr/bin:/bin"}}


CONDITIONS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "mail server down": lambda _f: {"environment": {"SCHOOLGATE__MAIL__URL": "smtp://127.0.0.1:9"}},
    "no browser": lambda _f: {"no_browser": True},
    "disk full": lambda _f: {"full_disk": True},
    "clock set back an hour": lambda _f: {"ahead_seconds": -3600},
}
if CAMPAIGN:
    CONDITIONS["browser hangs"] = hanging_browser


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS.keys())
def test_killed_while_something_else_is_out_of_order(tmp_path, worker, condition):
    chance = random.Random(42)
    with evening(tmp_path, 8, 3) as found:
        worker.once(found, at=40)
        bent = condition(tmp_path)
        for _ in range(8 if CAMPAIGN else 3):
            worker.once(found, at=chance.randrange(20, 400), **bent)
        worker.once(found, **bent)
        finish(worker, found)
        assert what_is_wrong(found) == []


def test_a_database_that_another_holds_is_waited_for(tmp_path, worker):
    with evening(tmp_path, 8, 3) as found:
        worker.once(found, at=300)
        assert (found.store / "schoolgate.db").stat().st_size > 0
        held = sqlite3.connect(found.store / "schoolgate.db", check_same_thread=False)
        held.execute("BEGIN IMMEDIATE")
        threading.Timer(1.5, held.rollback).start()
        assert worker.once(found)["status"] == 0
        held.close()
        finish(worker, found)
        assert what_is_wrong(found) == []
