"""The raw record of an incident: what the platform gave, byte for byte, and where it stood.

There is no "now" in it: composed twice it is the same document, the same hash, the same file.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.comment import Author, Comment, PageId, Place
from bot.domain.incident import IncidentId
from bot.outside import Answer

FORMAT = "schoolgate-evidence-record"
FORMAT_VERSION = 1
LABEL = (
    "Kept by Schoolgate: the data that the Graph API gave at the time stated, unchanged. "
    "Attached images are never fetched or kept."
)
NOT_GIVEN = "not given by the platform"


@dataclass(frozen=True, slots=True)
class RecordInput:
    """All that goes into a record."""

    incident: IncidentId
    page_id: PageId
    page_name: str
    school: str
    zone: str
    program: str  # our version
    version: int  # of the comment's text
    comment: Comment
    raw: bytes  # the platform's own bytes for this one object
    answer: Answer
    seen_at: datetime
    earlier: Sequence[tuple[int, str, datetime]] = ()
    post: Comment | None = None
    parent: Comment | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment as UTC and as the school's clock showed it."""

    utc: datetime
    local: datetime
    zone: str  # the abbreviation of that day: "GMT" or "BST"


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A post or comment as data for the picture."""

    id: str | None
    place: Place | None
    author: str | None  # None: not given by the platform
    author_id: str | None
    text: str | None  # None: we never saw its words
    created: Moment | None = None
    attachment: str | None = None  # its kind; never an address of an image
    target_id: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the comment said before it was edited."""

    version: int
    message: str
    seen: Moment


@dataclass(frozen=True, slots=True)
class Record:
    """What the picture needs of a record."""

    incident: int
    school: str
    page_id: str
    page_name: str
    program: str
    version: int
    comment: ThreadLine
    post: ThreadLine | None
    parent: ThreadLine | None
    earlier: tuple[Earlier, ...]
    fetched: Moment
    seen: Moment
    hidden_at_first_sight: bool
    sha256: str


def compose(given: RecordInput) -> bytes:
    """The record as a document; ASCII only, so that no character can hide in it or fail to be written."""
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "label": LABEL,
        "program": {"name": "Schoolgate", "version": given.program},
        "school": given.school,
        "incident": given.incident,
        "page": {"id": given.page_id, "name": given.page_name},
        "comment": {"id": given.comment.id, "version": given.version},
        "platform": _platform(given),
        "times": {
            "fetched": _moment(given.answer.fetched_at, given.zone),
            "first_seen": _moment(given.seen_at, given.zone),
        },
        "earlier": [
            {"version": version, "message": message, "seen_at": _moment(seen_at, given.zone)}
            for version, message, seen_at in given.earlier
        ],
        "thread": _thread(given),
        "is_hidden_at_first_sight": given.comment.is_hidden,
    }
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=True) + "\n").encode("ascii")


