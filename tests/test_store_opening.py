"""Opening the store, from several threads and processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.store.database import check_whole, opened

ROOT = Path(__file__).parent.parent


def test_all_jobs_may_open_the_store_at_once_at_the_first_start(tmp_path):
    """Four threads made the new file under one name: the first poll of a new service failed."""
    for n in range(10):
        path, together = tmp_path / str(n) / "school.db", threading.Barrier(4)

        def first_of_all(path: Path = path, together: threading.Barrier = together) -> list[str]:
            together.wait(10)
            with opened(path) as db:
                return check_whole(db)

        with ThreadPoolExecutor(4) as threads:
            assert [f.result() for f in [threads.submit(first_of_all) for _ in range(4)]] == [[]] * 4
        assert not list(path.parent.glob("*.new"))


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux shows who holds which lock")
def test_opening_the_store_leaves_the_locks_of_other_threads_alone(tmp_path):
    """Closing any other handle on the file would drop them all, and another process could then take the WAL away."""
    path = tmp_path / "school.db"
    with opened(path) as db:
        db.execute("INSERT INTO duties (name, period, done_at) VALUES ('a', 'b', 'c')")
        before = _locks()
        assert before
        with opened(path):
            pass
        assert _locks() == before


def test_the_package_is_a_command_too():
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"schoolgate")


def _locks() -> set[str]:
    lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return {line.split(":", 1)[1] for line in lines if f" {os.getpid()} " in line}
