"""A worker that dies at its n-th boundary, as a power cut would end it.

Run as a program it imports everything once, then forks one child for each line that it is given:
`{"config": PATH, "at": N, "after_ms": MS}` → `{"status": S, "points": P}`. Boundaries are the moments before and
after everything that leaves a trace: each SQL statement, each HTTP call, each file made safe, each letter laid down.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
import spacy  # noqa: F401 - once here instead of in every child
from sqlite_utils import Database

from bot import cli, clock
from bot.commands import run, verify  # noqa: F401 - imported before the forks
from bot.evidence import picture


class Points:
    """Counts boundaries and dies at one of them."""

    def __init__(self, at: int) -> None:
        self.at, self.seen, self._lock = at, 0, threading.Lock()

    def here(self) -> None:
        with self._lock:
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.here()
            result = function(*args, **kwargs)
            self.here()
            return result

        return wrapped


def arm(points: Points) -> None:
    """Put a boundary around everything that leaves a trace."""
    Database.execute = points.around(Database.execute)  # type: ignore[method-assign]
    requests.Session.send = points.around(requests.Session.send)  # type: ignore[method-assign]
    os.fsync = points.around(os.fsync)
    os.replace = points.around(os.replace)


def one(order: dict[str, Any]) -> dict[str, int]:
    """Fork, run one cycle, say how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setsid()
        out = os.open(order.get("output", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        if order.get("after_ms"):
            timer = threading.Timer(order["after_ms"] / 1000, os.kill, (os.getpid(), signal.SIGKILL))
            timer.daemon = True
            timer.start()
        points = Points(order.get("at", 0))
        arm(points)
        _bend(order)
        try:
            status = cli.main(["once", "--json", "--config", order["config"]])
        finally:
            order.get("write", os.write)(writing, str(points.seen).encode())
        os._exit(status)
    os.close(writing)
    counted = os.read(reading, 100)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    _end_the_group(child)
    return {"status": os.waitstatus_to_exitcode(status), "points": int(counted or b"0")}


def _bend(order: dict[str, Any]) -> None:
    """What else is out of order: the clock, the disk, the environment."""
    os.environ.update(order.get("environment", {}))
    if ahead := order.get("ahead_seconds"):
        real = clock.now
        clock.now = lambda: real() + timedelta(seconds=ahead)
    if order.get("no_browser"):
        picture.find_browser = lambda *_args: None
    if order.get("full_disk"):

        def no_room(*_args: Any) -> int:
            raise OSError(28, "No space left on device")

        os.write, write = no_room, os.write  # type: ignore[assignment]
        order["write"] = write


def _end_the_group(child: int) -> None:
    """What a power cut would end too: the browser of the child."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def main() -> None:
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(one(json.loads(line))), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
