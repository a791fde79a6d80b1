"""Calls on the platform with manners: silent when told to be, patient with reads, never repeating a write."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.comment import PageId
from bot.outside import Answer, BadAnswer, Gone, NotAllowed, OutsideError, PolicyBlock, Throttled, TryLater
from bot.pages import exact, usage
from bot.pages.errors import TooMuch, problem
from bot.pages.http import Reply, Wire

log = logging.getLogger(__name__)

AGAIN = 3  # how often a read is repeated
LONGEST = 60.0  # seconds; no repeat begins later than this
BLOCKED_FOR = timedelta(hours=6)
FULL_FOR = timedelta(minutes=15)  # at 100 % of the allowance, where no time is named
NEARLY_FULL = 80

Took = TypeVar("Took")


@dataclass(frozen=True, slots=True)
class Read:
    """A good answer: its value, and the text that holds it."""

    answer: Answer
    text: str
    value: dict[str, object]


class Calls:
    """All calls of one Page, with what must be remembered between them."""

    def __init__(
        self,
        wire: Wire,
        page_id: PageId,
        version: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self.made = 0
        self.no_calls_until: datetime | None = None
        self.no_writes_until: datetime | None = None
        self._wire, self._page_id, self._version = wire, page_id, version
        self._now, self._sleep, self._random = now, sleep, random
        self._worked = False
        self._said: dict[str, str] = {}
        self._warnings: list[str] = []

    def get(self, path: tuple[str, ...], query: Mapping[str, str], take: Callable[[Read], Took]) -> Took:
        """Read, and read again while the platform has trouble; `take` may find the answer bad as well."""
        began = time.monotonic()
        for tried in range(AGAIN + 1):
            try:
                return take(self._read(path, query))
            except (Throttled, TooMuch):
                raise
            except Gone:
                self._prove_the_token()
                raise
            except TryLater as error:
                pause = (0.5 + self._random()) * 2.0**tried
                if tried == AGAIN or time.monotonic() - began + pause > LONGEST:
                    raise
                log.info("read again page=%s try=%d error=%s", self._page_id, tried + 2, type(error).__name__)
            self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def write(self, method: str, path: tuple[str, ...], form: Mapping[str, str]) -> object:
        """Act once. The answer's value, or what the platform said against it."""
        if self.no_writes_until and self._now() < self.no_writes_until:
            raise PolicyBlock(
                "Facebook has blocked the Page's actions; the next is tried after "
                f"{self.no_writes_until:%d %b %H:%M} UTC."
            )
        try:
            return self._judged(self._call(method, path, {}, form))[1]
        except Gone:
            self._prove_the_token()
            raise

    def warn(self, about: str, sentence: str) -> None:
        """Keep a sentence for a person, once for as long as it stays the same."""
        if self._said.get(about) != sentence:
            self._said[about] = sentence
            self._warnings.append(sentence)

    def drain(self) -> tuple[str, ...]:
        """The warnings since the last time."""
        warnings, self._warnings = tuple(self._warnings), []
        return warnings

    def close(self) -> None:
        self._wire.close()

    def _read(self, path: tuple[str, ...], query: Mapping[str, str]) -> Read:
        reply = self._call("GET", path, query, {})
        text, value = self._judged(reply)
        if not isinstance(value, dict):
            raise BadAnswer("Facebook's server sent something else than an object.")
        self._worked = True
        return Read(reply.answer, text, value)

    def _call(
        self, method: str, path: tuple[str, ...], query: Mapping[str, str], form: Mapping[str, str]
    ) -> Reply:
        now = self._now()
        if self.no_calls_until and now < self.no_calls_until:
            raise Throttled(
                f"Facebook asked us to call less often; nothing is asked before {self.no_calls_until:%H:%M} UTC.",
                self.no_calls_until,
            )
        self.made += 1
        reply = self._wire.call(method, path, query, form)
        self._notice(reply.headers, now)
        return reply

    def _judged(self, reply: Reply) -> tuple[str, object]:
        """Text and value of a good answer; else raises what is wrong, and remembers what it forbids."""
        text, value, unread = "", None, None
        try:
            text, value = exact.read(reply.body)
        except BadAnswer as error:
            unread = error
        found = problem(reply.answer.status, reply.headers, value, self._now()) or unread
        if found:
            self._remember(found)
            raise found
        return text, value

    def _remember(self, found: OutsideError) -> None:
        if isinstance(found, Throttled):
            self.no_calls_until = max(found.until, self.no_calls_until or found.until)
        if isinstance(found, PolicyBlock):
            self.no_writes_until = self._now() + BLOCKED_FOR

    def _notice(self, headers: Mapping[str, str], now: datetime) -> None:
        used = usage.percent(headers)
        if used >= 100:
            until = now + (usage.wait(headers, now) or FULL_FOR)
            self.no_calls_until = max(until, self.no_calls_until or until)
        if used > NEARLY_FULL:
            self.warn(
                "usage", f"{used // 10 * 10:.0f} % or more of what Facebook lets this Page ask for is used."
            )
        else:
            self._said.pop("usage", None)
        served = headers.get("facebook-api-version", self._version)
        if served != self._version:
            self.warn(
                "version",
                f"Facebook answered as version {served[:20]} although {self._version} was asked for: "
                "set graph.version in config.toml to one that is still alive.",
            )

    def _prove_the_token(self) -> None:
        """'Gone' is only to be believed from a platform that lets this token see something else."""
        if self._worked:
            return
        try:
            self._read((self._page_id,), {"fields": "id"})
        except Gone:
            raise NotAllowed(
                "The token can't see the Page itself: it lacks permissions, or the Page's id in config.toml is wrong."
            ) from None


def succeeded(value: object) -> bool:
    """Whether an answer to a write says yes; old versions say it with a bare `true`."""
    said = value.get("success") if isinstance(value, dict) else value
    return said is True or said == "true"
