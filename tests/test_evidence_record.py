"""The raw record holds exactly what the platform gave, and is the same each time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from bot.domain.comment import Comment, CommentId, Place, PostId
from bot.evidence.record import compose, raw_object, read
from tests.evidence_cast import COMMENT, GIVEN, PARENT, PHOTO, POST, given, record


def test_made_twice_it_is_the_same_to_the_byte() -> None:
    with time_machine.travel("2026-06-21"):
        first = compose(GIVEN)
    with time_machine.travel("2027-01-01"):
        assert compose(GIVEN) == first


def test_the_offset_in_which_a_time_is_handed_in_does_not_change_the_record() -> None:
    elsewhere = GIVEN.seen_at.astimezone(timezone(timedelta(hours=5)))
    assert compose(replace(GIVEN, seen_at=elsewhere)) == compose(GIVEN)


RAW = {
    "plain": b'{"id": "1",\n  "message":"a"}',
    "not UTF-8": b"\xff\xfe{\x00",
    "NUL": b'{"message":"\x00"}',
    "escaped lone surrogate": rb'{"message":"\ud83d"}',
    "BOM and CRLF": b"\xef\xbb\xbf{}\r\n",
    "emoji": '{"message":"🤬\u202e\u2028"}'.encode(),
    "empty": b"",
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_the_platforms_bytes_come_back_as_they_were(raw: bytes) -> None:
    assert raw_object(compose(replace(GIVEN, raw=raw))) == raw


WORDS = {
    "plain": "Well done Year 4",
    "empty": "",
    "lone surrogate": "half \ud83d an emoji",
    "NUL": "a\x00b",
    "bidi": "\u202eabc\u202c\u2066x\u2069",
    "line ends": "a\r\nb\rc\u2028d\x85e",
    "JSON in words": '"}],{"is_hidden_at_first_sight":true',
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_words_survive_whatever_is_in_them(words: str) -> None:
    found = record(words)
    assert read(found).comment.text == words
    assert read(found).hidden_at_first_sight is False
    assert found.isascii()
    assert b"\x00" not in found


def test_it_says_how_and_when_the_platform_answered() -> None:
    found = json.loads(compose(GIVEN))
    assert found["format"] == "schoolgate-evidence-record"
    assert found["platform"]["request"] == GIVEN.answer.request
    assert found["platform"]["status"] == 200
    assert found["platform"]["server_date"] == "Sat, 20 Jun 2026 23:31:09 GMT"
    assert found["platform"]["answer_sha256"] == "ab" * 32
    assert found["platform"]["headers"] == [list(h) for h in GIVEN.answer.headers]
    assert found["times"]["fetched"] == {
        "utc": "2026-06-20T23:31:09+00:00",
        "local": "2026-06-21T00:31:09+01:00",
        "zone": "BST",
    }


def test_the_thread_comes_back_as_it_was_given() -> None:
    found = read(compose(GIVEN))
    assert found.post
    assert found.parent
    assert (found.post.text, found.post.author) == (POST.message, GIVEN.page_name)
    assert (found.parent.text, found.parent.author) == (PARENT.message, "Priya Nair")
    assert (found.comment.text, found.comment.author) == (COMMENT.message, "Sam Ashdown")
    assert found.comment.place is Place.REPLY
    assert found.comment.created
    assert found.comment.created.utc == COMMENT.created_at
    assert found.comment.link == COMMENT.permalink


def test_an_author_who_was_not_given_is_said_to_be_so() -> None:
    found = compose(given(author=None))
    assert json.loads(found)["thread"]["comment"]["author"]["shown_as"] == "not given by the platform"
    assert read(found).comment.author is None


def test_an_attachment_is_its_kind_and_id_and_never_an_address() -> None:
    found = record(attachment=PHOTO)
    assert read(found).comment.attachment == "photo"
    assert read(found).comment.target_id == "998877665544"
    assert b"secret-picture" not in found


def test_a_post_we_only_know_by_its_text_is_kept_by_its_text() -> None:
    found = read(compose(replace(given(parent_post="Bake sale on Friday"), post=None)))
    assert found.post
    assert (found.post.text, found.post.author, found.post.id) == ("Bake sale on Friday", None, POST.id)


def test_a_parent_we_never_saw_is_still_named_by_its_id() -> None:
    found = read(compose(replace(GIVEN, parent=None)))
    assert found.parent
    assert (found.parent.id, found.parent.text) == (PARENT.id, None)


@pytest.mark.parametrize("place", [Place.VISITOR_POST, Place.OWN_POST])
def test_a_post_does_not_stand_under_itself(place: Place) -> None:
    post = Comment(CommentId("1_2"), GIVEN.page_id, "hello", place, post_id=PostId("1_2"))
    found = read(compose(replace(GIVEN, comment=post, post=post, parent=None)))
    assert found.post is None
    assert found.parent is None


def test_earlier_words_of_an_edited_comment_stay() -> None:
    seen = datetime(2026, 6, 20, 21, 0, tzinfo=UTC)
    found = read(compose(replace(GIVEN, version=2, earlier=[(1, "thats a bit much", seen)])))
    assert [(e.version, e.message, e.seen.utc) for e in found.earlier] == [(1, "thats a bit much", seen)]


def test_a_comment_that_was_born_hidden_is_known_for_it() -> None:
    assert read(record(is_hidden=True)).hidden_at_first_sight is True


NOT_RECORDS = {
    "nothing": b"",
    "not JSON": b"<html>",
    "a list": b"[]",
    "another document": b'{"format": "other", "format_version": 1}',
    "a later format": compose(GIVEN).replace(b'"format_version": 1', b'"format_version": 2'),
    "cut off": compose(GIVEN)[:500],
    "deeply nested": b"[" * 100_000,
    "not UTF-8": b"\xff\xff",
}


@pytest.mark.parametrize("content", NOT_RECORDS.values(), ids=NOT_RECORDS)
def test_what_is_no_record_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a record"):
        read(content)
