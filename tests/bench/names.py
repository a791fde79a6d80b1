"""Name detection beside two that can be had off the shelf: comments a second on one core, and what each finds."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure
from tests.faults.evening import ROOT

PINNED = Path(__file__).with_name("rivals.txt")
READY = "SCHOOLGATE_BENCH_RIVALS"  # a folder with an environment that was made from PINNED before
ROUNDS = 5
TIMES_PRESIDIO = 10
NAMES = {"ours": "ours", "spacy": "spaCy NER and roster", "presidio": "Presidio and roster"}
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")}


@dataclass
class Contestant:
    """One finder of names in a process of its own, which is timed whenever it is asked."""

    process: subprocess.Popen[str]
    counted: dict[str, int]
    rates: list[float]

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    def answer(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A finder of names ended before it answered; what it said stands above.")
        return line

    def run(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.rates.append(float(self.answer()))


def measure() -> list[Figure]:
    """All at the same time ready, then round by round in turn: a busy machine is busy for each of them."""
    with _rivals() as python, ExitStack() as opened:
        them = {"ours": opened.enter_context(_contestant(Path(sys.executable), "ours", "all"))}
        if python:
            for name in ("spacy", "presidio"):
                them[name] = opened.enter_context(_contestant(python, "rival", name))
        for _ in range(ROUNDS):
            for one in them.values():
                one.run()
        with _contestant(Path(sys.executable), "ours", "likely") as likely:
            return [*_rates(them), *_accuracy(them), *_told("ours, without what is only possible", likely)]


def _rates(them: dict[str, Contestant]) -> Iterator[Figure]:
    for name, one in them.items():
        spread = f"{min(one.rates):,.0f} to {max(one.rates):,.0f} in {ROUNDS} rounds"
        yield Figure(f"{NAMES[name]}: comments a second", one.rate, note=spread)
    for name, least in (("spacy", None), ("presidio", TIMES_PRESIDIO)):
        if name in them:
            turns = zip(them["ours"].rates, them[name].rates, strict=True)
            ratio = statistics.median(ours / theirs for ours, theirs in turns)
            yield Figure(f"ours, times {NAMES[name]}", ratio, least=least)


def _accuracy(them: dict[str, Contestant]) -> Iterator[Figure]:
    for name, one in them.items():
        yield from _told(NAMES[name], one)


def _told(name: str, one: Contestant) -> Iterator[Figure]:
    found, missed, false = (one.counted[what] for what in ("found", "missed", "false"))
    note = f"{found} found, {missed} missed, {false} false"
    yield Figure(f"{name}: precision on hands 21, 22", found / max(1, found + false), note=note)
    yield Figure("… recall", found / max(1, found + missed))


@contextmanager
def _contestant(python: Path, module: str, which: str) -> Iterator[Contestant]:
    process = subprocess.Popen(
        [python, "-W", "ignore", "-m", f"tests.bench.{module}", which],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        one = Contestant(process, {}, [])
        one.counted = json.loads(one.answer())
        yield one
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe
            pipe.close()


@contextmanager
def _rivals() -> Iterator[Path | None]:
    """Python with the rivals, in a folder that is gone afterwards; none where they cannot be installed."""
    if ready := os.environ.get(READY):
        yield Path(ready) / "bin" / "python"
        return
    with tempfile.TemporaryDirectory(prefix="schoolgate-rivals-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        pip = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "-r", PINNED]
        if subprocess.run(pip, capture_output=True).returncode:
            print("The rivals could not be installed here (tests/bench/rivals.txt): ours is measured alone.")
            yield None
        else:
            yield python
