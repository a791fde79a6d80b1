"""What was seen in one read: each answer becomes a Batch, each comment is told once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.comment import Comment, CommentId, PageId, Place, PostId
from bot.outside import Batch, PostCursor, Sighting
from bot.pages import exact, shapes
from bot.pages.calls import Read
from bot.pages.exact import Part
from bot.pages.http import NAMELESS
from bot.pages.lists import Listing, listing


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it stands in the feed, and the page of comments that came with it."""

    id: PostId | None
    part: Part
    record: dict[str, object]
    comments: Listing | None  # None: they did not come

    @property
    def updated_time(self) -> str:
        return shapes.text(self.record.get("updated_time")) or ""

    @property
    def created_at(self) -> datetime | None:
        return shapes.moment(self.record.get("created_time"))


def posts_in(read: Read, feed: Listing, home: str) -> list[Post]:
    """The posts of an answer; what is no object is no post."""
    return [_post(read.text, part, part.value, home) for part in feed.parts if isinstance(part.value, dict)]


def _post(text: str, part: Part, record: dict[str, object], home: str) -> Post:
    own_id = shapes.identity(record.get("id"))
    inner = exact.members(text, part.start).get("comments")
    comments = listing(text, inner.start, home) if inner and isinstance(inner.value, dict) else None
    return Post(PostId(own_id) if own_id else None, part, record, comments)


class Sights:
    """Gathers sightings over the answers of one read."""

    def __init__(self, page_id: PageId) -> None:
        self._page_id = page_id
        self._told: set[tuple[CommentId, str]] = set()
        self._stands_under: dict[CommentId, PostId | None] = {}

    def of_feed(
        self, read: Read, posts: Iterable[Post], cursors: tuple[PostCursor, ...], notes: list[str]
    ) -> Batch:
        """A page of the feed: the posts, and the comments that came with them."""
        seen: list[Sighting] = []
        unreadable: list[Sighting] = []
        for post in posts:
            self._take(read, post, post.part, self._place(post.record), seen, unreadable)
            for part in post.comments.parts if post.comments else ():
                self._take(read, post, part, None, seen, unreadable)
        return Batch(tuple(seen), cursors, tuple(unreadable), tuple(notes))

    def of_comments(
        self, read: Read, post: Post, parts: Iterable[Part], cursors: tuple[PostCursor, ...], notes: list[str]
    ) -> Batch:
        """A page of one post's comments."""
        seen: list[Sighting] = []
        unreadable: list[Sighting] = []
        for part in parts:
            self._take(read, post, part, None, seen, unreadable)
        return Batch(tuple(seen), cursors, tuple(unreadable), tuple(notes))

    def _take(
        self,
        read: Read,
        post: Post,
        part: Part,
        place: Place | None,
        seen: list[Sighting],
        unreadable: list[Sighting],
    ) -> None:
        if not isinstance(part.value, dict):
            return
        raw = exact.raw(read.text, part)
        try:
            comment = self._shaped(part.value, post, place)
        except ValueError:
            if _says_something(part.value):
                unreadable.append(Sighting(self._nameless(part.value, raw, post, place), raw, read.answer))
            return
        # An edit between two answers is a second sighting; the same words on two pages are not.
        if (comment.id, comment.fingerprint) in self._told:
            return
        self._told.add((comment.id, comment.fingerprint))
        if self._stands_under.setdefault(comment.id, post.id) == post.id:
            seen.append(Sighting(comment, raw, read.answer))
        else:
            # Other words under the same id elsewhere are no edit: neither may take the other's place.
            unreadable.append(Sighting(self._nameless(part.value, raw, post, place), raw, read.answer))

    def _shaped(self, record: dict[str, object], post: Post, place: Place | None) -> Comment:
        words = None if place else shapes.text(post.record.get("message")) or ""
        return shapes.comment(record, self._page_id, place, post.id, words)

    def _nameless(self, record: dict[str, object], raw: bytes, post: Post, place: Place | None) -> Comment:
        mark = hashlib.sha256(raw).hexdigest()[:12]
        return self._shaped({**record, "id": f"{post.id or self._page_id}{NAMELESS}{mark}"}, post, place)

    def _place(self, record: dict[str, object]) -> Place:
        author = record.get("from")
        writer = shapes.identity(author.get("id")) if isinstance(author, dict) else None
        # The Page's own posts always say whose they are.
        return Place.OWN_POST if writer == self._page_id else Place.VISITOR_POST


def _says_something(record: dict[str, object]) -> bool:
    return any(record.get(key) for key in ("message", "attachment", "attachments"))
