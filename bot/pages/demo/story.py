"""The story of the demonstration: what is there at the start, and what visitors write while it runs.

Its times are minutes: `at` counts from the start, negative for the past; `after_minutes` is the same for what comes
while it runs. The story's clock stands still while nothing runs, so that a second run goes on where the first ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.pages.demo.things import Who

if TYPE_CHECKING:
    from bot.pages.demo.page import DemoPage

# What the story itself says of a post or comment; everything else goes into the record as it is.
_OWN = frozenset(
    {"key", "at", "after_minutes", "by", "post", "reply_to", "message", "hidden", "edits", "kind", "positive"}
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens."""

    minute: float
    kind: str  # post, comment, rating, edit
    told: Mapping[str, Any]


class Story:
    """Tells its events to a Page as their time comes."""

    def __init__(self, script: Mapping[str, Any], now: datetime) -> None:
        self.page: Mapping[str, str] = script["page"]
        self._people: Mapping[str, list[str]] = script["people"]
        self._events = sorted(_events(script), key=lambda event: event.minute)
        self._next = 0
        self._minute = 0.0
        self._seen_at = now
        self._ids: dict[str, str] = {}

    @classmethod
    def read(cls, path: Path, now: datetime) -> Story:
        return cls(json.loads(path.read_text(encoding="utf-8")), now)

    def tell(self, page: DemoPage, now: datetime) -> list[str]:
        """What has come due since the last time; the ids of what came or was changed."""
        self._minute += max((now - self._seen_at) / timedelta(minutes=1), 0)
        self._seen_at = now
        found = []
        while self._next < len(self._events) and self._events[self._next].minute <= self._minute:
            event = self._events[self._next]
            self._next += 1
            moment = now - timedelta(minutes=self._minute - event.minute)
            touched = self._happen(page, event, moment)
            if touched:
                found.append(touched)
        return found

    def bookmark(self) -> dict[str, Any]:
        """How far the story has been told."""
        return {"next": self._next, "minute": self._minute, "ids": self._ids}

    def go_on_from(self, bookmark: Mapping[str, Any]) -> None:
        self._next, self._minute = bookmark["next"], bookmark["minute"]
        self._ids = dict(bookmark["ids"])

    def _happen(self, page: DemoPage, event: Event, moment: datetime) -> str | None:
        told = event.told
        author = self._who(told.get("by"), page)
        if author and author[0] in page.banned:
            return None
        if event.kind == "edit":
            return self._edit(page, told)
        if event.kind == "rating":
            assert author
            page.rate(told["message"], by=author, at=moment, positive=told.get("positive", True))
            return None
        made = self._write(page, event, author, moment)
        if made and "key" in told:
            self._ids[told["key"]] = made
        return made

    def _edit(self, page: DemoPage, told: Mapping[str, Any]) -> str | None:
        target = self._ids.get(told["key"], "")
        if not page.exists(target):
            return None
        page.edit(target, told["message"])
        return target

    def _write(self, page: DemoPage, event: Event, author: Who | None, moment: datetime) -> str | None:
        told, fields = event.told, {k: v for k, v in event.told.items() if k not in _OWN}
        if event.kind == "post":
            return page.post(told.get("message"), by=author, at=moment, **fields)
        post = self._ids.get(told["post"], "")
        parent = self._ids.get(told["reply_to"], "") if "reply_to" in told else None
        # A moderator may have removed what this would have answered.
        if not page.exists(post) or (parent is not None and not page.exists(parent)):
            return None
        hidden = told.get("hidden", False)
        return page.comment(
            post, told.get("message"), by=author, at=moment, parent=parent, hidden=hidden, **fields
        )

    def _who(self, key: str | None, page: DemoPage) -> Who | None:
        if key is None:
            return None
        if key == "page":
            return (page.id, page.name)
        person = self._people[key]
        return (person[0], person[1])


def _events(script: Mapping[str, Any]) -> Iterator[Event]:
    for kind, several in (("post", "posts"), ("rating", "ratings"), ("comment", "comments")):
        for told in script[several]:
            minute = told["after_minutes"] if "after_minutes" in told else told["at"]
            yield Event(minute, kind, told)
            for edit in told.get("edits", ()):
                yield Event(edit["at"], "edit", {"key": told["key"], **edit})