def read(record: bytes) -> Record:
    """What the picture needs of a record; ValueError if it is not one of ours."""
    try:
        found = json.loads(record)
        if found["format"] != FORMAT or found["format_version"] != FORMAT_VERSION:
            raise ValueError("not a record of this format")
        return _read(found, hashlib.sha256(record).hexdigest())
    except (KeyError, TypeError, RecursionError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError("not a record") from error


def raw_object(record: bytes) -> bytes:
    """The platform's own bytes, as they were received."""
    found = json.loads(record)["platform"]["object"]
    content: str = found["content"]
    return base64.b64decode(content) if found["encoding"] == "base64" else content.encode("utf-8")


def _platform(given: RecordInput) -> dict[str, Any]:
    headers = [[name, value] for name, value in given.answer.headers]
    return {
        "object": _exactly(given.raw),
        "request": given.answer.request,
        "status": given.answer.status,
        "headers": headers,
        "server_date": next((value for name, value in headers if name.lower() == "date"), None),
        "answer_sha256": given.answer.sha256,
    }


def _exactly(raw: bytes) -> dict[str, Any]:
    """Bytes that come back the same: as text where they are text, as base64 where they are not."""
    try:
        encoding, content = "utf-8", raw.decode("utf-8")
    except UnicodeDecodeError:
        encoding, content = "base64", base64.b64encode(raw).decode("ascii")
    sha256 = hashlib.sha256(raw).hexdigest()
    return {"encoding": encoding, "content": content, "size": len(raw), "sha256": sha256}


def _moment(moment: datetime, zone: str) -> dict[str, str]:
    local = moment.astimezone(ZoneInfo(zone))
    return {
        "utc": moment.astimezone(UTC).isoformat(),
        "local": local.isoformat(),
        "zone": local.tzname() or zone,
    }


def _thread(given: RecordInput) -> dict[str, Any]:
    comment, post, parent = given.comment, given.post, given.parent
    if post and post.id == comment.id:
        post = None
    if parent and parent.id in (comment.id, comment.post_id):
        parent = None
    return {
        "comment": _line(comment, given),
        "parent": _line(parent, given) if parent else _unseen(comment.parent_id, comment),
        "post": _line(post, given) if post else _bare_post(comment),
    }


def _line(comment: Comment, given: RecordInput) -> dict[str, Any]:
    attachment = comment.attachment
    return {
        "id": comment.id,
        "place": comment.place.value,
        "author": _author(comment, given),
        "text": comment.message,
        "created": _moment(comment.created_at, given.zone) if comment.created_at else None,
        "attachment": {"kind": attachment.type, "target_id": attachment.target_id} if attachment else None,
        "link": comment.permalink,
    }


def _author(comment: Comment, given: RecordInput) -> dict[str, Any]:
    author = comment.author or Author(None, None)
    if comment.by_page and not author.name:
        author = Author(author.id or given.page_id, given.page_name)
    return {"id": author.id, "name": author.name, "shown_as": author.name or NOT_GIVEN}


def _bare_post(comment: Comment) -> dict[str, Any] | None:
    """The post when all we have of it is its text or its id."""
    if comment.place in (Place.VISITOR_POST, Place.OWN_POST):
        return None
    return _bare(comment.post_id, comment.parent_post) if comment.post_id or comment.parent_post else None


def _unseen(parent_id: str | None, comment: Comment) -> dict[str, Any] | None:
    if parent_id is None or parent_id in (comment.id, comment.post_id):
        return None
    return _bare(parent_id, None)


def _bare(its_id: str | None, text: str | None) -> dict[str, Any]:
    author = {"id": None, "name": None, "shown_as": NOT_GIVEN}
    return {
        "id": its_id,
        "place": None,
        "author": author,
        "text": text,
        "created": None,
        "attachment": None,
        "link": None,
    }


def _read(found: dict[str, Any], sha256: str) -> Record:
    thread = found["thread"]
    return Record(
        incident=int(found["incident"]),
        school=str(found["school"]),
        page_id=str(found["page"]["id"]),
        page_name=str(found["page"]["name"]),
        program=str(found["program"]["version"]),
        version=int(found["comment"]["version"]),
        comment=_read_line(thread["comment"]),
        post=_read_line(thread["post"]) if thread["post"] else None,
        parent=_read_line(thread["parent"]) if thread["parent"] else None,
        earlier=tuple(
            Earlier(int(e["version"]), str(e["message"]), _read_moment(e["seen_at"]))
            for e in found["earlier"]
        ),
        fetched=_read_moment(found["times"]["fetched"]),
        seen=_read_moment(found["times"]["first_seen"]),
        hidden_at_first_sight=bool(found["is_hidden_at_first_sight"]),
        sha256=sha256,
    )


def _read_line(found: dict[str, Any]) -> ThreadLine:
    attachment = found["attachment"] or {"kind": None, "target_id": None}
    return ThreadLine(
        id=found["id"],
        place=Place(found["place"]) if found["place"] else None,
        author=found["author"]["name"],
        author_id=found["author"]["id"],
        text=found["text"],
        created=_read_moment(found["created"]) if found["created"] else None,
        attachment=attachment["kind"],
        target_id=attachment["target_id"],
        link=found["link"],
    )


def _read_moment(found: dict[str, str]) -> Moment:
    return Moment(datetime.fromisoformat(found["utc"]), datetime.fromisoformat(found["local"]), found["zone"])
