"""What a caller may do to the Page, and when the platform refuses."""

from __future__ import annotations

from bot.pages.demo import trouble
from bot.pages.demo.asks import Ask
from bot.pages.demo.edges import listed
from bot.pages.demo.things import Thing, Write

SUCCESS = {"success": True}


def change(ask: Ask, thing: Thing) -> object:
    """POST on a post or comment: hide it, show it again, or change its words."""
    hidden = ask.flag("is_hidden")
    if hidden is None and not ask.given.get("message"):
        raise trouble.bad_parameter("Nothing to change: give is_hidden or message")
    _needs(ask, "pages_manage_engagement", "pages_manage_posts")
    return _edit(ask, thing) if hidden is None else _set_hidden(ask, thing, hidden)


def _set_hidden(ask: Ask, thing: Thing, hidden: bool) -> object:
    kind = "hide" if hidden else "unhide"
    _announce(ask, kind, thing)
    if not thing.is_post and ask.page.by_page(thing):
        raise trouble.bad_parameter("A Page's own comment can't be hidden")
    if hidden and thing.hidden:
        raise trouble.GraphError(
            100, "(#100) Duplicate Mark Spam Request", subcode=trouble.ALREADY_HIDDEN, transient=False
        )
    if hidden != thing.hidden:
        thing.hidden = hidden
        _note(ask, kind, thing.id)
    return SUCCESS


def _edit(ask: Ask, thing: Thing) -> object:
    """The trap beside hiding: `message` on a comment changes that comment instead of answering it."""
    if not ask.page.by_page(thing):
        raise trouble.not_permitted("The words of others can't be changed")
    _announce(ask, "edit", thing)
    thing.message = ask.given["message"]
    _note(ask, "edit", thing.id)
    return SUCCESS


def delete(ask: Ask, thing: Thing) -> object:
    """Final; what hangs below goes too."""
    _needs(ask, "pages_manage_engagement", "pages_read_user_content")
    _announce(ask, "delete", thing)
    ask.page.remove(thing.id)
    _note(ask, "delete", thing.id)
    return SUCCESS


def reply(ask: Ask, thing: Thing) -> object:
    """A comment by the Page below a post or comment."""
    _needs(ask, "pages_manage_engagement")
    message = ask.given.get("message", "")
    if not message:
        raise trouble.bad_parameter("message: a comment needs words")
    parent = _where_it_goes(ask, thing)
    _announce(ask, "reply", thing)
    post = thing.id if thing.is_post else thing.post
    assert post
    made = ask.page.comment(post, message, by=(ask.page.id, ask.page.name), at=ask.now, parent=parent)
    _note(ask, "reply", thing.id, made)
    return {"id": made}


def _where_it_goes(ask: Ask, thing: Thing) -> str | None:
    if thing.is_post:
        return None
    if thing.parent is None or ask.page.replies_to_replies == "nest":
        return thing.id
    if ask.page.replies_to_replies == "refuse":
        raise trouble.bad_parameter("A reply can't be replied to")
    return thing.parent


def ban(ask: Ask) -> object:
    """Somebody who has written here may write no more; what they wrote stays."""
    _needs(ask, "pages_manage_engagement", "pages_manage_metadata")
    person, name = _person(ask)
    if name is None:
        raise trouble.bad_parameter(f"Invalid user id: {person}")
    if ask.page.on_write:
        ask.page.on_write("ban", person)
    if person not in ask.page.banned:
        ask.page.banned[person] = name
        _note(ask, "ban", person)
    return {person: True}


def lift_ban(ask: Ask) -> object:
    _needs(ask, "pages_manage_engagement", "pages_manage_metadata")
    person, _name = _person(ask)
    if ask.page.banned.pop(person, None):
        _note(ask, "unban", person)
    return SUCCESS


def banned(ask: Ask) -> object:
    """All who are banned, or the one who is asked about if they are."""
    ask.needs_page_token()
    one = ask.given.get("user")
    people = [(i, n) for i, n in ask.page.banned.items() if one in (None, i)]
    return listed([{"name": name, "id": own_id} for own_id, name in people])


def _person(ask: Ask) -> tuple[str, str | None]:
    person = next((ask.given[name] for name in ("user", "psid", "asid", "uid") if ask.given.get(name)), None)
    if person is None:
        raise trouble.bad_parameter("The parameter user is required")
    return person, ask.page.known_person(person)


def _needs(ask: Ask, *scopes: str) -> None:
    ask.needs_page_token()
    if not ask.page.may("MODERATE", *scopes):
        raise trouble.not_permitted(f"Permissions error: {scopes[0]} and the task MODERATE are needed")


def _announce(ask: Ask, kind: str, thing: Thing) -> None:
    """Somebody else may act at the last moment; then there may be nothing left to act on."""
    if ask.page.on_write:
        ask.page.on_write(kind, thing.id)
    if not ask.page.exists(thing.id):
        raise trouble.gone(thing.id, ask.method)


def _note(ask: Ask, kind: str, target: str, made: str | None = None) -> None:
    ask.page.writes.append(Write(kind, target, ask.now, made))
