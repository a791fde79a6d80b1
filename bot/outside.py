"""What we ask of the outside, and what can go wrong there.

OutsideError             anything below; its text never carries a token
├── TryLater             busy or away: the same call may succeed later
│   ├── Throttled        no call at all before `until`
│   ├── Doubtful         a write whose outcome is unknown: read the state first
│   ├── BadAnswer        an answer that is no answer (HTML, cut off, too large)
│   └── NoBrowser        there is none on this machine: the picture waits for one
├── NotAllowed           a permission or a password is missing
│   ├── TokenDead        expired, revoked or logged out: nothing works until a person mends it
│   └── WrongToken       a token of the wrong kind, or for another Page
├── PolicyBlock          the platform forbids us to write for some hours
├── Refused              this very request will never succeed
└── Gone                 removed before we came to it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from bot.domain.comment import Comment, CommentId, PageId, PostId


class OutsideError(Exception):
    """Something outside went wrong; `str()` of it is a sentence for a person."""


class TryLater(OutsideError):
    """Busy or away: the same call may succeed later."""


class Throttled(TryLater):
    """The platform asks us to stop calling until a given time."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Doubtful(TryLater):
    """A write got no clear answer: it may have happened. Read the state before any second try."""


class BadAnswer(TryLater):
    """What came back is not an answer of the Graph API."""


class NoBrowser(TryLater):
    """There is no browser on this machine: the picture waits for one."""


class NotAllowed(OutsideError):
    """A permission, a role or a password is missing."""


class TokenDead(NotAllowed):
    """The token no longer works; a person has to make a new one."""


class WrongToken(NotAllowed):
    """The token works, but is not this Page's."""


class PolicyBlock(OutsideError):
    """The platform has blocked our writes for some hours; waiting is the only cure."""


class Refused(OutsideError):
    """This very request will never succeed as it is."""


class Gone(OutsideError):
    """The object was removed, or we lost sight of it."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; it hides itself wherever it is printed."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "[token]"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the platform: how it was asked for (without token) and what came with it."""

    request: str  # "GET /v25.0/1_2/comments?fields=…", never a token
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime
    sha256: str  # of the whole body


@dataclass(frozen=True, slots=True)
class Sighting:
    """A comment as it stood in one answer, with exactly the bytes that said so."""

    comment: Comment
    raw: bytes
    answer: Answer


@dataclass(frozen=True, slots=True)
class PostCursor:
    """How far the comments of one post have been read."""

    post: PostId
    updated_time: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What one answer brought; the cursors that may move once it is stored."""

    sightings: tuple[Sighting, ...]
    cursors: tuple[PostCursor, ...] = ()
    unreadable: tuple[Sighting, ...] = ()  # could not be made a Comment: a person must look
    notes: tuple[str, ...] = ()  # one sentence each: what a person should know of this read


class Page(Protocol):
    """A Page that can be read and acted on."""

    @property
    def id(self) -> PageId: ...
    @property
    def name(self) -> str: ...
    @property
    def calls(self) -> int: ...  # how many HTTP calls were made so far

    def check(self) -> tuple[str, ...]:
        """Prove that the token is this Page's and sees comments; warnings, or an OutsideError."""

    def read(
        self, cursors: Mapping[PostId, PostCursor], since: datetime, now: datetime, *, sweep: bool
    ) -> Iterator[Batch]:
        """All that is new since the cursors, and recent comments again for edits."""

    def is_hidden(self, comment: CommentId) -> bool: ...
    def hide(self, comment: CommentId) -> None: ...
    def unhide(self, comment: CommentId) -> None: ...
    def delete(self, comment: CommentId) -> None: ...
    def reply(self, comment: CommentId, text: str, *, first_try: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn picture, and what a reader should know of how it was drawn."""

    png: bytes
    note: str = ""


class Camera(Protocol):
    """Draws the evidence picture from a record."""

    def capture(self, record: bytes) -> Picture: ...
    def close(self) -> None: ...


class Postbox(Protocol):
    """Takes one message for one recipient."""

    def send(self, message: EmailMessage) -> None: ...
