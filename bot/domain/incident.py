"""A flagged comment and what is still owed about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.comment import CommentId, PageId

IncidentId = NewType("IncidentId", int)


class StepName(StrEnum):
    """A piece of work that an incident owes, in the order in which it is wished for."""

    RECORD = "record"
    PICTURE = "picture"
    HIDE = "hide"
    DELETE = "delete"
    REPLY = "reply"
    ALERT = "alert"


class StepState(StrEnum):
    """A step is owed until it is done; stuck means that a person must look."""

    OWED = "owed"
    DONE = "done"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it is given out to be performed."""

    incident: IncidentId
    name: StepName
    page: PageId
    comment: CommentId
    version: int
    attempts: int
    text: str | None = None  # what a reply says


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was kept about an incident."""

    kind: str  # "record" or "picture"
    file: str  # relative to the evidence folder
    sha256: str
    size: int
    made_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the school who is told things."""

    name: str
    email: str
