"""The demo Page in a file, so that a second run finds it as it was left."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.pages.demo.things import Rating, Thing

if TYPE_CHECKING:
    from bot.pages.demo.page import DemoPage

log = logging.getLogger(__name__)

FORM = 1


def state(page: DemoPage) -> dict[str, Any]:
    """Everything that is worth keeping."""
    return {
        "form": FORM,
        "page": page.id,
        "things": [_plain(thing) for thing in page.things.values()],
        "ratings": [{**asdict(rating), "created": rating.created.isoformat()} for rating in page.ratings],
        "banned": page.banned,
        "story": page.story.bookmark() if page.story else None,
    }


def keep(path: Path, state: dict[str, Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
    os.replace(draft, path)


def load(path: Path) -> dict[str, Any] | None:
    """What keep() wrote; None if there is nothing, or nothing that can be used."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("demo page begins anew error=%s", type(error).__name__)
        return None
    return found if isinstance(found, dict) and found.get("form") == FORM else None


def restore(page: DemoPage, state: dict[str, Any]) -> None:
    """Put everything back in its place."""
    for plain in state["things"]:
        page.put(_thing(plain))
    page.ratings = [
        Rating((r["author"][0], r["author"][1]), r["text"], _moment(r["created"]), r["positive"])
        for r in state["ratings"]
    ]
    page.banned = dict(state["banned"])
    if page.story and state["story"]:
        page.story.go_on_from(state["story"])


def _plain(thing: Thing) -> dict[str, Any]:
    found = {key: value for key, value in asdict(thing).items() if value not in (None, False, {})}
    return {**found, "created": thing.created.isoformat(), "updated": thing.updated.isoformat()}


def _thing(plain: dict[str, Any]) -> Thing:
    author = plain.get("author")
    return Thing(
        id=plain["id"],
        number=plain["number"],
        author=(author[0], author[1]) if author else None,
        message=plain.get("message"),
        created=_moment(plain["created"]),
        updated=_moment(plain["updated"]),
        post=plain.get("post"),
        parent=plain.get("parent"),
        hidden=plain.get("hidden", False),
        extra=plain.get("extra", {}),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
