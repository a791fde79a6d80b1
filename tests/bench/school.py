"""The school that is measured: a full-sized roster, the demo Page over real HTTP, the service as its own process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.evening import ROOT, Evening, evening

PUPILS = 1_200
PRAISE = "what a lovely evening"
FIRST = [
    "Aaliyah",
    "Abigail",
    "Adam",
    "Aisha",
    "Albie",
    "Alfie",
    "Amelia",
    "Amina",
    "Archie",
    "Arthur",
    "Ava",
    "Benedict",
    "Bronwen",
    "Caleb",
    "Chloe",
    "Daisy",
    "Dylan",
    "Edith",
    "Eliza",
    "Elsie",
    "Evan",
    "Fatima",
    "Felix",
    "Finley",
    "Freya",
    "George",
    "Gethin",
    "Hamza",
    "Harriet",
    "Ibrahim",
    "Idris",
    "Imogen",
    "Isaac",
    "Ivy",
    "Jaxon",
    "Jemima",
    "Kofi",
    "Layla",
    "Leon",
    "Mabel",
]
LAST = [
    "Abara",
    "Ackroyd",
    "Adeyemi",
    "Ashdown",
    "Bancroft",
    "Birtwistle",
    "Blythe",
    "Bramwell",
    "Chaudhry",
    "Clitheroe",
    "Dhillon",
    "Eastwood",
    "Fairclough",
    "Farooqi",
    "Gledhill",
    "Greenhalgh",
    "Hargreave",
    "Hussain",
    "Inchbald",
    "Jellicoe",
    "Kaczmarek",
    "Kershaw",
    "Lockwood",
    "Mistry",
    "Nettleton",
    "Ogden",
    "Pemberton",
    "Quigley",
    "Rathbone",
    "Sandringham",
]


@contextmanager
def school(comments: int, offending: int = 0, *, latency: float = 0.0) -> Iterator[Evening]:
    """An evening on the Page of a school with 1,200 pupils."""
    with (
        tempfile.TemporaryDirectory(prefix="schoolgate-bench-", ignore_cleanup_errors=True) as folder,
        evening(Path(folder), comments, offending, latency=latency) as found,
    ):
        names = [(first, last) for first in FIRST for last in LAST][:PUPILS]
        lines = [f"P{n:04},{first},{last}" for n, (first, last) in enumerate(names, 1)]
        text = "\n".join(["pupil_id,first_name,last_name", *lines, ""])
        (found.folder / "pupils.csv").write_text(text, encoding="utf-8")
        yield found


@contextmanager
def at_work(found: Evening, poll: str) -> Iterator[subprocess.Popen[bytes]]:
    """`schoolgate run` as a process of its own, ended cleanly."""
    with (found.folder / "output.txt").open("ab") as output:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("schoolgate"), "run", "--config", found.config],
            cwd=ROOT,
            env={**os.environ, "SCHOOLGATE__SCHEDULE__POLL": poll},
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def wait_for(what: str, is_so: Callable[[], bool], seconds: float = 120.0) -> None:
    """Look often, so that what is measured is the service and not the looking."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit(f"The benchmark waited {seconds:g} s in vain: {what}.")
        time.sleep(0.005)
