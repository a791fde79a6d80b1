"""What is said against us, and what the client makes of it."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from bot import outside
from bot.domain.comment import CommentId, PageId
from bot.outside import Token
from bot.pages.errors import AlreadyDone, BadRequest, Busy, TooMuch, problem
from bot.pages.graph import GraphPage

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
BASE = "https://graph.facebook.com"
SECRET = "EAAsecrettoken0123456789"
ONE = CommentId("9_1")


class Clock:
    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def graph() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def page(clock: Clock) -> Iterator[GraphPage]:
    made = GraphPage(
        PageId("100"), "Ashdown", Token(SECRET), now=clock, sleep=clock.slept.append, random=lambda: 0.5,
        app_secret=Token("appsecret"),
    )  # fmt: skip
    yield made
    made.close()


def error(code: object, subcode: object = None, **more: object) -> dict[str, object]:
    return {
        "error": {
            "message": f"(#{code})",
            "type": "OAuthException",
            "code": code,
            "error_subcode": subcode,
            **more,
        }
    }


@pytest.mark.parametrize(
    ("status", "value", "kind", "words"),
    [
        (400, error(190, 458), outside.TokenDead, "app was removed"),
        (400, error(190, 459), outside.TokenDead, "security check"),
        (400, error(190, 460), outside.TokenDead, "password was changed"),
        (400, error("190", "463"), outside.TokenDead, "expired"),
        (400, error(190, 464), outside.TokenDead, "not confirmed"),
        (401, error(190, 467), outside.TokenDead, "no longer valid"),
        (400, error(190, 492), outside.TokenDead, "give the role back"),
        (400, error(190, 999), outside.TokenDead, "does not accept"),
        (400, error(102), outside.TokenDead, "new Page token"),
        (400, {"error_code": 190, "error_description": "x"}, outside.TokenDead, "token"),
        (400, {"error_type": "OAuthException", "code": 190, "error_message": "x"}, outside.TokenDead, "token"),
        (400, error(190, 2069032), outside.WrongToken, "/me/accounts"),
        (400, error(1705), outside.WrongToken, "person"),
        (400, error(283), outside.WrongToken, "pages_read_user_content"),
        (400, error(210), outside.WrongToken, "own token"),
        (403, error(10), outside.NotAllowed, "90 days"),
        (403, error(200), outside.NotAllowed, "Moderate"),
        (400, error(3), outside.NotAllowed, "permission"),
        (400, error(299), outside.NotAllowed, "permission"),
        (400, error(200, 2069030), outside.Refused, "kind of Page"),
        (400, error(200, 2069033), outside.Refused, "kind of Page"),
        (400, error(200, 2069031), BadRequest, "field"),
        (400, error(10, 2018278), outside.Refused, "write to this person"),
        (400, error(551), outside.Refused, "write to this person"),
        (400, error(100, 33), outside.Gone, "no longer there"),
        (200, error(803), outside.Gone, "no longer there"),
        (400, error(100), BadRequest, "does not know"),
        (400, error(2500), outside.Refused, "2500"),
        (400, error(368, is_transient=True), outside.PolicyBlock, "waiting"),
        (400, error(506), outside.Refused, "same words"),
        (400, error(100, 1446036), AlreadyDone, "hidden before"),
        (500, error(1), Busy, "trouble"),
        (503, error(2), Busy, "trouble"),
        (400, error(77, is_transient=True), Busy, "trouble"),
        (500, error(1, message="Please reduce the amount of data you're asking for"), TooMuch, "too much"),
        (500, error(1, 99, message="?", error_user_msg="Please reduce the amount of data"), TooMuch, "too much"),
        (502, None, Busy, "502"),
        (429, None, outside.Throttled, "429"),
        (429, error(9999), outside.Throttled, "less often"),
        *[(400, error(code), outside.Throttled, "less often") for code in (4, 17, 32, 341, 613, 80001, 80006)],
        (400, error(4, is_transient=True), outside.Throttled, "less often"),
        (500, error(80001, is_transient=True), outside.Throttled, "less often"),
        (302, None, outside.BadAnswer, "not followed"),
        (404, None, outside.BadAnswer, "404"),
        (400, {"error": "odd"}, outside.Refused, "400"),
        (500, {"error": "odd"}, Busy, "trouble"),
        (400, error(None), outside.Refused, "refuses"),
    ],
)  # fmt: skip
def test_each_class_of_error_is_told_apart(
    status: int, value: object, kind: type[Exception], words: str
) -> None:
    found = problem(status, {}, value, NOW)
    assert type(found) is kind
    assert words in str(found)


@pytest.mark.parametrize("value", [{"data": []}, {"id": "1", "error": None}, True, {"code": 5}])
def test_a_good_answer_is_no_error(value: object) -> None:
    assert problem(200, {}, value, NOW) is None


USAGE = "x-business-use-case-usage"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        pytest.param({}, timedelta(hours=1), id="no time named: our own long wait"),
        pytest.param({"retry-after": "120"}, timedelta(minutes=2), id="Retry-After in seconds"),
        pytest.param(
            {"retry-after": "Sat, 21 Nov 2026 09:05:00 GMT"}, timedelta(minutes=5), id="Retry-After as a date"
        ),
        pytest.param({"retry-after": "soon"}, timedelta(hours=1), id="Retry-After is nonsense"),
        pytest.param({"retry-after": "9" * 30}, timedelta(hours=24), id="Retry-After without end"),
        pytest.param(
            {USAGE: '{"1":[{"type":"pages","estimated_time_to_regain_access":37}]}'},
            timedelta(minutes=37),
            id="minutes",
        ),
        pytest.param(
            {USAGE: '{"1":[{"type":"pages","estimated_time_to_regain_access":0}]}'},
            timedelta(hours=1),
            id="0 = unknown",
        ),
        pytest.param({USAGE: "{not json"}, timedelta(hours=1), id="a broken header"),
        pytest.param(
            {USAGE: '{"1":{"x":[null,3]},"2":[7]}'}, timedelta(hours=1), id="a header of another shape"
        ),
    ],
)
def test_a_throttle_says_until_when(headers: dict[str, str], wait: timedelta) -> None:
    found = problem(400, headers, error(32), NOW)
    assert isinstance(found, outside.Throttled)
    assert found.until == NOW + wait


def test_no_call_is_made_while_throttled(
    graph: responses.RequestsMock, page: GraphPage, clock: Clock
) -> None:
    graph.get(f"{BASE}/v25.0/9_1", json=error(80001), status=400, headers={"Retry-After": "600"})
    with pytest.raises(outside.Throttled):
        page.is_hidden(ONE)
    for act in (page.check, lambda: page.hide(ONE), lambda: list(page.read({}, NOW, NOW, sweep=False))):
        with pytest.raises(outside.Throttled) as caught:
            act()
        assert caught.value.until == NOW + timedelta(minutes=10)
    assert (page.calls, len(graph.calls), clock.slept) == (1, 1, [])
    assert page.no_calls_until == NOW + timedelta(minutes=10)
    clock.now += timedelta(minutes=10)
    graph.replace(responses.GET, f"{BASE}/v25.0/9_1", json={"is_hidden": True})
    assert page.is_hidden(ONE)


def test_a_full_allowance_closes_the_line_after_a_good_answer(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    usage = {
        "1": [{"type": "pages", "call_count": 100, "total_time": 3, "estimated_time_to_regain_access": 7}]
    }
    graph.get(
        f"{BASE}/v25.0/9_1",
        json={"is_hidden": False},
        headers={"X-Business-Use-Case-Usage": json.dumps(usage)},
    )
    assert page.is_hidden(ONE) is False
    assert page.no_calls_until == NOW + timedelta(minutes=7)
    with pytest.raises(outside.Throttled):
        page.is_hidden(ONE)
    assert any("allowance" in w or "is used" in w for w in page.warnings)


@pytest.mark.parametrize(
    ("header", "closed"),
    [
        ('{"call_count":101,"total_time":1,"total_cputime":1}', True),
        ('{"call_count":99.5,"total_time":1}', False),
        ('{"call_count":"100"}', False),
        ("[]", False),
        ("{{{", False),
    ],
)
def test_the_apps_usage_counts_too_and_a_broken_header_does_no_harm(
    graph: responses.RequestsMock, page: GraphPage, header: str, closed: bool
) -> None:
    graph.get(f"{BASE}/v25.0/9_1", json={"is_hidden": False}, headers={"X-App-Usage": header})
    assert page.is_hidden(ONE) is False
    assert page.no_calls_until == (NOW + timedelta(minutes=15) if closed else None)


def test_the_allowance_for_messages_is_not_ours(graph: responses.RequestsMock, page: GraphPage) -> None:
    usage = {"1": [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": 7}]}
    graph.get(
        f"{BASE}/v25.0/9_1",
        json={"is_hidden": False},
        headers={"X-Business-Use-Case-Usage": json.dumps(usage)},
    )
    page.is_hidden(ONE)
    assert page.no_calls_until is None


def test_a_policy_block_stops_writes_for_hours_but_not_reads(
    graph: responses.RequestsMock, page: GraphPage, clock: Clock
) -> None:
    graph.post(f"{BASE}/v25.0/9_1", json=error(368), status=400)
    graph.get(f"{BASE}/v25.0/9_1", json={"is_hidden": False})
    for _ in range(3):
        with pytest.raises(outside.PolicyBlock):
            page.hide(ONE)
    assert page.calls == 1
    assert page.no_writes_until == NOW + timedelta(hours=6)
    assert page.is_hidden(ONE) is False


def test_a_silence_of_an_earlier_run_is_kept(graph: responses.RequestsMock, clock: Clock) -> None:
    later = NOW + timedelta(hours=1)
    page = GraphPage(PageId("100"), "A", Token("t"), now=clock, no_calls_until=later, no_writes_until=later)
    with pytest.raises(outside.Throttled):
        page.is_hidden(ONE)
    with pytest.raises(outside.PolicyBlock):
        page.hide(ONE)
    assert page.calls == 0


@pytest.mark.parametrize(
    "first",
    [
        {"json": error(1), "status": 500},
        {"json": error(2), "status": 400},
        {"body": b"", "status": 502},
        {"body": b"<html>", "status": 200},
        {"body": b"[]", "status": 200},
        {"body": b"null", "status": 200},
        {"body": b'{"is_hidden": 3}', "status": 200},
    ],
)
def test_a_read_is_repeated_after_their_trouble(
    graph: responses.RequestsMock, page: GraphPage, clock: Clock, first: dict[str, Any]
) -> None:
    for _ in range(3):
        graph.get(f"{BASE}/v25.0/9_1", **first)
    graph.get(f"{BASE}/v25.0/9_1", json={"is_hidden": True})
    assert page.is_hidden(ONE) is True
    assert clock.slept == [1.0, 2.0, 4.0]


def test_a_read_is_given_up_after_three_repeats(graph: responses.RequestsMock, page: GraphPage) -> None:
    graph.get(f"{BASE}/v25.0/9_1", body=b"<html>", status=200)
    with pytest.raises(outside.BadAnswer):
        page.is_hidden(ONE)
    assert page.calls == 4


@pytest.mark.parametrize("code", [190, 10, 200, 2500])
def test_what_will_never_succeed_is_asked_once(
    graph: responses.RequestsMock, page: GraphPage, code: int
) -> None:
    graph.get(f"{BASE}/v25.0/9_1", json=error(code), status=400)
    with pytest.raises(outside.OutsideError):
        page.is_hidden(ONE)
    assert page.calls == 1


def test_gone_is_believed_only_of_a_token_that_works(graph: responses.RequestsMock, page: GraphPage) -> None:
    graph.get(f"{BASE}/v25.0/9_1", json=error(100, 33), status=400)
    graph.get(f"{BASE}/v25.0/100", json=error(100, 33), status=400)
    with pytest.raises(outside.NotAllowed, match="can't see the Page"):
        page.is_hidden(ONE)
    graph.replace(responses.GET, f"{BASE}/v25.0/100", json={"id": "100"})
    with pytest.raises(outside.Gone):
        page.is_hidden(ONE)
    before = page.calls
    with pytest.raises(outside.Gone):
        page.is_hidden(ONE)
    assert page.calls == before + 1  # proven by now


def test_another_version_than_asked_for_is_warned_of_once(
    graph: responses.RequestsMock, page: GraphPage
) -> None:
    graph.get(f"{BASE}/v25.0/9_1", json={"is_hidden": True}, headers={"facebook-api-version": "v22.0"})
    page.is_hidden(ONE)
    page.is_hidden(ONE)
    assert len([w for w in page.warnings if "v22.0" in w]) == 1
    assert page.warnings == ()


def test_no_secret_is_in_a_url_a_log_an_exception_or_a_repr(
    graph: responses.RequestsMock, page: GraphPage, events: Callable[[], str]
) -> None:
    graph.get(f"{BASE}/v25.0/9_1", body=ConnectionResetError(f"{BASE}/?access_token={SECRET}"))
    with pytest.raises(outside.TryLater) as caught:
        page.is_hidden(ONE)
    shown = "".join(traceback.format_exception(caught.value)) + repr(page) + repr(vars(page)) + events()
    request = graph.calls[0].request
    proof = request.params["appsecret_proof"]
    assert len(proof) == 64
    assert SECRET not in request.url
    assert request.headers["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in shown
    assert proof not in shown
    assert caught.value.__context__ is None


def test_the_proof_goes_into_the_form_of_a_write(graph: responses.RequestsMock, page: GraphPage) -> None:
    graph.post(f"{BASE}/v25.0/9_1", json={"success": True})
    page.hide(ONE)
    assert "appsecret_proof=" in graph.calls[0].request.body
    assert "appsecret_proof" not in graph.calls[0].request.url


@pytest.mark.parametrize("odd", ["..", "1/2", "1_2?x=1", "", "1 2", "a%2f"])
def test_an_odd_id_never_becomes_a_path(graph: responses.RequestsMock, page: GraphPage, odd: str) -> None:
    with pytest.raises(outside.Refused):
        page.hide(CommentId(odd))
    assert len(graph.calls) == 0
