"""Lists: of posts, of comments; a page at a time, with the way to the next."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from bot.pages.demo import fields, nodes, trouble
from bot.pages.demo.asks import EMPTY_PAGE, SAME_PAGE_TWICE, Ask, truth
from bot.pages.demo.fields import Wanted
from bot.pages.demo.things import Thing

USUAL_LIMIT = 25
MOST = 100
_CURSORS = frozenset({"after", "before", "__paging_token", "__previous", "access_token", "appsecret_proof"})
_nonces = count(1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a list."""

    things: list[Thing]
    began: int
    ended: int
    whole: list[Thing]

    @property
    def more(self) -> bool:
        return self.ended < len(self.whole)


def tell(ask: Ask, thing: Thing, wanted: tuple[Wanted, ...]) -> dict[str, object]:
    """A post or comment with the fields that are wanted; its id is always among them."""
    if not wanted:
        wanted = fields.parse(",".join(nodes.node(thing).usual))
    found: dict[str, object] = {}
    for one in wanted:
        value = (
            _expanded(ask, thing, one) if one.name == "comments" else nodes.own_value(ask, thing, one.name)
        )
        if value is not nodes.ABSENT:
            found[one.name] = nodes.selected(value, one.inner) if one.name != "comments" else value
    if "id" not in found and (own_id := nodes.own_value(ask, thing, "id")) is not nodes.ABSENT:
        found["id"] = own_id
    return found


def _expanded(ask: Ask, thing: Thing, one: Wanted) -> object:
    given = dict(one.modifiers)
    if one.inner_text:
        given["fields"] = one.inner_text
    found = comments(ask, thing, given)
    # Without a summary there is nothing to say of a post that nobody has commented on.
    return nodes.ABSENT if not found["data"] and "summary" not in found and "paging" not in found else found


def comments(ask: Ask, thing: Thing, given: Mapping[str, str]) -> dict[str, object]:
    """The comments of a post, or the replies of a comment."""
    every_level = _choice(given, "filter", ("toplevel", "stream")) == "stream"
    order = (
        "ranked" if ask.page.ranked else _choice(given, "order", ("chronological", "reverse_chronological"))
    )
    wanted = fields.parse(given["fields"]) if given.get("fields") else ()
    for one in wanted:
        if one.name != "comments":
            _prove_known(ask, thing, one.name)
    whole = _since(_ordered(ask.page.below(thing, every_level=every_level), order), given)
    found: dict[str, object] = {"data": []}
    if ask.is_page_token:
        stretch = _stretch(ask, whole, given, min(_limit(given), MOST))
        seen = [tell(ask, one, wanted) for one in stretch.things if ask.page.sees(one)]
        found = {"data": seen, **_by_cursors(ask, stretch, thing.id, "comments", given)}
    if truth("summary", given.get("summary", "false")):
        total = len(whole) + ask.page.count_surplus
        found["summary"] = {"order": order, "total_count": total, "can_comment": True}
    return found


def _prove_known(ask: Ask, thing: Thing, name: str) -> None:
    """A field that there isn't fails the call even where the list is empty."""
    nodes.COMMENT.value(ask, Thing("", 0, None, None, thing.created, thing.created, post=thing.id), name)


def feed(ask: Ask, edge: str, posts: list[Thing], given: Mapping[str, str]) -> dict[str, object]:
    """The Page's posts, as `feed` and its kin give them."""
    limit = _limit(given)
    if limit > MOST:
        raise trouble.bad_parameter(f"limit must be at most {MOST} on this edge")
    if not truth("include_hidden", given.get("include_hidden", "false")):
        posts = [post for post in posts if not post.hidden]
    if ask.page.ranked:
        posts = _ordered(posts, "ranked")
    wanted = fields.parse(given["fields"]) if given.get("fields") else ()
    stretch = _stretch(ask, _since(posts, given), given, limit)
    seen = [tell(ask, one, wanted) for one in stretch.things if ask.page.sees(one)]
    paging = _by_times if ask.page.time_paging else _by_cursors
    return {"data": seen, **paging(ask, stretch, ask.page.id, edge, given)}


def listed(records: list[dict[str, object]]) -> dict[str, object]:
    """A short list that is always given whole."""
    return {"data": records, "paging": {}} if records else {"data": []}


