"""What a visitor, or the school itself, put on a Page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

PageId = NewType("PageId", str)
CommentId = NewType("CommentId", str)
PostId = NewType("PostId", str)


class Place(StrEnum):
    """Where on the Page the words stand."""

    COMMENT = "comment"
    REPLY = "reply"
    VISITOR_POST = "visitor_post"
    OWN_POST = "own_post"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it, as far as the platform says. An id is known to one Page only."""

    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Tag:
    """Somebody or something tagged in the text; offsets count Unicode code points."""

    id: str | None
    name: str
    type: str | None
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """What hangs on a comment: its kind and link, never its bytes."""

    type: str
    url: str | None = None
    target_id: str | None = None

    @property
    def is_media(self) -> bool:
        """A photo or a video; not a sticker, a GIF or the preview of a link."""
        kind = self.type.lower()
        return "photo" in kind or "video" in kind or kind in ("album", "native_templates_media")


@dataclass(frozen=True, slots=True)
class Comment:
    """Anything put on a Page: a comment, a reply, a visitor's post; also the school's own posts."""

    id: CommentId
    page_id: PageId
    message: str
    place: Place = Place.COMMENT
    author: Author | None = None
    created_at: datetime | None = None
    post_id: PostId | None = None
    parent_id: CommentId | None = None
    parent_post: str | None = None
    tags: tuple[Tag, ...] = ()
    attachment: Attachment | None = None
    permalink: str | None = None
    is_hidden: bool = False
    can_hide: bool | None = None
    can_remove: bool | None = None
    by_page: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes when what was said changes: the platform has no time of edit to go by."""
        kind = f"{self.attachment.type}:{self.attachment.target_id}" if self.attachment else ""
        text = f"{self.message}\x00{kind}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
