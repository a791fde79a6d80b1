"""An invented comment in its invented thread, for the tests of the evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.comment import Attachment, Author, Comment, CommentId, PageId, Place, PostId
from bot.domain.incident import IncidentId
from bot.evidence.record import RecordInput, compose
from bot.outside import Answer

PAGE = PageId("100000000000001")
POST = Comment(
    CommentId("100000000000001_122110"),
    PAGE,
    "Sports Day photos are on the website now! Thank you to everyone who stayed to stack the chairs.",
    Place.OWN_POST,
    by_page=True,
    created_at=datetime(2026, 6, 20, 15, 0, tzinfo=UTC),
)
PARENT = Comment(
    CommentId("122110_4400"),
    PAGE,
    "lovely day, shame about the queue for the car park 😂",
    author=Author("u3", "Priya Nair"),
    created_at=datetime(2026, 6, 20, 18, 2, tzinfo=UTC),
)
COMMENT = Comment(
    CommentId("122110_4471"),
    PAGE,
    "Absolute joke, she wants sacking 🤬 ring 07700 900123",
    Place.REPLY,
    author=Author("u7", "Sam Ashdown"),
    created_at=datetime(2026, 6, 20, 23, 30, 31, tzinfo=UTC),
    post_id=PostId(POST.id),
    parent_id=PARENT.id,
    permalink="https://www.page.example/posts/122110/?comment_id=4400&reply_comment_id=4471",
)
PHOTO = Attachment("photo", "https://images.page.example/secret-picture.jpg", "998877665544")
ANSWER = Answer(
    "GET /v25.0/100000000000001_122110/comments?fields=id,message",
    200,
    (("Content-Type", "application/json"), ("date", "Sat, 20 Jun 2026 23:31:09 GMT")),
    datetime(2026, 6, 20, 23, 31, 9, tzinfo=UTC),
    "ab" * 32,
)
GIVEN = RecordInput(
    incident=IncidentId(7),
    page_id=PAGE,
    page_name="Larkfield Primary: our Page",
    school="Larkfield Primary School",
    zone="Europe/London",
    program="0.1.0",
    version=1,
    comment=COMMENT,
    raw=b'{"id": "122110_4471"}',
    answer=ANSWER,
    seen_at=datetime(2026, 6, 20, 23, 31, 10, tzinfo=UTC),
    post=POST,
    parent=PARENT,
)


def given(message: str | None = None, *, school: str | None = None, **comment: Any) -> RecordInput:
    """The invented record with another comment."""
    words = COMMENT.message if message is None else message
    changed = replace(GIVEN, comment=replace(COMMENT, message=words, **comment))
    return replace(changed, school=school, page_name=school) if school else changed


def record(message: str | None = None, *, school: str | None = None, **comment: Any) -> bytes:
    """The invented record as bytes."""
    return compose(given(message, school=school, **comment))
