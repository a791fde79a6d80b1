"""Their JSON as our Comment: whatever is missing or of a wrong kind counts as not said; only an id is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from bot.domain.comment import Attachment, Author, Comment, CommentId, PageId, Place, PostId, Tag

_MOST_TAGS = 500
_MILLISECONDS_FROM = 1e11  # as seconds this would be the year 5138


def comment(
    record: Mapping[str, object],
    page_id: PageId | None,
    place: Place | None = None,
    post: str | None = None,
    parent_post: str | None = None,
) -> Comment:
    """One record as a Comment; ValueError if it has no id."""
    own_id = identity(record.get("id"))
    if own_id is None:
        raise ValueError("a record without an id")
    message = text(record.get("message")) or ""
    author = _author(record.get("from"))
    parent = record.get("parent")
    is_reply = isinstance(parent, dict)
    parent_id = identity(parent.get("id")) if isinstance(parent, dict) else None
    return Comment(
        id=CommentId(own_id),
        page_id=page_id or PageId(""),
        message=message,
        place=place or (Place.REPLY if is_reply else Place.COMMENT),
        author=author,
        created_at=moment(record.get("created_time")),
        post_id=PostId(post) if post else None,
        parent_id=CommentId(parent_id) if parent_id else None,
        parent_post=text(record.get("parent_post")) if parent_post is None else parent_post,
        tags=_tags(record.get("message_tags"), message),
        attachment=_attachment(record),
        permalink=_link(record.get("permalink_url")),
        is_hidden=record.get("is_hidden") is True,
        can_hide=_yes_or_no(record.get("can_hide")),
        can_remove=_yes_or_no(record.get("can_remove")),
        by_page=bool(page_id and author and author.id == page_id),
    )


def identity(value: object) -> str | None:
    """An id as text, though it may come as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value and _can_be_written(value) else None


def text(value: object) -> str | None:
    """Text, or nothing."""
    return value if isinstance(value, str) else None


def moment(value: object) -> datetime | None:
    """A time in UTC from ISO 8601 or epoch seconds or milliseconds; one without a zone says nothing."""
    try:
        if isinstance(value, str) and not value.isdigit():
            found = datetime.fromisoformat(value)
            return found.astimezone(UTC) if found.tzinfo else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > _MILLISECONDS_FROM else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _can_be_written(value: str) -> bool:
    """Half an emoji can't be, neither to the store nor into an address."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _author(value: object) -> Author | None:
    if not isinstance(value, dict):
        return None
    author = Author(identity(value.get("id")), text(value.get("name")))
    return author if author.id or author.name else None


def _yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _link(value: object) -> str | None:
    # Links are put before people to click on: nothing but the web's own.
    return value if isinstance(value, str) and value.lower().startswith(("https://", "http://")) else None


def _attachment(record: Mapping[str, object]) -> Attachment | None:
    """A comment's only attachment; of a post's several the first that is a photo or video."""
    single = record.get("attachment")
    several = record.get("attachments")
    inner = several.get("data") if isinstance(several, dict) else several
    candidates = [single, *inner] if isinstance(inner, list) else [single]
    found = [_one_attachment(one) for one in candidates if isinstance(one, dict) and one]
    return next((one for one in found if one.is_media), found[0] if found else None)


def _one_attachment(value: Mapping[str, object]) -> Attachment:
    target = value.get("target")
    kind = text(value.get("type")) or text(value.get("media_type")) or "unknown"
    target_id = identity(target.get("id")) if isinstance(target, dict) else None
    return Attachment(kind, _link(value.get("url")), target_id)


def _tags(value: object, message: str) -> tuple[Tag, ...]:
    found = (_tag(one, message) for one in _listed(value) if isinstance(one, dict))
    return tuple(islice((tag for tag in found if tag), _MOST_TAGS))


def _listed(value: object) -> Iterator[object]:
    # Very old versions keep the tags in an object, under their offsets.
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(one, list):
            yield from one
        else:
            yield one


def _tag(value: Mapping[str, object], message: str) -> Tag | None:
    offset, length = _count(value.get("offset")), _count(value.get("length"))
    said = message[offset : offset + length]
    name = text(value.get("name")) or said
    if not name:
        return None
    if said != name:
        place = _nearest(message, name, offset)
        if place is not None:
            offset, length = place, len(name)
    return Tag(identity(value.get("id")), name, text(value.get("type")), offset, length)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 31 else 0


def _nearest(message: str, name: str, offset: int) -> int | None:
    """Where the name stands nearest to the offset, which may have been counted in other units."""
    before, after = message.rfind(name, 0, offset + len(name)), message.find(name, offset)
    found = [place for place in (before, after) if place >= 0]
    return min(found, key=lambda place: abs(place - offset), default=None)
