"""Their JSON as our Comment, whatever it looks like."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.comment import Author, PageId, Place
from bot.outside import BadAnswer
from bot.pages import exact, shapes

PAGE = PageId("100200300")


def made(**record: Any) -> Any:
    return shapes.comment({"id": "1_2", **record}, PAGE)


def test_a_full_record_becomes_a_comment() -> None:
    comment = shapes.comment(
        {
            "id": "9_1",
            "message": "well done all",
            "from": {"id": "77", "name": "Sam Example"},
            "created_time": "2026-11-20T08:35:18+0000",
            "permalink_url": "https://facebook.example/9/1",
            "is_hidden": True,
            "can_hide": False,
            "can_remove": True,
            "attachment": {"type": "photo", "url": "https://facebook.example/p", "target": {"id": 5}},
            "like_count": 3,
        },
        PAGE,
        None,
        "100200300_9",
        "Sports day",
    )
    assert (comment.id, comment.place, comment.post_id) == ("9_1", Place.COMMENT, "100200300_9")
    assert comment.author == Author("77", "Sam Example")
    assert comment.created_at == datetime(2026, 11, 20, 8, 35, 18, tzinfo=UTC)
    assert (comment.is_hidden, comment.can_hide, comment.can_remove) == (True, False, True)
    assert comment.attachment is not None
    assert (comment.attachment.target_id, comment.attachment.is_media) == ("5", True)
    assert comment.parent_post == "Sports day"
    assert not comment.by_page


def test_only_a_missing_id_is_an_error() -> None:
    assert shapes.comment({"id": 12345678901234567890}, None).id == "12345678901234567890"
    for record in ({}, {"id": None}, {"id": ""}, {"id": True}, {"id": ["1"]}, {"id": 1.5}):
        with pytest.raises(ValueError, match="id"):
            shapes.comment(record, PAGE)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("2021-07-23T08:35:18+0000", datetime(2021, 7, 23, 8, 35, 18, tzinfo=UTC), id="no colon"),
        pytest.param("2021-07-23T09:35:18+01:00", datetime(2021, 7, 23, 8, 35, 18, tzinfo=UTC), id="colon"),
        pytest.param("2021-07-23T08:35:18Z", datetime(2021, 7, 23, 8, 35, 18, tzinfo=UTC), id="Z"),
        pytest.param(1627029318, datetime(2021, 7, 23, 8, 35, 18, tzinfo=UTC), id="seconds"),
        pytest.param("1627029318", datetime(2021, 7, 23, 8, 35, 18, tzinfo=UTC), id="seconds as text"),
        pytest.param(1627029318000, datetime(2021, 7, 23, 8, 35, 18, tzinfo=UTC), id="milliseconds"),
        pytest.param("2021-07-23T08:35:18", None, id="naive"),
        pytest.param("2021-07-23", None, id="a day only"),
        pytest.param("yesterday", None, id="words"),
        pytest.param(True, None, id="bool"),
        pytest.param(10**30, None, id="out of range"),
        pytest.param("9999-12-31T23:59:59-12:00", None, id="past the last year"),
        pytest.param(["2021"], None, id="list"),
        pytest.param("²", None, id="a digit that is no number"),
    ],
)
def test_times_are_read_in_every_shape_and_naive_ones_are_refused(
    said: object, meant: datetime | None
) -> None:
    assert made(created_time=said).created_at == meant


TEXT = "😀 hi Ellie Marsh, Ellie Marsh!"


@pytest.mark.parametrize(
    ("tags", "places"),
    [
        pytest.param([{"name": "Ellie Marsh", "offset": 5, "length": 11}], [(5, 11)], id="code points"),
        pytest.param([{"name": "Ellie Marsh", "offset": 6, "length": 11}], [(5, 11)], id="UTF-16 units"),
        pytest.param([{"name": "Ellie Marsh", "offset": 19, "length": 11}], [(18, 11)], id="nearest of two"),
        pytest.param(
            {"5": [{"name": "Ellie Marsh", "offset": 5, "length": 11}]}, [(5, 11)], id="keyed by offset"
        ),
        pytest.param([{"name": "Nobody", "offset": 2, "length": 3}], [(2, 3)], id="not there: as given"),
        pytest.param([{"name": "Ellie Marsh"}], [(5, 11)], id="no offset"),
        pytest.param([{"offset": 5, "length": 11}], [(5, 11)], id="no name"),
        pytest.param([{"name": "Ellie Marsh", "offset": "5", "length": None}], [(5, 11)], id="wrong types"),
        pytest.param([7, None, "x", {}], [], id="no tags at all"),
        pytest.param("Ellie", [], id="a string"),
    ],
)
def test_tags_find_their_name_in_the_text(tags: object, places: list[tuple[int, int]]) -> None:
    assert [(tag.offset, tag.length) for tag in made(message=TEXT, message_tags=tags).tags] == places


@pytest.mark.parametrize(
    ("record", "kind", "media"),
    [
        ({"attachment": {"type": "sticker"}}, "sticker", False),
        ({"attachment": {"type": "hologram_from_2031"}}, "hologram_from_2031", False),
        ({"attachment": {"url": "https://x.example"}}, "unknown", False),
        ({"attachments": {"data": [{"type": "share"}, {"media_type": "video"}]}}, "video", True),
    ],
)
def test_attachments_of_any_kind_are_kept_by_kind(record: dict[str, Any], kind: str, media: bool) -> None:
    found = made(**record).attachment
    assert (found.type, found.is_media) == (kind, media)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", 5, None, "//x.example"])
def test_only_links_of_the_web_are_kept(link: object) -> None:
    comment = made(permalink_url=link, attachment={"type": "share", "url": link})
    assert comment.permalink is None
    assert comment.attachment.url is None


def test_a_parent_makes_a_reply_and_the_pages_own_words_are_known() -> None:
    reply = made(parent={"id": 4}, **{"from": {"id": int(PAGE), "name": "School"}})
    assert (reply.place, reply.parent_id, reply.by_page) == (Place.REPLY, "4", True)
    assert made(parent="x").place is Place.COMMENT


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "message",
    "from",
    "created_time",
    "message_tags",
    "attachment",
    "attachments",
    "parent",
    "permalink_url",
]
INNER = ["id", "name", "offset", "length", "type", "url", "target", "data"]


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "is_hidden", "can_hide", "parent_post"]),
        anything
        | st.dictionaries(st.sampled_from(INNER), anything)
        | st.lists(st.dictionaries(st.sampled_from(INNER), anything), max_size=2),
    )
)
def test_no_record_with_an_id_can_break_it(record: dict[str, object]) -> None:
    comment = shapes.comment({**record, "id": "1_2"}, PAGE)
    assert len(comment.fingerprint) == 64
    assert isinstance(comment.message, str)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(json_values, max_size=5), json_values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_the_bytes_that_are_kept_say_exactly_what_was_read(
    entries: list[object], other: object, indent: Any, ascii_only: bool
) -> None:
    text = json.dumps({"data": 0, "x": other, "data ": entries}, indent=indent, ensure_ascii=ascii_only)
    text = "\r\n " + text.replace('"data ":', '"data" :') + "\n"
    body = text.encode()
    read_text, _ = exact.read(body)
    data = exact.members(read_text, exact.top(read_text))["data"]
    parts = list(exact.elements(read_text, data.start))
    assert [json.loads(exact.raw(read_text, part)) for part in parts] == entries
    assert all(exact.raw(read_text, part) in body for part in parts)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"  \n", id="blank"),
        pytest.param(b"<!doctype html><p>sign in", id="a web page"),
        pytest.param(b'{"data":[{"id":"1"', id="cut off"),
        pytest.param(b'{"data":"\xff"}', id="not UTF-8"),
        pytest.param(b'{"a":NaN}', id="NaN"),
        pytest.param(b'{"a":-Infinity}', id="infinity"),
        pytest.param(b'{"a":1e400}', id="too large"),
        pytest.param(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="depth 100,000"),
        pytest.param(b'{"a":' + b"[" * 90 + b"]" * 90 + b"}", id="depth 90"),
        pytest.param(b'{"a":' + b"1" * 5000 + b"}", id="an endless number"),
        pytest.param(b"{}{}", id="two values"),
    ],
)
def test_what_is_no_proper_json_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        exact.read(body)


def test_a_lone_surrogate_and_a_repeated_key_survive() -> None:
    text, value = exact.read(b'\xef\xbb\xbf{"message":"a","message":"\\ud83d"}')
    assert value == {"message": "\ud83d"}
    assert exact.members(text, exact.top(text))["message"].value == "\ud83d"
