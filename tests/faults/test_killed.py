"""Killed at any boundary, started again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from tests.faults.evening import Evening, Worker, evening, what_is_wrong

EVERY = int(os.environ.get("SCHOOLGATE_KILL_EVERY", "17"))  # script/faults kills at every one
KILLED = -9


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker()
    yield started
    started.close()


def finish(worker: Worker, found: Evening) -> None:
    """Start it again until there is nothing left to do."""
    for _ in range(3):
        worker.once(found)


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
@pytest.mark.parametrize(("comments", "offending", "kills"), [(200, 20, 10)])
def test_killed_at_random_moments_of_a_busy_evening(tmp_path, worker, comments, offending, kills):
    chance = random.Random(4711)
    with evening(tmp_path, comments, offending, latency=0.002) as found:
        killed = 0
        for _ in range(kills):
            killed += worker.once(found, after_ms=chance.randrange(150, 1500))["status"] == KILLED
        finish(worker, found)
        assert killed > 2
        assert what_is_wrong(found) == []
