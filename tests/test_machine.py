"""When the machine itself is short of something: no silent skip, no half file, and all goes on when there is room."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import journal
from bot.store.database import atomic, opened
from tests.school import SWEARING, TOKEN, school
from tests.shell import ROOT, once, schoolgate

# Python would leave half a byte-code file behind, and fail on it for ever after.
NO_SCRAPS = {"PYTHONDONTWRITEBYTECODE": "1"}


def limited(page, kind, amount):
    """`once` under a limit of the operating system."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "once", "--json", "--config", str(page.config)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(page.config.parent), "TOKEN": TOKEN, **NO_SCRAPS},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(kind, (amount, amount)),
    )


def goes_on(page):
    """Without the limit everything is done, once."""
    found = once(page)
    assert json.loads(found.stdout)["errors"] == []
    assert [w.kind for w in page.writes] == ["hide"]
    assert schoolgate("verify", "--config", page.config).returncode == 0


@pytest.mark.parametrize("room", [0, 20_000, 90_000, 150_000, 200_000])
def test_a_disk_without_room_is_said_and_caught_up(served, room):
    """A limit on the size of files stands for a full disk: the same calls fail in the same way."""
    found = limited(served, resource.RLIMIT_FSIZE, room)
    assert "Traceback" not in found.stderr
    if found.returncode == 0:
        assert json.loads(found.stdout)["errors"] == []
    files = list((served.config.parent / "run").rglob("*/*.json"))
    assert all(f.stat().st_size > 0 for f in files), "no empty file under a final name"
    once(served)
    goes_on(served)


def test_too_few_file_handles_are_said_plainly_and_nothing_is_skipped(served):
    found = limited(served, resource.RLIMIT_NOFILE, 12)
    assert found.returncode != 0
    once(served)
    goes_on(served)


def test_too_little_memory_stops_it_loudly_and_nothing_is_skipped(served):
    found = limited(served, resource.RLIMIT_AS, 180_000_000)
    assert found.returncode != 0
    goes_on(served)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed; apt-get install strace")
@pytest.mark.parametrize("call", ["fsync,fdatasync:error=EIO:when=3+", "pwrite64:error=ENOSPC:when=30+"])
def test_a_write_that_the_disk_refuses_is_never_taken_for_done(served, call):
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}"]
    found = subprocess.run(
        [*command, sys.executable, "-m", "bot", "once", "--json", "--config", str(served.config)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": str(served.config.parent), "TOKEN": TOKEN, **NO_SCRAPS},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    once(served)
    goes_on(served)


def test_five_hundred_decisions_while_the_worker_polls_are_all_kept(tmp_path):
    with school(tmp_path) as found:
        post = found.page.post("Concert", at=datetime.now(UTC) - timedelta(hours=2))
        for n in range(150):
            found.page.comment(post, f"{SWEARING} {n}", at=datetime.now(UTC) - timedelta(minutes=5))
        found.once()

        def decide():
            with opened(found.settings.database) as db:
                for n in range(500):
                    with atomic(db):
                        journal.write(db, "review", found.now, actor="Helen Marsden", n=n)

        person = threading.Thread(target=decide)
        person.start()
        for _ in range(5):
            found.page.comment(post, SWEARING, at=datetime.now(UTC))
            found.once(minutes=3)
        person.join()
        with found.service.database() as db:
            kept = next(db.query("SELECT count(*) AS n FROM journal WHERE event = 'review'"))["n"]
            assert list(journal.verify(db)) == []
        assert kept == 500
        assert len(found.acts()) == 155
