"""How lists are asked for. Where the platform balks we settle for less, and remember it for the session."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.comment import PageId
from bot.pages.calls import Calls, Read
from bot.pages.errors import BadRequest, TooMuch
from bot.pages.lists import Listing, whole

log = logging.getLogger(__name__)

# Each field with what it asks for.
_POST = {"id": "", "message": "", "story": "", "from": "", "created_time": "", "updated_time": ""}
_POST_OPTIONAL = {
    "permalink_url": "",
    "is_published": "",
    "is_hidden": "",
    "message_tags": "",
    "attachments": "{media_type,type,url,target{id}}",
}
_COMMENT = {"id": "", "message": "", "from": "", "created_time": ""}
_COMMENT_OPTIONAL = {
    "permalink_url": "",
    "comment_count": "",
    "can_remove": "",
    "can_hide": "",
    "message_tags": "",
    "parent": "{id}",
    "is_hidden": "",
    "attachment": "",
}
_EXPANSION = "comments"
# The first are the easiest to do without. Without the expansion each post is asked for its comments.
_DROPPED_IN_ORDER = (
    "permalink_url",
    "is_published",
    "comment_count",
    "can_remove",
    "can_hide",
    "message_tags",
    "parent",
    "is_hidden",
    "attachment",
    "attachments",
    _EXPANSION,
)


@dataclass(slots=True)
class Size:
    """How much one kind of call asks for at once."""

    entries: int
    comments: int = 0

    def halve(self) -> bool:
        """Ask for less from now on; false if it can't be less."""
        before = (self.entries, self.comments)
        self.entries, self.comments = (
            max(1, self.entries // 2),
            max(min(1, self.comments), self.comments // 2),
        )
        return before != (self.entries, self.comments)


class Asking:
    """Asks for the feed and for comments."""

    def __init__(self, calls: Calls, page_id: PageId, home: str) -> None:
        self._calls, self._page_id, self._home = calls, page_id, home
        self._sizes = {"newest": Size(25, 50), "older": Size(50, 5), "comments": Size(100)}
        self._dropped: set[str] = set()
        self._proven = False

    def newest(self, way: Mapping[str, str]) -> tuple[Read, Listing]:
        """The newest posts, each with its newest comments."""
        return self._ask((self._page_id, "feed"), "newest", way)

    def older(self, way: Mapping[str, str]) -> tuple[Read, Listing]:
        """Further posts, each with its very newest comments only."""
        return self._ask((self._page_id, "feed"), "older", way)

    def comments(self, post: str, way: Mapping[str, str]) -> tuple[Read, Listing]:
        """Comments and replies of one post."""
        return self._ask((post, "comments"), "comments", way)

    def _ask(self, path: tuple[str, ...], kind: str, way: Mapping[str, str]) -> tuple[Read, Listing]:
        while True:
            query = self._comments_query() if kind == "comments" else self._feed_query(self._sizes[kind])
            try:
                answer = self._calls.get(path, {**query, **way}, self._taken)
            except TooMuch:
                if not self._sizes[kind].halve() and not self._ask_for_fewer_fields(""):
                    raise
            except BadRequest as error:
                # Once these fields have been given, the fault lies elsewhere: in a stale cursor, say.
                if self._proven or not self._ask_for_fewer_fields(error.hint):
                    raise
            else:
                self._proven = True
                return answer

    def _taken(self, read: Read) -> tuple[Read, Listing]:
        return read, whole(read, self._home)

    def _feed_query(self, size: Size) -> dict[str, str]:
        fields = self._fields(_POST, _POST_OPTIONAL)
        if _EXPANSION not in self._dropped:
            inner = self._fields(_COMMENT, _COMMENT_OPTIONAL)
            order = "filter(stream).order(reverse_chronological).summary(true)"
            fields += f",{_EXPANSION}.limit({size.comments}).{order}{{{inner}}}"
        return {"limit": str(size.entries), "include_hidden": "true", "fields": fields}

    def _comments_query(self) -> dict[str, str]:
        return {
            "filter": "stream",
            "order": "reverse_chronological",
            "limit": str(self._sizes["comments"].entries),
            "fields": self._fields(_COMMENT, _COMMENT_OPTIONAL),
        }

    def _fields(self, needed: Mapping[str, str], optional: Mapping[str, str]) -> str:
        wanted = {**needed, **{name: inner for name, inner in optional.items() if name not in self._dropped}}
        return ",".join(name + inner for name, inner in wanted.items())

    def _ask_for_fewer_fields(self, hint: str) -> bool:
        """Leave out what the platform's text names, else the next that we can best do without."""
        left = [name for name in _DROPPED_IN_ORDER if name not in self._dropped]
        if not left:
            return False
        named = [name for name in left if f"({name})" in hint]
        for name in named or left[:1]:
            self._dropped.add(name)
            log.warning("field left out page=%s field=%s", self._page_id, name)
        lost = ", ".join(sorted(self._dropped))
        self._calls.warn("fields", f"Facebook does not give everything that was asked for; left out: {lost}.")
        return True
