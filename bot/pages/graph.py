"""A Facebook Page through the Graph API."""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from bot.domain.comment import CommentId, PageId, PostId
from bot.outside import Batch, PostCursor, Token
from bot.pages.acts import Acts
from bot.pages.asking import Asking
from bot.pages.calls import Calls
from bot.pages.http import Wire
from bot.pages.reading import Reader
from bot.pages.selfcheck import SelfCheck


class GraphPage:
    """One Page that can be read and acted on (outside.Page)."""

    def __init__(
        self,
        page_id: PageId,
        name: str,
        token: Token,
        *,
        base_url: str = "https://graph.facebook.com",
        version: str = "v25.0",
        app_secret: Token | None = None,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = chance.random,
        no_calls_until: datetime | None = None,
        no_writes_until: datetime | None = None,
        deadline: float = 30.0,
    ) -> None:
        self._id, self._name = page_id, name
        wire = Wire(base_url, version, token, app_secret, deadline, now)
        self._calls = Calls(wire, page_id, version, now, sleep, random)
        self._calls.no_calls_until, self._calls.no_writes_until = no_calls_until, no_writes_until
        self._acts = Acts(self._calls, page_id, base_url)
        self._check = SelfCheck(self._calls, page_id, base_url)
        self._reader = Reader(Asking(self._calls, page_id, base_url), page_id, base_url)

    def __repr__(self) -> str:
        return f"GraphPage({self._id!r})"

    @property
    def id(self) -> PageId:
        return self._id

    @property
    def name(self) -> str:
        return self._name

    @property
    def calls(self) -> int:
        """How many HTTP calls were made so far."""
        return self._calls.made

    @property
    def no_calls_until(self) -> datetime | None:
        """Until when the platform wants to hear nothing from us, or the worker wants us to be silent."""
        return self._calls.no_calls_until

    @no_calls_until.setter
    def no_calls_until(self, until: datetime | None) -> None:
        self._calls.no_calls_until = until

    @property
    def no_writes_until(self) -> datetime | None:
        """Until when the platform forbids us to act."""
        return self._calls.no_writes_until

    @no_writes_until.setter
    def no_writes_until(self, until: datetime | None) -> None:
        self._calls.no_writes_until = until

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know, each sentence given out once."""
        return self._calls.drain()

    def close(self) -> None:
        self._calls.close()

    def check(self) -> tuple[str, ...]:
        """Prove that the token is this Page's and sees comments; warnings, or an OutsideError."""
        return self._check.run()

    def read(
        self, cursors: Mapping[PostId, PostCursor], since: datetime, now: datetime, *, sweep: bool
    ) -> Iterator[Batch]:
        """All that is new since the cursors, and recent comments again for edits."""
        return self._reader.read(cursors, since, now, sweep=sweep)

    def is_hidden(self, comment: CommentId) -> bool:
        return self._acts.is_hidden(comment)

    def hide(self, comment: CommentId) -> None:
        self._acts.set_hidden(comment, True)

    def unhide(self, comment: CommentId) -> None:
        self._acts.set_hidden(comment, False)

    def delete(self, comment: CommentId) -> None:
        self._acts.delete(comment)

    def reply(self, comment: CommentId, text: str, *, first_try: bool) -> str:
        return self._acts.reply(comment, text, first_try=first_try)
