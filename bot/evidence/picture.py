"""The camera: has the evidence picture drawn by a browser in a child process of its own."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType

from bot.evidence import card
from bot.evidence.child import Answered, Child, Died, Silent
from bot.evidence.lookup import MISSING, letters_without_font
from bot.evidence.lookup import find_browser as find_browser
from bot.evidence.record import Record, read
from bot.outside import NoBrowser, Picture, Refused, TryLater

log = logging.getLogger(__name__)

RENEW_AFTER = 50  # a browser grows with each picture
EMOJI = "\N{GRINNING FACE}"


class ChromiumCamera:
    """Keeps one browser warm between pictures; whatever goes wrong, none is left behind."""

    def __init__(
        self,
        browser: str | None = None,
        deadline: float = 20.0,
        fonts: Callable[[str, dict[int, bool]], list[str]] = letters_without_font,
    ) -> None:
        self._asked = browser
        self._deadline = deadline
        self._fonts = fonts
        self._drawable: dict[int, bool] = {}
        self._child: Child | None = None
        self._taken = 0
        self._said_no_sandbox = False
        self._turn = threading.Lock()

    def __enter__(self) -> ChromiumCamera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def capture(self, record: bytes) -> Picture:
        """The picture of a record; TryLater with a sentence when the browser is missing or in trouble."""
        try:
            found = read(record)
        except ValueError as error:
            raise Refused("The record could not be read, so no picture can be drawn from it.") from error
        with self._turn:
            boxes = self._boxes(found)
            answered = self.draw(card.render(found, boxes))
        cut = (
            "The picture is cut; the record holds the whole text."
            if answered.is_cut or card.is_cut(found)
            else ""
        )
        drawn_by = f"Drawn with Chromium {answered.version}." if answered.version else ""
        return Picture(answered.png, " ".join(filter(None, (cut, boxes, drawn_by))))

    def draw(self, html: str) -> Answered:
        """A page as PNG. A browser that died since the last picture is replaced once."""
        until = time.monotonic() + self._deadline
        was_warm = self._child is not None
        try:
            return self._draw(html, until)
        except Died:
            if not was_warm:
                raise TryLater("The browser stopped in the middle of a picture.") from None
        try:
            return self._draw(html, until)
        except Died:
            raise TryLater("The browser stopped in the middle of a picture, twice.") from None

    def close(self) -> None:
        """End the browser; the next capture starts another."""
        if self._child:
            self._child.stop()
        self._child = None

    def _draw(self, html: str, until: float) -> Answered:
        child = self._ready(until)
        try:
            answered = child.ask(json.dumps({"html": html}).encode() + b"\n", until)
        except Silent:
            self.close()
            raise TryLater(
                f"The browser did not answer within {self._deadline:g} s and was stopped."
            ) from None
        except BaseException:
            self.close()
            raise
        self._taken += 1
        return answered

    def _ready(self, until: float) -> Child:
        if self._child and self._taken >= RENEW_AFTER:
            self.close()
        if self._child is None:
            self._child = self._start(until)
            self._taken = 0
        return self._child

    def _start(self, until: float) -> Child:
        executable = find_browser(self._asked)
        if executable is None:
            raise NoBrowser(MISSING)
        child = Child(executable, sandbox=self._may_use_sandbox())
        try:
            child.greet(until)
        except Died as error:
            child.stop()
            reason = f": {error.reason}" if error.reason else ""
            raise TryLater(f"The browser did not start{reason}.") from None
        except Silent:
            child.stop()
            raise TryLater(
                f"The browser did not start within {self._deadline:g} s and was stopped."
            ) from None
        except BaseException:
            child.stop()
            raise
        log.info("browser started version=%s", child.version)
        return child

    def _may_use_sandbox(self) -> bool:
        """As root Chromium refuses its sandbox; the service should not run as root."""
        if os.geteuid() != 0:
            return True
        if not self._said_no_sandbox:
            log.warning("the browser runs without its sandbox, because we are root")
            self._said_no_sandbox = True
        return False

    def _boxes(self, record: Record) -> str:
        """What no font here can draw: a box in evidence must not go without a word."""
        missing = self._fonts(EMOJI + card.texts(record), self._drawable)
        if not missing:
            return ""
        named = ", ".join("emoji" if m == EMOJI else f"U+{ord(m):04X}" for m in missing[:8])
        return f"This machine has no font for {named}: such characters show as boxes. The record holds them."
