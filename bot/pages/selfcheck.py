"""The proof at the start that the token is this Page's and that it lets comments be seen."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.comment import PageId
from bot.outside import NotAllowed, Refused, WrongToken
from bot.pages import shapes
from bot.pages.calls import Calls, Read
from bot.pages.lists import whole
from bot.pages.reading import NO_IDS

_HOW = "Get the Page's own token from /me/accounts, asked for with a long-lived token"
_FIELDS = "id,comments.limit(5).filter(stream).summary(true){id,from}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """The comments that one page of the feed shows, and how many it says there are."""

    comments: list[dict[str, object]]
    counted: int


class SelfCheck:
    """Two calls when all is well."""

    def __init__(self, calls: Calls, page_id: PageId, home: str) -> None:
        self._calls, self._page_id, self._home = calls, page_id, home

    def run(self) -> tuple[str, ...]:
        """Warnings; raises WrongToken or NotAllowed with what to do."""
        self._whose_token()
        seen = self._calls.get((self._page_id, "feed"), self._query(), self._seen)
        return self._judge(seen)

    def _query(self) -> dict[str, str]:
        return {"limit": "25", "include_hidden": "true", "fields": _FIELDS}

    def _whose_token(self) -> None:
        owner = self._calls.get(("me",), {"fields": "id,name"}, _owner)
        if owner == self._page_id:
            return
        if self._is_a_person():
            raise WrongToken(
                f"This is a person's token (account {owner}); it would see no comments at all. {_HOW}."
            )
        raise WrongToken(f"This token belongs to another Page ({owner}) than {self._page_id}. {_HOW}.")

    def _is_a_person(self) -> bool:
        """Only a Page has a category."""
        try:
            return self._calls.get(
                ("me",), {"fields": "id,category"}, lambda read: "category" not in read.value
            )
        except Refused:
            return True

    def _seen(self, read: Read) -> _Seen:
        comments: list[dict[str, object]] = []
        counted = 0
        for part in whole(read, self._home).parts:
            inner = part.value.get("comments") if isinstance(part.value, dict) else None
            if isinstance(inner, dict):
                counted += _total(inner.get("summary"))
                entries = inner.get("data")
                comments += [c for c in entries if isinstance(c, dict)] if isinstance(entries, list) else []
        return _Seen(comments, counted)

    def _judge(self, seen: _Seen) -> tuple[str, ...]:
        if seen.counted and not seen.comments:
            raise WrongToken(
                f"The token sees none of the {seen.counted} comments that Facebook counts: a wrong kind of token, or "
                f"one without pages_read_user_content, is given an empty list. {_HOW} and with that permission."
            )
        if not seen.comments:
            return (
                "There is no comment on the Page yet, so it is not proven that the token can see comments.",
            )
        if not any("id" in comment for comment in seen.comments):
            raise NotAllowed(NO_IDS)
        if not any(self._by_visitor(comment) for comment in seen.comments) and not all(
            "from" in comment for comment in seen.comments
        ):
            return (
                "Facebook does not say who wrote the comments. They are watched all the same, but nobody can be "
                "recognised; the app may need App Review for pages_read_user_content.",
            )
        return ()

    def _by_visitor(self, comment: dict[str, object]) -> bool:
        author = comment.get("from")
        return isinstance(author, dict) and shapes.identity(author.get("id")) != self._page_id


def _owner(read: Read) -> str | None:
    return shapes.identity(read.value.get("id"))


def _total(summary: object) -> int:
    total = summary.get("total_count") if isinstance(summary, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) else 0
