"""The hands of models/corpus as a contest reads them. Standard library only: the rivals run it in an environment of their own."""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "models" / "corpus"
MEASURED = CORPUS / "measured"
EVERY = 5  # of the comments one in so many is timed: mixed, and a round stays short
Row = dict[str, Any]
Named = Callable[[Row], set[str]]  # the ids of the pupils that a comment names


@dataclass(frozen=True)
class Hand:
    """One author's comments, with the roster that they are written about."""

    rows: list[Row]
    roster: Path
    staff: Path

    @property
    def pupils(self) -> list[dict[str, str]]:
        with self.roster.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))


def hands(folder: Path) -> list[Hand]:
    """All of them that have a roster."""
    found = []
    for file in sorted(folder.glob("hand-*.jsonl")):
        roster, staff = (file.with_name(f"{file.stem}-{kind}.csv") for kind in ("roster", "staff"))
        if roster.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            found.append(Hand([json.loads(line) for line in lines if line.strip()], roster, staff))
    return found


def contend(prepare: Callable[[Hand], Named]) -> None:
    """Say how well it goes on the measured hands; then time one round for each line that is asked."""
    alone_on_one_core()
    print(json.dumps(_counted([(prepare(hand), hand) for hand in hands(MEASURED)])), flush=True)
    timed = [(prepare(hand), hand.rows[::EVERY]) for hand in hands(CORPUS)]
    _round(timed)  # not counted: what is looked up for the first time
    for _ in sys.stdin:
        print(_round(timed), flush=True)


def alone_on_one_core() -> None:
    """As `taskset` does it; where there is no such thing, processor time is all the same that of one thread."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _round(timed: Iterable[tuple[Named, list[Row]]]) -> float:
    """Comments a second of processor time."""
    began, comments = time.process_time(), 0
    for named, rows in timed:
        comments += len(rows)
        for row in rows:
            named(row)
    return comments / (time.process_time() - began)


def _counted(judged: Iterable[tuple[Named, Hand]]) -> dict[str, int]:
    """Comments in which pupils were found, missed, or named where there are none."""
    found = missed = false = 0
    for named, hand in judged:
        for row in hand.rows:
            must, may = row["expect"]["must"], row["expect"]["may"]
            ids = named(row)
            if "pupil_named" in must:
                expected = set(must["pupil_named"] or ids)
                found += bool(ids & expected)
                missed += not ids & expected
            elif ids and "pupil_named" not in may:
                false += 1
    return {"found": found, "missed": missed, "false": false}
