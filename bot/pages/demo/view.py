"""The demo Page as a visitor sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from bot import clock
from bot.pages.demo.things import Thing

if TYPE_CHECKING:
    from bot.pages.demo.page import DemoPage

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_ZONE = "Europe/London"
_JUST_NOW = timedelta(minutes=3)
_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #f6f4ee; color: #26302b; font: 16px/1.5 Georgia, 'Times New Roman', serif; }
main, header { max-width: 42rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; }
.label { display: inline-block; background: #2f5d50; color: #fff; padding: .1rem .6rem; font-size: .85rem; }
.quiet { color: #5c665f; font-size: .85rem; }
article { background: #fff; border: 1px solid #ddd8cb; border-radius: 6px; padding: 1rem 1.2rem; margin: 1.2rem 0; }
article p { margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
ul { list-style: none; margin: .6rem 0 0; padding: 0 0 0 .9rem; border-left: 2px solid #e5e0d3; }
li { margin: .6rem 0; }
li ul { margin-left: .6rem; }
.fresh { background: #fdf6d8; outline: 4px solid #fdf6d8; }
.hidden { opacity: .65; }
.box { display: inline-block; background: #e2e2df; color: #4a4f4c; padding: .4rem .8rem; font-size: .85rem; }
.gone { border-left: 3px solid #2f5d50; padding-left: .6rem; }
:target { outline: 3px solid #2f5d50; }
"""


def render(page: DemoPage, now: datetime, author: str | None = None) -> str:
    """What everybody sees; with `author`, what somebody sees who wrote here."""
    posts = [post for post in page.posts() if not post.hidden and post.extra.get("is_published", True)]
    body = "\n".join(_post(page, post, now, author) for post in posts)
    return f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(page.name)} (demo Page)</title><style>{_STYLE}</style></head><body>
<header><p class="label">Demo Page: invented school</p><h1>{escape(page.name)}</h1>
<p class="quiet">{_whose_eyes(page, author)} The page reloads itself every ten seconds; what came within the last
three minutes is marked. Nobody here is real.</p></header>
<main>
{body}
</main></body></html>
"""


def _whose_eyes(page: DemoPage, author: str | None) -> str:
    if author is None:
        return "As any visitor sees it."
    name = page.known_person(author) or "somebody unknown"
    return f"As {escape(name)} sees it: what this person wrote is still there, though hidden from others."


def _post(page: DemoPage, post: Thing, now: datetime, author: str | None) -> str:
    everything = page.below(post, every_level=True)
    shown = [one for one in everything if not one.hidden or _wrote(one, author)]
    hidden = len(everything) - len(shown)
    thread = _thread(shown, post.id, None, now, author)
    note = f'<p class="quiet gone">{_hidden_from_visitors(hidden)}</p>' if hidden else ""
    return (
        f'<article id="p{post.number}">{_who(post, now)}{_words(post)}'
        f"{_attached(post)}{thread}{note}</article>"
    )


def _thread(shown: list[Thing], post_id: str, parent: str | None, now: datetime, author: str | None) -> str:
    entries = []
    # The newest at the top, where somebody who watches will see it; answers in the order of talk.
    for one in reversed(shown) if parent is None else shown:
        if one.parent == parent:
            marks = " ".join(
                mark
                for mark, holds in (("fresh", now - one.created < _JUST_NOW), ("hidden", one.hidden))
                if holds
            )
            note = '<p class="quiet">hidden from visitors</p>' if one.hidden else ""
            below = _thread(shown, post_id, one.id, now, author)
            entries.append(
                f'<li id="c{one.number}" class="{marks}">{_who(one, now)}{_words(one)}'
                f"{_attached(one)}{note}{below}</li>"
            )
    return f"<ul>{''.join(entries)}</ul>" if entries else ""


def _who(thing: Thing, now: datetime) -> str:
    name = escape(thing.author[1]) if thing.author else "Somebody"
    return f'<div><strong>{name}</strong> <span class="quiet">{_when(thing.created, now)}</span></div>'


def _words(thing: Thing) -> str:
    return f"<p>{escape(thing.message)}</p>" if thing.message else ""


def _attached(thing: Thing) -> str:
    """Never the picture itself."""
    several = thing.extra.get("attachments")
    found = several if isinstance(several, list) else [thing.extra.get("attachment")]
    kinds = [
        one.get("media_type") or one.get("type") or "something" for one in found if isinstance(one, dict)
    ]
    return "".join(f'<div class="box">{escape(str(kind))}</div> ' for kind in kinds)


def _when(moment: datetime, now: datetime) -> str:
    ago = now - moment
    if ago < timedelta(minutes=1):
        return "just now"
    if ago < timedelta(hours=1):
        minutes = int(ago.total_seconds() // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'} ago"
    return clock.said(moment, _ZONE)


def _hidden_from_visitors(count: int) -> str:
    return "1 comment is hidden from visitors" if count == 1 else f"{count} comments are hidden from visitors"


def _wrote(thing: Thing, author: str | None) -> bool:
    return author is not None and thing.author is not None and thing.author[0] == author
