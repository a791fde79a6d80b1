"""The evidence card: a record as a page to be looked at, in our own look and never in Facebook's."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from bot.domain.comment import Place
from bot.evidence.record import NOT_GIVEN, Moment, Record, ThreadLine
from bot.evidence.visible import Piece, lines, pieces

HERE = Path(__file__).parent
WORDS_OF_COMMENT = 30_000  # more cannot stand in a picture of 8,000 pixels
WORDS_AROUND = 700
LINES_OF_COMMENT = 400
LINES_AROUND = 12
LENGTH_OF_NAME = 200
LENGTH_OF_FACT = 600
EARLIER_SHOWN = 4

PLACES = {
    Place.COMMENT: "Comment under a post",
    Place.REPLY: "Reply to a comment",
    Place.VISITOR_POST: "Post by a visitor",
    Place.OWN_POST: "The school's own post",
    None: "Post",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as it stands on the card."""

    lines: list[list[Piece]]
    is_cut: bool
    length: int  # of the whole text, in code points


@dataclass(frozen=True, slots=True)
class Block:
    """One text of the thread with its author and time."""

    author: list[Piece]
    is_author_given: bool
    written: str
    place: str
    words: Shown
    is_unseen: bool
    attachment: list[Piece]
    target: list[Piece]


def render(record: Record, note: str = "") -> str:
    """The whole card as HTML; nothing in it can load, run or be followed."""
    css = (HERE / "card.css").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((HERE / "template.html").read_text(encoding="utf-8"))
    return template.render(
        css=Markup(css),  # noqa: S704 - our own file, not the visitor's words
        csp=f"default-src 'none'; style-src '{_fingerprint(css)}'; base-uri 'none'; form-action 'none'",
        note=note,
        has_signs=any(piece.is_sign for line in lines(texts(record), LINES_OF_COMMENT) for piece in line),
        school=_name(record.school),
        page_name=_name(record.page_name),
        is_page_called_otherwise=record.page_name != record.school,
        record=record,
        fetched=said(record.fetched.utc, "UTC"),
        fetched_local=_short(record.fetched.local, record.fetched.zone, record.fetched.utc),
        comment=_block(record.comment, WORDS_OF_COMMENT, LINES_OF_COMMENT),
        post=_block(record.post, WORDS_AROUND, LINES_AROUND) if record.post else None,
        parent=_block(record.parent, WORDS_AROUND, LINES_AROUND) if record.parent else None,
        earlier=[
            (e.version, both(e.seen), _shown(e.message, WORDS_AROUND, LINES_AROUND))
            for e in record.earlier[-EARLIER_SHOWN:]
        ],
        earlier_left_out=max(0, len(record.earlier) - EARLIER_SHOWN),
        facts=_facts(record),
    )


def texts(record: Record) -> str:
    """All words on the card that others wrote, to see which letters the fonts must have."""
    lined = [line for line in (record.comment, record.post, record.parent) if line]
    found = [record.school, record.page_name, *(line.author or "" for line in lined)]
    found += [(line.text or "")[:WORDS_OF_COMMENT] for line in lined]
    found += [e.message[:WORDS_AROUND] for e in record.earlier[-EARLIER_SHOWN:]]
    return "".join(found)


def is_cut(record: Record) -> bool:
    """Whether the comment is too long to be drawn whole."""
    return _shown(record.comment.text or "", WORDS_OF_COMMENT, LINES_OF_COMMENT).is_cut


def said(moment: datetime, zone: str) -> str:
    """To the second, as evidence needs it: 'Sat 21 Nov 2026, 22:04:09 GMT'."""
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M:%S} {zone}"


def both(moment: Moment) -> str:
    """By the school's clock, and in UTC; once where the two are the same."""
    if moment.zone == "UTC":
        return said(moment.utc, "UTC")
    return f"{said(moment.local, moment.zone)} ({_short(moment.utc, 'UTC', moment.local)})"


def _short(moment: datetime, zone: str, beside: datetime) -> str:
    """Without the day where it is the same as in the time that stands beside it."""
    return f"{moment:%H:%M:%S} {zone}" if moment.date() == beside.date() else said(moment, zone)


def _fingerprint(css: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()


def _block(line: ThreadLine, length: int, most_lines: int) -> Block:
    return Block(
        author=_name(line.author or NOT_GIVEN),
        is_author_given=bool(line.author),
        written=both(line.created) if line.created else NOT_GIVEN,
        place=PLACES[line.place],
        words=_shown(line.text or "", length, most_lines),
        is_unseen=line.text is None,
        attachment=_fact(line.attachment) if line.attachment else [],
        target=_fact(line.target_id or NOT_GIVEN),
    )


def _shown(text: str, length: int, most_lines: int) -> Shown:
    drawn = lines(text[:length], most_lines)
    is_cut = len(text) > length or len(lines(text[:length], most_lines + 1)) > most_lines
    return Shown(drawn, is_cut, len(text))


def _name(text: str) -> list[Piece]:
    return _one_line(text, LENGTH_OF_NAME)


def _fact(text: str) -> list[Piece]:
    return _one_line(text, LENGTH_OF_FACT)


def _one_line(text: str, length: int) -> list[Piece]:
    found = pieces(text[:length])
    return [*found, Piece(f"+{len(text) - length} characters", is_sign=True)] if len(text) > length else found


def _facts(record: Record) -> list[tuple[str, list[Piece]]]:
    comment = record.comment
    hidden = "yes: it was already hidden when first seen" if record.hidden_at_first_sight else "no"
    facts = [
        ("Written", both(comment.created) if comment.created else NOT_GIVEN),
        ("First seen by Schoolgate", both(record.seen)),
        ("Given by the Graph API", both(record.fetched)),
        ("Hidden at first sight", hidden),
        ("Author's id on this Page", comment.author_id or NOT_GIVEN),
        ("Id of the comment", comment.id or NOT_GIVEN),
        ("Version of its words", f"{record.version}{' (edited)' if record.earlier else ''}"),
        ("Id of the post", (record.post.id if record.post else None) or "none"),
        ("Id of the Page", record.page_id),
        ("Link", comment.link or NOT_GIVEN),
        ("SHA-256 of the record", record.sha256),
    ]
    return [(name, _fact(value)) for name, value in facts]
