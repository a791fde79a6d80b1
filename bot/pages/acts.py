"""What we do on the platform. It knows no idempotency keys: after an unclear answer the state is read first."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator, Mapping

from bot.domain.comment import CommentId, PageId
from bot.outside import BadAnswer, Doubtful, Gone, OutsideError, Refused, Throttled, TryLater
from bot.pages import shapes
from bot.pages.calls import Calls, Read, succeeded
from bot.pages.errors import AlreadyDone, NoAnswer
from bot.pages.lists import Listing, whole

log = logging.getLogger(__name__)

_MOST_REPLY_PAGES = 20


class Acts:
    """Hide, unhide, delete and reply, each safe to be asked for twice."""

    def __init__(self, calls: Calls, page_id: PageId, home: str) -> None:
        self._calls, self._page_id, self._home = calls, page_id, home

    def is_hidden(self, comment: CommentId) -> bool:
        """How it stands now; Gone if it is no longer there."""
        return self._calls.get((comment,), {"fields": "id,is_hidden"}, _hidden_state)

    def set_hidden(self, comment: CommentId, wished: bool) -> None:
        """Hide or unhide; done as well when it was so before."""
        try:
            if self._sent("POST", comment, {"is_hidden": "true" if wished else "false"}):
                return
        except AlreadyDone:
            if wished:
                return
        if self._state_after_doubt(comment) is not wished:
            raise Doubtful("Facebook gave no clear answer, and the comment does not stand as wished yet.")

    def delete(self, comment: CommentId) -> None:
        """Delete; done as well when it was gone before."""
        try:
            if not self._sent("DELETE", comment, {}):
                self._state_after_doubt(comment)
                raise Doubtful("Facebook gave no clear answer, and the comment is still there.")
        except Gone:
            log.info("gone comment=%s", comment)

    def reply(self, comment: CommentId, text: str, *, first_try: bool) -> str:
        """Answer below a comment and return the reply's id; a try that may have worked is looked for first."""
        found = None if first_try else self._reply_of_ours(comment, text)
        if found:
            return found
        answered = self._answered(comment, text) or self._reply_after_doubt(comment, text)
        if answered == comment:
            raise Refused("Facebook answered with the comment's own id: see whether its text was changed.")
        self._check_place(comment, answered)
        return answered

    def _sent(self, method: str, comment: CommentId, form: Mapping[str, str]) -> bool:
        """Whether the platform said yes; false if it gave no clear answer."""
        try:
            return succeeded(self._calls.write(method, (comment,), form))
        except TryLater as error:
            if _surely_not_done(error):
                raise
            return False

    def _answered(self, comment: CommentId, text: str) -> str | None:
        """The new reply's id; None if there was no clear answer."""
        try:
            value = self._calls.write("POST", (comment, "comments"), {"message": text})
        except TryLater as error:
            if _surely_not_done(error):
                raise
            return None
        return shapes.identity(value.get("id")) if isinstance(value, dict) else None

    def _state_after_doubt(self, comment: CommentId) -> bool:
        try:
            return self.is_hidden(comment)
        except TryLater:
            raise _in_doubt() from None

    def _reply_after_doubt(self, comment: CommentId, text: str) -> str:
        try:
            found = self._reply_of_ours(comment, text)
        except (TryLater, Gone):
            raise _in_doubt() from None
        if found is None:
            raise Doubtful("Facebook gave no clear answer, and the reply can't be seen yet.")
        return found

    def _reply_of_ours(self, comment: CommentId, text: str) -> str | None:
        """The id of a reply of the Page with these words; Doubtful if it can't be told."""
        for target in self._where_it_may_stand(comment):
            for record in self._replies(target):
                if not _same_words(record.get("message"), text):
                    continue
                author = record.get("from")
                if not isinstance(author, dict):
                    raise Doubtful("A reply with our words is there, but Facebook does not say whose it is.")
                if shapes.identity(author.get("id")) == self._page_id:
                    return shapes.identity(record.get("id"))
        return None

    def _where_it_may_stand(self, comment: CommentId) -> list[str]:
        """Below the comment, or below the comment that it replies to: replies may be moved up a level."""
        root = self._calls.get((comment,), {"fields": "id,parent{id}"}, _parent)
        return [comment, root] if root else [comment]

    def _replies(self, target: str) -> Iterator[dict[str, object]]:
        query = {"fields": "id,message,from", "filter": "stream", "limit": "100"}
        way: Mapping[str, str] = {}
        for _ in range(_MOST_REPLY_PAGES):
            page = self._calls.get((target, "comments"), {**query, **way}, self._whole)
            yield from (part.value for part in page.parts if isinstance(part.value, dict))
            if not page.more:
                return
            if page.way is None or page.way == way:
                break
            way = page.way
        raise Doubtful(
            "The replies could not be read to their end, so it is not known whether ours is there."
        )

    def _check_place(self, comment: CommentId, answered: str) -> None:
        """The reply is out by now: a wrong place is worth a warning, never a second try."""
        try:
            parent = self._calls.get((answered,), {"fields": "id,parent{id}"}, _parent)
        except OutsideError as error:
            log.info("reply not seen again reply=%s error=%s", answered, type(error).__name__)
            return
        if parent is None or parent.rsplit("_", 1)[-1] != comment.rsplit("_", 1)[-1]:
            self._calls.warn(
                "reply", "Facebook put a reply of the Page in another place than below its comment."
            )

    def _whole(self, read: Read) -> Listing:
        return whole(read, self._home)


def _surely_not_done(error: TryLater) -> bool:
    return isinstance(error, Throttled) or (isinstance(error, NoAnswer) and not error.sent)


def _in_doubt() -> Doubtful:
    return Doubtful("Facebook gave no clear answer, and how it stands now could not be read.")


def _hidden_state(read: Read) -> bool:
    state = read.value.get("is_hidden")
    if not isinstance(state, bool):
        raise BadAnswer("Facebook does not say whether the comment is hidden.")
    return state


def _parent(read: Read) -> str | None:
    parent = read.value.get("parent")
    return shapes.identity(parent.get("id")) if isinstance(parent, dict) else None


def _same_words(theirs: object, ours: str) -> bool:
    return isinstance(theirs, str) and _plain(theirs) == _plain(ours)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
