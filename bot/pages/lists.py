"""The lists in an answer: their elements with the text that says so, and the way to the next page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from bot.outside import BadAnswer
from bot.pages import exact
from bot.pages.calls import Read
from bot.pages.exact import Part
from bot.pages.http import origin

# A `next` link is never followed as it is, and never kept: only these of its parameters are asked for again.
_FOLLOWED = ("after", "until", "since", "__paging_token", "__after_id", "offset")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    parts: tuple[Part, ...]
    more: bool  # whether the platform says that the list goes on
    way: Mapping[str, str] | None  # how to ask on; None if there is no way that we would go
    order: str | None = None  # as the platform calls it, if it does


def listing(text: str, start: int, home: str) -> Listing | None:
    """The list in the object that begins at `start`; None if there is none."""
    found = exact.members(text, start)
    entries = found.get("data")
    if entries is None or not isinstance(entries.value, list):
        return None
    paging = found["paging"].value if "paging" in found else None
    more, way = _way_on(paging, home)
    summary = found["summary"].value if "summary" in found else None
    order = summary.get("order") if isinstance(summary, dict) else None
    parts = tuple(exact.elements(text, entries.start))
    return Listing(parts, more, way, order if isinstance(order, str) else None)


def whole(read: Read, home: str) -> Listing:
    """The list that an answer consists of."""
    found = listing(read.text, exact.top(read.text), home)
    if found is None:
        raise BadAnswer("Facebook's server sent an answer without the list that was asked for.")
    return found


def _way_on(paging: object, home: str) -> tuple[bool, Mapping[str, str] | None]:
    further = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(paging, dict) or not isinstance(further, str) or not further:
        return False, None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if isinstance(after, str) and after:
        return True, {"after": after}
    if origin(further) != origin(home):
        return True, None
    said = dict(parse_qsl(urlsplit(further).query))
    return True, {name: said[name] for name in _FOLLOWED if name in said} or None