def _choice(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    said = given.get(name, choices[0])
    if said not in choices:
        raise trouble.bad_parameter(f"Param {name} must be one of {{{', '.join(choices)}}}")
    return said


def _limit(given: Mapping[str, str]) -> int:
    said = given.get("limit", str(USUAL_LIMIT))
    if not (said.isascii() and said.isdigit()):
        raise trouble.bad_parameter("Param limit must be a number that is not negative")
    return int(said[:9])


def _ordered(things: list[Thing], order: str) -> list[Thing]:
    if order == "ranked":
        return sorted(things, key=lambda thing: (zlib.crc32(thing.id.encode()), thing.number))
    return things[::-1] if order == "reverse_chronological" else things


def _since(things: list[Thing], given: Mapping[str, str]) -> list[Thing]:
    """Only what was created between `since` and `until`, where these are given."""
    since, until = _epoch(given, "since"), _epoch(given, "until")
    if since:
        things = [thing for thing in things if thing.created >= since]
    if until:
        things = [thing for thing in things if thing.created.replace(microsecond=0) <= until]
    return things


def _epoch(given: Mapping[str, str], name: str) -> datetime | None:
    said = given.get(name, "")
    return datetime.fromtimestamp(int(said[:10]), UTC) if said.isascii() and said.isdigit() else None


def _stretch(ask: Ask, whole: list[Thing], given: Mapping[str, str], limit: int) -> Stretch:
    token, back = given.get("__paging_token"), "__previous" in given
    after = given.get("after") or (None if back else token)
    before = given.get("before") or (token if back else None)
    if ask.bend == EMPTY_PAGE and given is ask.given:
        limit = 0
    if before and not after:
        ended = _place_of(ask, whole, before)
        began = max(0, ended - limit)
    else:
        began = _place_of(ask, whole, after) + 1 if after else 0
        ended = min(len(whole), began + limit)
    return Stretch(whole[began:ended], began, ended, whole)


def _place_of(ask: Ask, whole: list[Thing], cursor: str) -> int:
    """Where the cursor points; -1: before the beginning."""
    try:
        age, _nonce, number = base64.urlsafe_b64decode(cursor.encode()).decode().split(":")
    except (ValueError, binascii.Error):
        raise trouble.bad_parameter("Invalid cursors values were received") from None
    fresh = age == str(ask.page.cursor_age)
    if number == "start" and fresh:
        return -1
    wanted = int(number) if fresh and number.isdecimal() else None
    place = next((place for place, thing in enumerate(whole) if thing.number == wanted), None)
    if place is None:
        raise trouble.bad_parameter("The cursor has expired: the list has changed since it was made")
    return place


def _cursor(ask: Ask, thing: Thing | None, *, anew: bool = False) -> str:
    number = str(thing.number) if thing else "start"
    nonce = next(_nonces) if anew else 0
    return base64.urlsafe_b64encode(f"{ask.page.cursor_age}:{nonce}:{number}".encode()).decode()


def _by_cursors(
    ask: Ask, stretch: Stretch, object_id: str, edge: str, given: Mapping[str, str]
) -> dict[str, object]:
    bent = ask.bend if given is ask.given else None
    if not stretch.things and bent != EMPTY_PAGE:
        return {}
    kept = {name: value for name, value in given.items() if name not in _CURSORS}
    before_it = stretch.whole[stretch.began - 1] if stretch.began else None
    last = stretch.things[-1] if stretch.things else before_it
    after = (
        _cursor(ask, before_it, anew=True) if bent in (EMPTY_PAGE, SAME_PAGE_TWICE) else _cursor(ask, last)
    )
    first = stretch.things[0] if stretch.things else before_it
    paging: dict[str, object] = {"cursors": {"before": _cursor(ask, first), "after": after}}
    if stretch.more or bent in (EMPTY_PAGE, SAME_PAGE_TWICE):
        paging["next"] = ask.link(object_id, edge, {**kept, "after": after})
    if stretch.began:
        paging["previous"] = ask.link(object_id, edge, {**kept, "before": _cursor(ask, first)})
    return {"paging": paging}


def _by_times(
    ask: Ask, stretch: Stretch, object_id: str, edge: str, given: Mapping[str, str]
) -> dict[str, object]:
    """The older way: there is always a `next`, until a page is empty."""
    if not stretch.things:
        return {}
    kept = {n: v for n, v in given.items() if n not in _CURSORS and n not in ("since", "until")}
    first, last = stretch.things[0], stretch.things[-1]
    back = {"since": _seconds(first), "__paging_token": _cursor(ask, first), "__previous": "1"}
    on = {"until": _seconds(last), "__paging_token": _cursor(ask, last)}
    links = {
        "previous": ask.link(object_id, edge, {**kept, **back}),
        "next": ask.link(object_id, edge, {**kept, **on}),
    }
    return {"paging": links}


def _seconds(thing: Thing) -> str:
    return str(int(thing.created.timestamp()))
