"""The parts of a running service, as the worker, the schedule and the doctor find them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlite_utils import Database

from bot.domain.comment import Comment, PageId
from bot.domain.decision import Decision, Role
from bot.domain.finding import Inspection
from bot.domain.incident import Person
from bot.outside import Camera, Page, Postbox
from bot.settings import Settings
from bot.store import database


class GatedPage(Page, Protocol):
    """A Page whose silences have to be remembered over a restart."""

    no_calls_until: datetime | None
    no_writes_until: datetime | None

    @property
    def warnings(self) -> tuple[str, ...]: ...  # each given out once


@dataclass(slots=True)
class Report:
    """What one cycle did."""

    read: int = 0
    new: int = 0
    edited: int = 0
    flagged: int = 0
    hidden: int = 0
    deleted: int = 0
    captured: int = 0
    mail_queued: int = 0
    mail_sent: int = 0
    errors: list[str] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)  # worth a line, but no trouble

    def trouble(self, sentence: str) -> None:
        """Each sentence once: eighty comments that meet the same closed door are one trouble."""
        if sentence not in self.errors:
            self.errors.append(sentence)


def _silent(_what: str, _done: int, _of: int) -> None:
    """Nobody is watching."""


@dataclass(slots=True)
class Service:
    """One school's service, put together."""

    settings: Settings
    pages: Mapping[PageId, GatedPage]
    token_marks: Mapping[PageId, str]  # tells one token from another without giving it away
    inspect: Callable[[Comment], Inspection]
    decide: Callable[[Inspection, Comment], Decision]
    camera: Camera
    postbox: Postbox
    first_cycle: bool = False  # of a service that has just started: prove the token again
    stopping: threading.Event = field(default_factory=threading.Event)
    cried_out: str = ""  # the hour of the last letter from memory
    progress: Callable[[str, int, int], None] = _silent

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A connection of the calling thread."""
        with database.opened(self.settings.database) as db:
            yield db

    @property
    def acts(self) -> bool:
        """Whether anything on the Page may be touched."""
        return self.settings.moderation.mode == "enforce"

    @property
    def look_back(self) -> timedelta:
        return timedelta(days=self.settings.moderation.look_back_days)

    @property
    def zone(self) -> str:
        return self.settings.school.timezone

    def people(self) -> dict[Role, tuple[Person, ...]]:
        """Who is told, for every role."""
        return {role: self.settings.told(role) for role in Role}
