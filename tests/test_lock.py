"""Two workers at once are refused; a dead one holds nobody up."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from bot.lock import Taken, only_worker

HOLD = """
import sys, time
from pathlib import Path
from bot.lock import only_worker
with only_worker(Path(sys.argv[1]), "process 4711, since 21:04"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_the_second_worker_is_told_who_holds_the_lock(tmp_path, holder):
    with pytest.raises(Taken, match="process 4711, since 21:04"), only_worker(tmp_path, "second"):
        pytest.fail("two workers at once")


def test_the_lock_falls_when_its_holder_is_killed(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with only_worker(tmp_path, "second"):
        assert (tmp_path / "worker.lock").read_text() == "second"


def test_the_lock_can_be_taken_again(tmp_path):
    for _ in range(2):
        with only_worker(tmp_path, "me"):
            pass
