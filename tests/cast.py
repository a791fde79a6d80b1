"""The cast and the furniture of the tests. Nobody in them is real."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from bot.domain.comment import Author, Comment, CommentId, PageId, PostId
from bot.outside import Answer, Batch, PostCursor, Sighting

NOW = datetime(2026, 11, 20, 22, 4, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = PageId("100000000000001")
POST = PostId("100000000000001_1")


def a_comment(
    message: str = "Lovely assembly today",
    *,
    id: str = "1_1",
    **fields: Any,
) -> Comment:
    """A comment by a visitor; name what matters to the test."""
    given: dict[str, Any] = {"author": Author("u1", "Sam Example"), "created_at": NOW, "post_id": POST}
    return Comment(id=CommentId(id), page_id=PAGE, message=message, **{**given, **fields})


def a_sighting(comment: Comment) -> Sighting:
    """The comment as if one answer had brought it."""
    said = {"id": comment.id, "message": comment.message, "is_hidden": comment.is_hidden}
    raw = json.dumps(said).encode()
    answer = Answer("GET /v25.0/x/comments", 200, (("date", "x"),), NOW, hashlib.sha256(raw).hexdigest())
    return Sighting(comment, raw, answer)


def a_batch(*comments: Comment, cursor: datetime | None = None) -> Batch:
    """One answer with these comments."""
    cursors = (PostCursor(POST, "2026", cursor),) if cursor else ()
    return Batch(tuple(a_sighting(c) for c in comments), cursors)
