"""The routes: which call is answered by what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bot.pages.demo import acts, edges, fields, nodes, trouble
from bot.pages.demo.asks import Ask
from bot.pages.demo.fields import Wanted
from bot.pages.demo.things import Rating, Request, Thing, stamp

if TYPE_CHECKING:
    from bot.pages.demo.page import DemoPage

MOST_IDS = 50
_VERSION = re.compile(r"v(\d{1,3})\.\d{1,2}")


def split(path: str) -> tuple[str | None, tuple[str, ...]]:
    """The version that a path asks for, and the rest."""
    steps = tuple(unquote(step) for step in path.split("/") if step)
    if steps and _VERSION.fullmatch(steps[0]):
        return steps[0], steps[1:]
    return None, steps


def served_version(page: DemoPage, asked: str | None) -> str:
    """An expired version is silently answered by the oldest that is alive."""
    version = asked or page.default_version
    if version in page.alive_versions:
        return version
    oldest = min(page.alive_versions, key=_major)
    if _major(version) > _major(oldest):
        raise trouble.GraphError(2500, f"Unknown path components: /{version}")
    return oldest


def _major(version: str) -> int:
    found = _VERSION.fullmatch(version)
    return int(found[1]) if found else 0


def credentials(request: Request) -> tuple[str | None, bool]:
    """The token of a request, and whether it stood in the query."""
    if token := request.query.get("access_token"):
        return token, True
    if token := request.form.get("access_token"):
        return token, False
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return (token.strip(), False) if kind.lower() in ("bearer", "oauth") and token else (None, False)


def answer(ask: Ask) -> object:
    """The answer to one call; GraphError if the platform says no."""
    if not ask.path:
        if "ids" in ask.given and ask.method == "GET":
            return _by_ids(ask)
        raise trouble.GraphError(2500, f"Unsupported {ask.method.lower()} request")
    if ask.path == ("debug_token",):
        return _debug_token(ask)
    if len(ask.path) > 2:
        raise trouble.GraphError(2500, f"Unknown path components: /{'/'.join(ask.path[2:])}")
    target, edge = ask.path[0], ask.path[1] if len(ask.path) == 2 else ""
    if target == "me" and not ask.is_page_token:
        return _of_person(ask, edge)
    if target in ("me", ask.page.id):
        return _of_page(ask, edge)
    return _of_thing(ask, _seen(ask, target), edge)


def _by_ids(ask: Ask) -> object:
    """Several nodes at once; one that is gone fails them all."""
    asked = [one for one in ask.given["ids"].split(",") if one]
    if not asked or len(asked) > MOST_IDS:
        raise trouble.bad_parameter(f"ids: between 1 and {MOST_IDS} can be asked for")
    found: dict[str, object] = {}
    for one in asked:
        thing = ask.page.find(one)
        if one == ask.page.id:
            found[one] = nodes.page_itself(ask, _wanted(ask))
        elif thing and ask.page.sees(thing):
            found[one] = edges.tell(ask, thing, _wanted(ask))
        else:
            raise trouble.GraphError(803, f"(#803) Some of the aliases you requested do not exist: {one}")
    return found


def _of_person(ask: Ask, edge: str) -> object:
    if edge:
        raise trouble.unknown_field(edge, "User")
    return nodes.person(ask, _wanted(ask))


def _of_page(ask: Ask, edge: str) -> object:
    if edge == "blocked":
        return _one_of(ask, {"GET": acts.banned, "POST": acts.ban, "DELETE": acts.lift_ban})
    if ask.method != "GET":
        raise trouble.gone(ask.page.id, ask.method)
    if not edge:
        return nodes.page_itself(ask, _wanted(ask))
    if edge not in _PAGE_EDGES:
        raise trouble.unknown_field(edge, "Page")
    return _PAGE_EDGES[edge](ask)


def _feed(ask: Ask) -> object:
    _needs_engagement(ask)
    return edges.feed(ask, "feed", ask.page.posts(), ask.given)


def _own_posts(ask: Ask) -> object:
    _needs_engagement(ask)
    own = [post for post in ask.page.posts() if ask.page.by_page(post)]
    if ask.path[1] == "published_posts":
        own = [post for post in own if post.extra.get("is_published", True)]
    return edges.feed(ask, ask.path[1], own, ask.given)


def _visitor_posts(_ask: Ask) -> object:
    raise trouble.GraphError(
        200,
        "(#200) This endpoint is not supported in the new Pages experience.",
        subcode=trouble.NOT_ON_NEW_PAGES,
    )


def _ratings(ask: Ask) -> object:
    _needs_engagement(ask)
    if "pages_read_user_content" not in ask.page.scopes:
        return edges.listed([])
    return edges.listed([_rating(ask, rating) for rating in ask.page.ratings])


def _rating(ask: Ask, rating: Rating) -> dict[str, object]:
    reviewer = (
        {}
        if ask.page.withholds(rating.author)
        else {"reviewer": {"name": rating.author[1], "id": rating.author[0]}}
    )
    kind = "positive" if rating.positive else "negative"
    told = {"created_time": stamp(rating.created), "recommendation_type": kind, "review_text": rating.text}
    return {**told, **reviewer, "has_rating": False, "has_review": bool(rating.text)}


def _tagged(_ask: Ask) -> object:
    return edges.listed([])


_PAGE_EDGES: Mapping[str, Callable[[Ask], object]] = {
    "feed": _feed,
    "posts": _own_posts,
    "published_posts": _own_posts,
    "visitor_posts": _visitor_posts,
    "ratings": _ratings,
    "tagged": _tagged,
}


def _of_thing(ask: Ask, thing: Thing, edge: str) -> object:
    if edge == "comments":
        return _one_of(
            ask,
            {
                "GET": lambda ask: edges.comments(ask, thing, ask.given),
                "POST": lambda ask: acts.reply(ask, thing),
            },
        )
    if edge:
        raise trouble.unknown_field(edge, nodes.node(thing).kind)
    return _one_of(
        ask,
        {
            "GET": lambda ask: edges.tell(ask, thing, _wanted(ask)),
            "POST": lambda ask: acts.change(ask, thing),
            "DELETE": lambda ask: acts.delete(ask, thing),
        },
    )


def _one_of(ask: Ask, ways: Mapping[str, Callable[[Ask], object]]) -> object:
    if ask.method not in ways:
        raise trouble.gone(ask.path[0], ask.method)
    return ways[ask.method](ask)


def _seen(ask: Ask, object_id: str) -> Thing:
    thing = ask.page.find(object_id)
    if thing is None or not ask.page.sees(thing):
        raise trouble.gone(object_id, ask.method)
    return thing


def _wanted(ask: Ask) -> tuple[Wanted, ...]:
    return fields.parse(ask.given["fields"]) if ask.given.get("fields") else ()


def _needs_engagement(ask: Ask) -> None:
    if "pages_read_engagement" not in ask.page.scopes:
        raise trouble.GraphError(
            10, "(#10) This endpoint requires the 'pages_read_engagement' permission", status=403
        )


def _debug_token(ask: Ask) -> object:
    if not ask.page.accepts(ask.given.get("input_token")):
        dead = {"code": 190, "message": "Invalid OAuth access token.", "subcode": 467}
        return {"data": {"is_valid": False, "scopes": [], "error": dead}}
    scopes = sorted(ask.page.scopes)
    own = {"profile_id": ask.page.id} if ask.is_page_token else {}
    return {
        "data": {
            "app_id": "700000000000001",
            "application": "Schoolgate demo",
            "type": ask.page.token_kind.upper(),
            "data_access_expires_at": int(ask.now.timestamp()) + 90 * 86400,
            "expires_at": 0,
            "is_valid": True,
            "scopes": scopes,
            "granular_scopes": [{"scope": scope, "target_ids": [ask.page.id]} for scope in scopes],
            "user_id": ask.page.person[0],
            **own,
        }
    }
