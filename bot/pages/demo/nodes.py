"""What one post, comment, Page or person says of itself, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.pages.demo import trouble
from bot.pages.demo.asks import Ask
from bot.pages.demo.fields import Wanted
from bot.pages.demo.things import Thing, stamp

ABSENT = object()  # the key is not in the answer


class Told:
    """The fields of one kind of node: those with a value of their own, and those that are merely allowed."""

    def __init__(
        self, kind: str, usual: str, values: Mapping[str, Callable[[Ask, Thing], object]], silent: str
    ) -> None:
        self.kind, self.usual, self._values = kind, tuple(usual.split()), values
        self._known = {*values, *silent.split()}

    def value(self, ask: Ask, thing: Thing, name: str) -> object:
        """A field's value, or ABSENT; GraphError for a field that there isn't."""
        if name not in self._known:
            raise trouble.unknown_field(name, self.kind)
        if name == "id" and not thing.is_post and not ask.page.may("MODERATE"):
            return ABSENT
        if name in thing.extra:
            return ABSENT if thing.extra[name] is None else thing.extra[name]
        return self._values[name](ask, thing) if name in self._values else ABSENT


def _author(ask: Ask, thing: Thing) -> object:
    if thing.author is None or ask.page.withholds(thing.author):
        return ABSENT
    return {"name": thing.author[1], "id": thing.author[0]}


def _message(_ask: Ask, thing: Thing) -> object:
    return ABSENT if thing.message is None else thing.message


def _parent(ask: Ask, thing: Thing) -> object:
    parent = ask.page.find(thing.parent) if thing.parent else None
    if parent is None:
        return ABSENT
    return {name: v for name in COMMENT.usual if (v := COMMENT.value(ask, parent, name)) is not ABSENT}


def _comment_link(ask: Ask, thing: Thing) -> str:
    return f"{ask.page.address}/#c{thing.number}"


def _can_hide(ask: Ask, thing: Thing) -> bool:
    return not ask.page.by_page(thing)


def _attachments(_ask: Ask, thing: Thing) -> object:
    given = thing.extra.get("attachments")
    return {"data": given} if isinstance(given, list) else given


COMMENT = Told(
    "Comment",
    "created_time from message id",
    {
        "id": lambda _ask, thing: thing.id,
        "message": _message,
        "from": _author,
        "created_time": lambda _ask, thing: stamp(thing.created),
        "parent": _parent,
        "permalink_url": _comment_link,
        "comment_count": lambda ask, thing: ask.page.count_below(thing, every_level=False),
        "like_count": lambda _ask, _thing: 0,
        "user_likes": lambda _ask, _thing: False,
        "is_hidden": lambda _ask, thing: thing.hidden,
        "is_private": lambda _ask, _thing: False,
        "can_hide": _can_hide,
        "can_remove": lambda _ask, _thing: True,
        "can_comment": lambda _ask, _thing: True,
        "can_like": lambda _ask, _thing: True,
        "can_reply_privately": _can_hide,
    },
    "attachment message_tags object private_reply_conversation application admin_creator live_broadcast_timestamp",
)
POST = Told(
    "Post",
    "created_time message story id",
    {
        "id": lambda _ask, thing: thing.id,
        "message": _message,
        "from": _author,
        "created_time": lambda _ask, thing: stamp(thing.created),
        "updated_time": lambda _ask, thing: stamp(thing.updated),
        "permalink_url": lambda ask, thing: f"{ask.page.address}/#p{thing.number}",
        "is_published": lambda _ask, _thing: True,
        "is_hidden": lambda _ask, thing: thing.hidden,
        "is_expired": lambda _ask, _thing: False,
        "status_type": lambda ask, thing: "mobile_status_update" if ask.page.by_page(thing) else "wall_post",
        "promotion_status": lambda _ask, _thing: "inactive",
        "is_eligible_for_promotion": lambda ask, thing: ask.page.by_page(thing),
        "can_reply_privately": _can_hide,
        "privacy": lambda _ask, _thing: {"value": "EVERYONE", "description": "Public"},
    },
    "story attachments full_picture message_tags story_tags to parent_id promotable_id shares properties place "
    "targeting feed_targeting scheduled_publish_time admin_creator application via icon actions",
)
_PAGE_ITSELF = frozenset({"id", "name", "category", "about", "website", "link", "phone", "fan_count"})
_PERSON = frozenset({"id", "name"})


def node(thing: Thing) -> Told:
    return POST if thing.is_post else COMMENT


def own_value(ask: Ask, thing: Thing, name: str) -> object:
    """A field of a post or comment as it is, attachments of a post as the list that they are."""
    if name == "attachments" and thing.is_post and thing.extra.get("attachments"):
        return _attachments(ask, thing)
    return node(thing).value(ask, thing, name)


def page_itself(ask: Ask, wanted: tuple[Wanted, ...]) -> dict[str, object]:
    """The Page; to a person's token, `me` is that person instead."""
    all_values = {"id": ask.page.id, "name": ask.page.name, "fan_count": 412, **ask.page.about}
    return _flat(all_values, _PAGE_ITSELF, "Page", wanted)


def person(ask: Ask, wanted: tuple[Wanted, ...]) -> dict[str, object]:
    own_id, name = ask.page.person
    return _flat({"id": own_id, "name": name}, _PERSON, "User", wanted)


def _flat(
    values: Mapping[str, Any], known: frozenset[str], kind: str, wanted: tuple[Wanted, ...]
) -> dict[str, object]:
    names = [one.name for one in wanted] or ["name", "id"]
    for name in names:
        if name not in known:
            raise trouble.unknown_field(name, kind)
    return {name: values[name] for name in dict.fromkeys([*names, "id"]) if name in values}


def selected(value: object, inner: tuple[Wanted, ...] | None) -> object:
    """Of an object, or of each object in a list, only what is wanted."""
    if inner is None:
        return value
    if isinstance(value, list):
        return [selected(one, inner) for one in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("data"), list):
        return {**value, "data": selected(value["data"], inner)}
    return {one.name: selected(value[one.name], one.inner) for one in inner if one.name in value}
