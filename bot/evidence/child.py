"""The browser's process as its parent sees it: asked by a line, answered by bytes, ended whole."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import bot
from bot.evidence import processes

MOST_BYTES = 64 * 1024 * 1024
# What the browser needs, and nothing else: passwords and tokens live in the environment too.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PLAYWRIGHT_BROWSERS_PATH",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "XDG_CACHE_HOME",
)


class Died(Exception):
    """The child or its browser ended before it answered."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class Silent(Exception):
    """No answer before the deadline."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One picture as it came back."""

    png: bytes
    is_cut: bool
    version: str


class Child:
    """One child process with one browser."""

    def __init__(self, executable: str, *, sandbox: bool) -> None:
        self.version = ""
        self._groups: list[processes.Group] = []
        self._folder = tempfile.TemporaryDirectory(prefix="schoolgate-browser-", ignore_cleanup_errors=True)
        try:
            self._process = self._begin(executable, sandbox)
        except BaseException:
            self._folder.cleanup()
            raise

    def greet(self, until: float) -> None:
        """Wait until the browser has started."""
        head = self._head(until)
        self.version = str(head["version"])
        self._groups = [processes.Group(int(g), int(started)) for g, started in head["groups"]]

    def ask(self, request: bytes, until: float) -> Answered:
        """Send one request and read its answer, both before the deadline."""
        self._send(request, until)
        head = self._head(until)
        size = int(head["size"])
        if size > MOST_BYTES:
            raise Died
        return Answered(self._receive(size, until), bool(head["is_cut"]), self.version)

    def stop(self) -> None:
        """End the child and every process that came of it."""
        processes.end(self._process.pid, self._groups)
        for pipe in (self._process.stdin, self._process.stdout):
            # What was not sent yet has nobody to go to.
            with contextlib.suppress(OSError):
                _of(pipe).close()
        self._process.wait()
        self._folder.cleanup()

    def _begin(self, executable: str, sandbox: bool) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment |= {"PYTHONPATH": str(Path(bot.__file__).parent.parent), "TMPDIR": self._folder.name}
        words = [executable, "sandbox" if sandbox else "root", self._folder.name]
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.evidence.browser", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment,
            start_new_session=True,
            bufsize=0,
        )
        for pipe in (process.stdin, process.stdout):
            os.set_blocking(_of(pipe).fileno(), False)
        return process

    def _head(self, until: float) -> dict[str, Any]:
        line = bytearray()
        while not line.endswith(b"\n"):
            line += self._receive(1, until)
        try:
            head: dict[str, Any] = json.loads(line)
        except ValueError:
            raise Died from None
        if "error" in head:
            raise Died(str(head.get("reason", "")))
        return head

    def _send(self, content: bytes, until: float) -> None:
        rest = memoryview(content)
        pipe = _of(self._process.stdin).fileno()
        while rest:
            _wait(pipe, selectors.EVENT_WRITE, until)
            try:
                rest = rest[os.write(pipe, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise Died from None

    def _receive(self, size: int, until: float) -> bytes:
        received = bytearray()
        pipe = _of(self._process.stdout).fileno()
        while len(received) < size:
            _wait(pipe, selectors.EVENT_READ, until)
            try:
                part = os.read(pipe, size - len(received))
            except BlockingIOError:
                continue
            if not part:
                raise Died
            received += part
        return bytes(received)


def _of(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _wait(pipe: int, event: int, until: float) -> None:
    """Until the pipe is ready; Silent when the time is over."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, until - time.monotonic())):
            raise Silent
