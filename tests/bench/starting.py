"""From the start of the process to its first poll, and the memory that it takes."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.school import PUPILS, at_work, school, wait_for
from tests.faults.evening import Evening

RUNS = 7
MEGABYTE = 1024  # kB, as /proc counts


def measure() -> list[Figure]:
    """Seven starts of `schoolgate run`, the first of them with a store to make."""
    with school(20) as found:
        seconds = [_start(found) for _ in range(RUNS)]
    note = f"of {RUNS} starts, {PUPILS:,} pupils"
    return [
        Figure("start of the process to its first poll: median", statistics.median(seconds), "s", 3, note),
        Figure("… the slowest", max(seconds), "s", 3),
    ]


def measure_memory() -> list[Figure]:
    """The most that the service's own process ever held over a busy evening; the browser is another process."""
    with school(1_200, 80) as found, at_work(found, poll="2s") as process:
        wait_for("all are hidden", lambda: len(found.page.writes) == len(found.offending))
        wait_for("the head is told", lambda: any((found.folder / "outbox").glob("*.eml")))
        most = _most_memory(process.pid)
    return [Figure("memory at its most, 80 of 1,200 hidden", most, "MB", 300, "without the browser")]


def _start(found: Evening) -> float:
    before, began = len(found.page.requests), datetime.now(UTC)
    with at_work(found, poll="1h"):
        wait_for("the first poll", lambda: len(_polls(found, before)) > 0)
    return (_polls(found, before)[0] - began).total_seconds()


def _polls(found: Evening, before: int) -> list[datetime]:
    """Reads of the feed, not the self-check before them."""
    return [
        r.at for r in found.page.requests[before:] if "reverse_chronological" in r.query.get("fields", "")
    ]


def _most_memory(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / MEGABYTE
