"""Reading a Page: the newest posts with their newest comments in one call, the older ones in turn.

A post counts as read up to `now` only when its last answer has been handed over, so that a failure in the middle
leaves its cursor where it was and the next read begins there again.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.comment import PageId, PostId
from bot.outside import Batch, Gone, NotAllowed, PostCursor, Refused, Throttled, TryLater
from bot.pages import shapes
from bot.pages.asking import Asking
from bot.pages.calls import Read
from bot.pages.exact import Part
from bot.pages.lists import Listing
from bot.pages.order import Order
from bot.pages.sights import Post, Sights, posts_in

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=30)  # a comment may show up twenty minutes late, and clocks differ by five
LIVELY = timedelta(days=14)
OLDEST = timedelta(days=365)
MOST_POSTS = 600
ENOUGH_POSTS = 20  # looked at in every read; a platform may give fewer at a time than it is asked for
MOST_NEWEST_PAGES = 12
MOST_FEED_PAGES = 40
MOST_COMMENT_PAGES = 300
FAILURES_IN_A_ROW = 3  # then it is not this one post

Way = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Errand:
    """What is still to be read of one post."""

    post: Post
    way: Way  # where to go on; empty: from the beginning
    floor: datetime | None  # comments older than this need not be read; None: all
    order: Order


@dataclass(slots=True)
class Cycle:
    """One read, from its first answer to its last."""

    cursors: Mapping[PostId, PostCursor]
    since: datetime
    now: datetime
    sweep: bool
    sights: Sights
    expanded: bool = True  # whether the feed brings comments at all
    posts: set[PostId] = field(default_factory=set)
    failures: int = 0

    def floor(self, post: Post) -> datetime:
        cursor = self.cursors.get(post.id) if post.id else None
        # A clock that once ran ahead must not make us blind.
        return min(cursor.read_at if cursor else self.since, self.now) - OVERLAP

    def moved(self, post: Post) -> bool:
        """New to us, or touched since we read it."""
        cursor = self.cursors.get(post.id) if post.id else None
        return cursor is None or cursor.updated_time != post.updated_time

    def enough(self, post: Post, order: Order, floor: datetime | None) -> bool:
        """Whether the rest is known: old enough, and what moved the post has been seen among the new.

        A post that moved without a new comment may hold an old one that was edited: it is read to its end.
        """
        if floor is None or not order.past(floor):
            return False
        cursor = self.cursors.get(post.id) if post.id else None
        explained = cursor is None or (order.newest is not None and order.newest > cursor.read_at)
        return explained or not self.moved(post)

    def done(self, post: Post) -> tuple[PostCursor, ...]:
        return (PostCursor(post.id, post.updated_time, self.now),) if post.id else ()


class Reader:
    """Reads one Page; remembers between reads which older posts come next."""

    def __init__(self, asking: Asking, page_id: PageId, home: str) -> None:
        self._asking, self._page_id, self._home = asking, page_id, home
        self._next_older: Way | None = None
        self._looked_for: dict[PostId, frozenset[str]] = {}

    def read(
        self, cursors: Mapping[PostId, PostCursor], since: datetime, now: datetime, *, sweep: bool
    ) -> Iterator[Batch]:
        """All that is new since the cursors, recent comments again for edits; with `sweep` older ones too."""
        cycle = Cycle(cursors, since, now, sweep, Sights(self._page_id))
        further = yield from self._newest(cycle)
        if further:
            yield from self._all_older(cycle, further) if sweep else self._some_older(cycle, further)

    def _newest(self, cycle: Cycle) -> Generator[Batch, None, Way | None]:
        """The first posts, over several answers if the platform gives few at a time; the way to the older ones."""
        gone: list[Way] = [{}]
        while True:
            try:
                answer, feed = self._asking.newest(gone[-1])
            except Gone:
                raise NotAllowed(_PAGE_GONE) from None
            yield from self._feed_page(cycle, answer, feed, thorough=True)
            if feed.more and (feed.way is None or feed.way in gone):
                yield _noted("The list of posts led nowhere before its end; older posts were not read.")
                return None
            if not feed.way or len(cycle.posts) >= ENOUGH_POSTS or len(gone) >= MOST_NEWEST_PAGES:
                return feed.way
            gone.append(feed.way)

    def _some_older(self, cycle: Cycle, first: Way) -> Iterator[Batch]:
        """The next stretch of older posts, in turn from read to read."""
        way, self._next_older = self._next_older or first, None
        try:
            answer, feed = self._older(way, first)
        except (TryLater, Refused, Gone) as error:
            if isinstance(error, Throttled):
                raise
            yield _noted(_not_read("Older posts", error))
            return
        self._next_older = None if feed.way == way else feed.way
        yield from self._feed_page(cycle, answer, feed, thorough=False)

    def _older(self, way: Way, first: Way) -> tuple[Read, Listing]:
        try:
            return self._asking.older(way)
        except Refused:
            # A cursor of an earlier read goes stale when posts come and go.
            if way == first:
                raise
            return self._asking.older(first)

    def _all_older(self, cycle: Cycle, way: Way) -> Iterator[Batch]:
        """Every post up to a year back."""
        gone = [dict(way)]
        while len(cycle.posts) < MOST_POSTS and len(gone) <= MOST_FEED_PAGES:
            try:
                answer, feed = self._asking.older(way)
            except (TryLater, Refused, Gone) as error:
                if isinstance(error, Throttled):
                    raise
                yield _noted(_not_read("Older posts", error))
                return
            yield from self._feed_page(cycle, answer, feed, thorough=True)
            if not feed.way or dict(feed.way) in gone or _all_before(feed, cycle.now - OLDEST):
                return
            way = feed.way
            gone.append(dict(way))

    def _feed_page(self, cycle: Cycle, answer: Read, feed: Listing, thorough: bool) -> Iterator[Batch]:
        posts = [p for p in posts_in(answer, feed, self._home) if p.id is None or p.id not in cycle.posts]
        cycle.posts |= {post.id for post in posts if post.id}
        cycle.expanded = any(post.comments is not None for post in posts) or not posts
        _refuse_nameless([part for post in posts if post.comments for part in post.comments.parts])
        errands = [errand for post in posts if (errand := self._errand(cycle, post, thorough))]
        waiting = {errand.post.id for errand in errands}
        cursors = [cursor for post in posts if post.id not in waiting for cursor in cycle.done(post)]
        yield cycle.sights.of_feed(answer, posts, tuple(cursors), [])
        for errand in errands:
            yield from self._run(cycle, errand)

    def _errand(self, cycle: Cycle, post: Post, thorough: bool) -> Errand | None:
        """What the answer leaves to be read of a post; None if it brought all that is new.

        `thorough`: a list in no order is read to its end though the post did not move.
        """
        if post.id is None:
            return None
        floor = cycle.floor(post)
        if post.comments is None:
            return Errand(post, {}, None if cycle.sweep else floor, Order()) if _due(cycle, post) else None
        if (cycle.moved(post) or cycle.sweep) and self._replies_missing(post):
            return Errand(post, {}, None, Order())
        if not post.comments.more:
            return None
        order = Order(post.comments.order)
        order.see(_times(post.comments.parts))
        needs_all = cycle.sweep and _lively(post, cycle.now)
        unsure = not order.proven and (thorough or cycle.moved(post))
        if not needs_all and not unsure and (not order.proven or cycle.enough(post, order, floor)):
            return None
        # From a list in another order a cursor would lead past what is new: such a list is begun afresh.
        way = post.comments.way if order.proven else None
        return Errand(post, way or {}, None if needs_all else floor, order if way else Order())

    def _replies_missing(self, post: Post) -> bool:
        """Comments that claim replies where none came: the feed may bring one level only. Looked for once."""
        if post.id is None or post.comments is None:
            return False
        records = [part.value for part in post.comments.parts if isinstance(part.value, dict)]
        parents = {
            shapes.identity(parent.get("id"))
            for record in records
            if isinstance(parent := record.get("parent"), dict)
        }
        claims = frozenset(
            f"{record.get('id')} {record['comment_count']}"
            for record in records
            if record.get("comment_count") not in (None, 0)
            and shapes.identity(record.get("id")) not in parents
        )
        known, self._looked_for[post.id] = self._looked_for.get(post.id, frozenset()), claims
        return not claims <= known

    def _run(self, cycle: Cycle, errand: Errand) -> Iterator[Batch]:
        """Read on in one post; its failure is noted and does not stop the others."""
        try:
            yield from self._comments(cycle, errand)
            cycle.failures = 0
        except (TryLater, Refused, Gone) as error:
            cycle.failures += 1
            self._looked_for.pop(errand.post.id or PostId(""), None)
            if isinstance(error, Throttled) or (
                isinstance(error, TryLater) and cycle.failures >= FAILURES_IN_A_ROW
            ):
                raise
            log.warning("post not read post=%s error=%s", errand.post.id, type(error).__name__)
            yield _noted(_not_read(f"The comments of post {errand.post.id}", error))

    def _comments(self, cycle: Cycle, errand: Errand) -> Iterator[Batch]:
        way, gone = errand.way, [dict(errand.way)]
        assert errand.post.id
        for _ in range(MOST_COMMENT_PAGES):
            answer, page = self._asking.comments(errand.post.id, way)
            _refuse_nameless(page.parts)
            errand.order.see(_times(page.parts))
            if not page.more or cycle.enough(errand.post, errand.order, errand.floor):
                yield cycle.sights.of_comments(answer, errand.post, page.parts, cycle.done(errand.post), [])
                return
            lost = page.way is None or dict(page.way) in gone
            notes = [_astray(errand.post)] if lost else []
            yield cycle.sights.of_comments(answer, errand.post, page.parts, (), notes)
            if page.way is None or lost:
                return
            way = page.way
            gone.append(dict(way))
        yield _noted(f"Post {errand.post.id} has more comments than can be read in one go.")


def _times(parts: tuple[Part, ...]) -> list[datetime | None]:
    return [
        shapes.moment(part.value.get("created_time")) if isinstance(part.value, dict) else None
        for part in parts
    ]


def _due(cycle: Cycle, post: Post) -> bool:
    """Whether to ask for the comments of a post that came without any."""
    if cycle.moved(post) or cycle.sweep:
        return True
    created = post.created_at
    return not cycle.expanded and (created is None or created > cycle.now - LIVELY)


def _lively(post: Post, now: datetime) -> bool:
    moments = _times(post.comments.parts) if post.comments else []
    return any(moment is None or moment > now - LIVELY for moment in moments)


def _all_before(feed: Listing, floor: datetime) -> bool:
    records = [part.value for part in feed.parts if isinstance(part.value, dict)]
    touched = [shapes.moment(r.get("updated_time")) or shapes.moment(r.get("created_time")) for r in records]
    return bool(touched) and all(moment and moment < floor for moment in touched)


def _refuse_nameless(parts: tuple[Part, ...] | list[Part]) -> None:
    """One comment without an id is odd; a list of them is what Facebook gives without the task Moderate."""
    records = [part.value for part in parts if isinstance(part.value, dict)]
    if len(records) > 2 and not any("id" in record for record in records):
        raise NotAllowed(NO_IDS)


_PAGE_GONE = "The Page itself can't be seen: it was unpublished or removed, or a role was lost."
NO_IDS = (
    "Facebook leaves out the ids of comments: the person who made the token lacks the task Moderate on the Page. "
    "Give that task in the Page's settings, then make a new Page token."
)


def _noted(sentence: str) -> Batch:
    return Batch((), notes=(sentence,))


def _not_read(what: str, error: Exception) -> str:
    return f"{what} could not be read this time and will be tried again. {error}"


def _astray(post: Post) -> str:
    return f"The list of comments of post {post.id} led nowhere before its end; it will be read again."
