"""Hide, unhide, delete, reply: safe to ask for twice, read back after a doubtful answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses

from bot import outside
from bot.domain.comment import CommentId, PageId
from bot.outside import Token
from bot.pages.graph import GraphPage

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BASE = "https://graph.facebook.com/v25.0"
ONE = CommentId("9_1")
GONE = {"error": {"message": "?", "code": 100, "error_subcode": 33}}
NEVER_MIND = "Thank you, please ring the office."


@pytest.fixture
def graph() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{BASE}/100", json={"id": "100"})
        yield mock


@pytest.fixture
def page() -> Iterator[GraphPage]:
    made = GraphPage(
        PageId("100"), "A", Token("t"), now=lambda: NOW, sleep=lambda _: None, random=lambda: 0.5
    )
    yield made
    made.close()


def asked(graph: responses.RequestsMock, method: str) -> list[str]:
    return [call.request.url for call in graph.calls if call.request.method == method]


UNCLEAR = [
    pytest.param({"json": {"success": False}}, id="success false"),
    pytest.param({"json": {}}, id="an empty object"),
    pytest.param({"body": b"<html>"}, id="a web page"),
    pytest.param({"body": b""}, id="nothing"),
    pytest.param({"body": b"null"}, id="null"),
    pytest.param({"body": b'{"succ'}, id="cut"),
    pytest.param({"json": {"error": {"code": 1}}, "status": 500}, id="code 1"),
    pytest.param({"body": b"", "status": 502}, id="502"),
    pytest.param({"body": requests.ReadTimeout()}, id="timeout"),
    pytest.param({"body": requests.exceptions.ChunkedEncodingError()}, id="broken off"),
]


@pytest.mark.parametrize("answer", [{"success": True}, True, {"success": "true"}])
def test_a_clear_yes_is_enough(graph: responses.RequestsMock, page: GraphPage, answer: Any) -> None:
    graph.post(f"{BASE}/9_1", json=answer)
    graph.delete(f"{BASE}/9_1", json=answer)
    page.hide(ONE)
    page.unhide(ONE)
    page.delete(ONE)
    assert page.calls == 3
    assert [call.request.body for call in graph.calls][:2] == ["is_hidden=true", "is_hidden=false"]


def test_hiding_twice_is_hiding(graph: responses.RequestsMock, page: GraphPage) -> None:
    graph.post(f"{BASE}/9_1", json={"error": {"code": 100, "error_subcode": 1446036}}, status=400)
    page.hide(ONE)
    assert page.calls == 1


@pytest.mark.parametrize("answer", UNCLEAR)
@pytest.mark.parametrize("wished", [True, False])
def test_an_unclear_answer_is_never_sent_again_but_read_back(
    graph: responses.RequestsMock, page: GraphPage, answer: dict[str, Any], wished: bool
) -> None:
    graph.post(f"{BASE}/9_1", **answer)
    graph.get(f"{BASE}/9_1", json={"id": "9_1", "is_hidden": wished})
    (page.hide if wished else page.unhide)(ONE)
    assert len(asked(graph, "POST")) == 1
    with pytest.raises(outside.Doubtful):
        (page.unhide if wished else page.hide)(ONE)
    assert len(asked(graph, "POST")) == 2


@pytest.mark.parametrize("answer", UNCLEAR)
def test_a_doubtful_delete_is_done_when_the_comment_is_gone(
    graph: responses.RequestsMock, page: GraphPage, answer: dict[str, Any]
) -> None:
    graph.delete(f"{BASE}/9_1", **answer)
    graph.get(f"{BASE}/9_1", json={"id": "9_1", "is_hidden": False})
    with pytest.raises(outside.Doubtful):
        page.delete(ONE)
    graph.replace(responses.GET, f"{BASE}/9_1", json=GONE, status=400)
    page.delete(ONE)
    assert len(asked(graph, "DELETE")) == 2


def test_an_act_that_can_not_be_read_back_is_doubtful(graph: responses.RequestsMock, page: GraphPage) -> None:
    graph.post(f"{BASE}/9_1", status=502)
    graph.get(f"{BASE}/9_1", status=502)
    with pytest.raises(outside.Doubtful):
        page.hide(ONE)
    assert len(asked(graph, "POST")) == 1


def test_gone_is_done_for_a_delete_and_told_for_a_hide(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.delete(f"{BASE}/9_1", json=GONE, status=400)
    graph.post(f"{BASE}/9_1", json=GONE, status=400)
    page.delete(ONE)
    for act in (page.hide, page.unhide):
        with pytest.raises(outside.Gone):
            act(ONE)


def test_gone_from_a_token_that_sees_nothing_is_no_delete(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.delete(f"{BASE}/9_1", json=GONE, status=400)
    graph.replace(responses.GET, f"{BASE}/100", json=GONE, status=400)
    with pytest.raises(outside.NotAllowed):
        page.delete(ONE)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(200, outside.NotAllowed), (100, outside.Refused), (190, outside.TokenDead), (32, outside.Throttled)],
)
def test_a_clear_no_is_passed_on_and_not_repeated(
    graph: responses.RequestsMock, page: GraphPage, code: int, kind: type[Exception]
) -> None:
    graph.post(f"{BASE}/9_1", json={"error": {"code": code}}, status=400)
    with pytest.raises(kind) as caught:
        page.hide(ONE)
    assert not isinstance(caught.value, outside.Doubtful)
    assert page.calls == 1


def replies(*entries: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    return {
        "data": list(entries),
        "paging": {"cursors": {"after": more}, "next": f"{BASE}/x?after={more}"} if more else {},
    }


OURS = {"id": "9_7", "message": f"{NEVER_MIND} ", "from": {"id": "100", "name": "A"}}


def test_a_reply_goes_below_the_comment_and_is_seen_there(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.post(f"{BASE}/9_1/comments", json={"id": "9_7"})
    graph.get(f"{BASE}/9_7", json={"id": "9_7", "parent": {"id": "9_1"}})
    assert page.reply(ONE, NEVER_MIND, first_try=True) == "9_7"
    assert asked(graph, "POST") == [f"{BASE}/9_1/comments"]
    assert page.warnings == ()


def test_a_reply_in_another_place_is_warned_of_and_not_repeated(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.post(f"{BASE}/9_1/comments", json={"id": "9_7"})
    graph.get(f"{BASE}/9_7", json={"id": "9_7"})
    assert page.reply(ONE, NEVER_MIND, first_try=True) == "9_7"
    assert "another place" in page.warnings[0]


def test_a_reply_that_can_not_be_seen_again_is_still_one(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.post(f"{BASE}/9_1/comments", json={"id": "9_7"})
    graph.get(f"{BASE}/9_7", status=500)
    assert page.reply(ONE, NEVER_MIND, first_try=True) == "9_7"
    assert len(asked(graph, "POST")) == 1


@pytest.mark.parametrize("answer", UNCLEAR)
def test_a_reply_with_an_unclear_answer_is_looked_for(
    graph: responses.RequestsMock, page: GraphPage, answer: dict[str, Any]
) -> None:
    graph.post(f"{BASE}/9_1/comments", **answer)
    graph.get(f"{BASE}/9_1", json={"id": "9_1"})
    graph.get(f"{BASE}/9_7", json={"id": "9_7", "parent": {"id": "9_1"}})
    graph.get(f"{BASE}/9_1/comments", json=replies())
    with pytest.raises(outside.Doubtful):
        page.reply(ONE, NEVER_MIND, first_try=True)
    graph.replace(responses.GET, f"{BASE}/9_1/comments", json=replies(OURS))
    assert page.reply(ONE, NEVER_MIND, first_try=False) == "9_7"
    assert len(asked(graph, "POST")) == 1


def test_a_second_try_sends_when_nothing_of_ours_is_there(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    somebody = {**OURS, "from": {"id": "55"}}
    graph.get(f"{BASE}/9_1", json={"id": "9_1"})
    graph.get(f"{BASE}/9_7", json={"id": "9_7", "parent": {"id": "9_1"}})
    graph.get(f"{BASE}/9_1/comments", json=replies(somebody, more="X"))
    graph.get(f"{BASE}/9_1/comments", json=replies({"id": "9_6", "message": "else", "from": {"id": "100"}}))
    graph.post(f"{BASE}/9_1/comments", json={"id": "9_7"})
    assert page.reply(ONE, NEVER_MIND, first_try=False) == "9_7"


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([replies({"id": "9_7", "message": NEVER_MIND})], id="nobody says whose it is"),
        pytest.param([replies(more="X"), replies(more="X")], id="the list goes round in circles"),
    ],
)
def test_a_second_try_that_can_not_tell_sends_nothing(
    graph: responses.RequestsMock, page: GraphPage, found: list[dict[str, Any]]
) -> None:
    graph.get(f"{BASE}/9_1", json={"id": "9_1"})
    for answer in found:
        graph.get(f"{BASE}/9_1/comments", json=answer)
    with pytest.raises(outside.Doubtful):
        page.reply(ONE, NEVER_MIND, first_try=False)
    assert asked(graph, "POST") == []


def test_a_reply_that_was_moved_up_to_the_root_is_found(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.get(f"{BASE}/9_1", json={"id": "9_1", "parent": {"id": "9_0"}})
    graph.get(f"{BASE}/9_1/comments", json=replies())
    graph.get(f"{BASE}/9_0/comments", json=replies(OURS))
    graph.get(f"{BASE}/9_7", json={"id": "9_7", "parent": {"id": "9_0"}})
    assert page.reply(ONE, NEVER_MIND, first_try=False) == "9_7"
    assert asked(graph, "POST") == []
