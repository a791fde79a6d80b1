"""What a larger roll costs name detection: `python -m tests.bench names-growth`; with a number, one size in this process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bot.detection.pupils import lexicon, named
from bot.pages import shapes
from tests.bench.crowd import crowd
from tests.bench.figures import Figure
from tests.bench.hands import CORPUS, EVERY, alone_on_one_core, hands
from tests.faults.evening import ROOT

SMALL, LARGE = 200, 50_000
SIZES = (SMALL, 2_000, LARGE)
ROUNDS, RUNS = 5, 3
_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")}


def measure() -> list[Figure]:
    """Each size in processes of its own, in turn."""
    took: dict[int, list[dict[str, float]]] = {size: [] for size in SIZES}
    for _ in range(RUNS):
        for size in SIZES:
            took[size].append(_apart(size))
    return [figure for size in SIZES for figure in _figures(size, took)]


def _figures(size: int, took: dict[int, list[dict[str, float]]]) -> list[Figure]:
    def middle(what: str, of: int = size) -> float:
        return statistics.median(one[what] for one in took[of])

    cost = middle("comment")
    figures = [Figure(f"{size:,} pupils: a comment", cost * 1000, "ms")]
    if size != SMALL:
        limit = 2 if size == LARGE else None
        figures.append(Figure(f"… times that of {SMALL}", cost / middle("comment", SMALL), "", limit))
    return [
        *figures,
        Figure("… tables and pipeline loaded", middle("load"), "s", 2 if size == SMALL else None),
        Figure("… memory of the process", middle("memory"), "MB"),
    ]


def _apart(size: int) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.names_growth", str(size)]
    answer = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **_ONE_THREAD}, check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def _one(size: int) -> dict[str, Any]:
    """Everything in processor seconds, of one thread."""
    alone_on_one_core()
    roster = crowd(size)
    rows = [row for hand in hands(CORPUS) for row in hand.rows[::EVERY]]
    comments = [shapes.comment(dict(row), None) for row in rows]
    began = time.process_time()
    find = named.detector(roster, lexicon.load(ROOT / "moderation_rules"))
    load = time.process_time() - began
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for comment in comments:
            find(comment)
        rounds.append((time.process_time() - began) / len(comments))
    return {"load": load, "comment": min(rounds), "memory": _memory()}


def _memory() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    print(json.dumps(_one(int(sys.argv[1]))))
