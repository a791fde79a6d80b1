"""What each fault on order promises: what the caller meets, and whether anything took effect."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from bot.pages.demo import DemoPage, DemoServer, Fault

PAGE = "100000000000001"
TOKEN = "demo-test-token-7F3A"
NOW = datetime(2026, 11, 20, 22, 4, 0, tzinfo=UTC)

Met = tuple[int, dict[str, str], bytes]


class Line:
    """One connection to the demo Page without anything that would repeat or mend."""

    def __init__(self, server: DemoServer) -> None:
        self.port = urlsplit(server.base_url).port

    def ask(self, method: str, path: str, **parameters: str) -> Met:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            query = f"?{urlencode(parameters)}" if method == "GET" and parameters else ""
            body = urlencode(parameters) if method != "GET" else None
            headers = {
                "Authorization": f"Bearer {TOKEN}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            line.request(method, f"/v25.0/{path}{query}", body, headers)
            answer = line.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def json(self, method: str, path: str, **parameters: str) -> Any:
        return json.loads(self.ask(method, path, **parameters)[2])


@pytest.fixture
def page() -> DemoPage:
    return DemoPage(PAGE, "Larkfield", TOKEN)


@pytest.fixture
def comment(page: DemoPage) -> str:
    post = page.post("Concert", at=NOW)
    first, *_others = [page.comment(post, f"c{n}", at=NOW + timedelta(minutes=n)) for n in range(6)]
    return first


@pytest.fixture
def line(page: DemoPage) -> Iterator[Line]:
    with DemoServer(page, now=lambda: NOW) as server:
        yield Line(server)


def hide(line: Line, comment: str) -> Met:
    return line.ask("POST", comment, is_hidden="true")


def done(page: DemoPage) -> list[str]:
    return [write.kind for write in page.writes]


# Answered before anything takes effect


@pytest.mark.parametrize(
    ("fault", "status", "holds"),
    [
        (Fault.error(503, "<h1>away</h1>"), 503, b"<h1>"),
        (Fault.error(429), 429, b""),
        (Fault.graph_error(190, 463), 400, b'"error_subcode": 463'),
        (Fault.graph_error(368, http=403, message="blocked"), 403, b"blocked"),
        (Fault.before_effect_500(), 500, b'"is_transient": true'),
        (Fault.success_false(), 200, b'{"success":false}'),
        (Fault.redirect("http://127.0.0.1:1/"), 302, b""),
        (Fault.body(b"null"), 200, b"null"),
        (Fault.body(b"\xff\xfe broken"), 200, b"\xff\xfe"),
        (Fault.body(b'{"x": NaN}'), 200, b"NaN"),
        (Fault.body(b"[" * 1000), 200, b"[[["),
        (Fault.throttle(4, 7), 400, b'"code": 4'),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_an_answer_instead_means_nothing_happened(page, line, comment, fault, status, holds):
    page.faults.add(fault)
    met, _headers, body = hide(line, comment)
    assert met == status
    assert holds in body
    assert done(page) == []
    assert hide(line, comment)[0] == 200
    assert done(page) == ["hide"]


def test_an_error_has_the_platforms_own_shape(page, line):
    page.faults.add(Fault.graph_error(2, 99, 500, "An unknown error", is_transient=True))
    error = line.json("GET", "me")["error"]
    assert error.pop("fbtrace_id")
    assert error == {
        "message": "An unknown error",
        "type": "OAuthException",
        "code": 2,
        "error_subcode": 99,
        "is_transient": True,
    }


def test_a_busy_page_asks_us_to_try_later_and_says_when(page, line):
    page.faults.add(Fault.throttle(80001, 12))
    _status, headers, body = line.ask("GET", "me")
    assert json.loads(body)["error"]["code"] == 80001
    assert "is_transient" not in json.loads(body)["error"]
    (entry,) = json.loads(headers["x-business-use-case-usage"])[PAGE]
    assert (entry["type"], entry["call_count"], entry["estimated_time_to_regain_access"]) == (
        "pages",
        100,
        12,
    )


def test_a_body_comes_under_the_type_that_was_ordered(page, line):
    page.faults.add(Fault.body(b"<html>", "text/html"))
    assert line.ask("GET", "me")[1]["content-type"] == "text/html"


def test_a_redirect_says_where_to(page, line):
    page.faults.add(Fault.redirect("http://127.0.0.1:9/elsewhere"))
    assert line.ask("GET", "me")[1]["location"] == "http://127.0.0.1:9/elsewhere"


def test_less_data_is_asked_for_only_while_it_is_too_much(page, line, comment):
    page.faults.add(Fault.reduce_data(20))
    for asked in ({}, {"limit": "21"}, {"limit": "5", "fields": "id,comments.limit(50){id}"}):
        status, _headers, body = line.ask("GET", f"{PAGE}/feed", **asked)
        assert status == 500
        assert json.loads(body)["error"]["code"] == 1
    assert line.ask("GET", f"{PAGE}/feed", limit="20", fields="id,comments.limit(20){id}")[0] == 200


def test_a_small_bomb_is_large_when_unpacked(page, line):
    page.faults.add(Fault.gzip_bomb(5_000_000))
    _status, headers, body = line.ask("GET", "me")
    assert headers["content-encoding"] == "gzip"
    assert len(body) < 20_000
    assert 5_000_000 <= len(gzip.decompress(body)) < 5_000_100


def test_a_reset_breaks_the_connection_before_anything_happens(page, line, comment):
    page.faults.add(Fault.reset())
    with pytest.raises(ConnectionResetError):
        hide(line, comment)
    assert done(page) == []


def test_a_silent_server_says_nothing_and_hangs_up(page, line, comment):
    page.faults.add(Fault.silent(0.2))
    began = time.monotonic()
    with pytest.raises(http.client.RemoteDisconnected):
        hide(line, comment)
    assert time.monotonic() - began >= 0.2
    assert done(page) == []


def test_a_silent_server_can_be_stopped_at_once(page):
    page.faults.add(Fault.silent(60))
    server = DemoServer(page).start()
    with socket.create_connection(("127.0.0.1", urlsplit(server.base_url).port), 5) as line:
        line.sendall(b"GET /me HTTP/1.1\r\nHost: x\r\n\r\n")
        while not page.requests:
            time.sleep(0.01)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 2


# Answered in a wrong way after the effect


def test_a_lost_answer_leaves_the_effect_behind(page, line, comment):
    page.faults.add(Fault.lost_answer())
    with pytest.raises(http.client.RemoteDisconnected):
        hide(line, comment)
    assert done(page) == ["hide"]
    assert page.is_hidden(comment)


def test_a_lost_answer_may_be_a_500(page, line, comment):
    page.faults.add(Fault.lost_answer(500).on("POST"))
    assert line.ask("GET", comment)[0] == 200
    status, _headers, body = hide(line, comment)
    assert (status, json.loads(body)["error"]["code"]) == (500, 2)
    assert done(page) == ["hide"]


def test_a_cut_answer_is_half_of_what_was_announced(page, line, comment):
    page.faults.add(Fault.cut())
    with pytest.raises(http.client.IncompleteRead) as met:
        hide(line, comment)
    assert met.value.partial == b'{"success"'[: len(met.value.partial)]
    assert done(page) == ["hide"]


def test_a_huge_length_is_announced_and_not_kept(page, line):
    page.faults.add(Fault.huge_content_length(2_000_000_000))
    with pytest.raises(http.client.IncompleteRead) as met:
        line.ask("GET", "me")
    assert met.value.expected > 1_999_999_000


def test_a_dripping_answer_comes_byte_by_byte_and_whole(page, line, comment):
    page.faults.add(Fault.drip(0.01))
    began = time.monotonic()
    assert json.loads(hide(line, comment)[2]) == {"success": True}
    assert time.monotonic() - began >= 0.15


def test_a_write_may_be_answered_with_a_bare_true(page, line, comment):
    page.faults.add(Fault.true_instead_of_object())
    assert hide(line, comment)[2] == b"true"
    assert done(page) == ["hide"]


def test_a_batch_item_that_timed_out_is_null_and_may_have_happened(page, line, comment):
    page.faults.add(Fault.null_batch_item(0))
    items = [{"method": "POST", "relative_url": comment, "body": "is_hidden=true"}, {"relative_url": "me"}]
    first, second = line.json("POST", "", batch=json.dumps(items))
    assert first is None
    assert second["code"] == 200
    assert done(page) == ["hide"]


# Lists that lead astray


def post_of(page: DemoPage) -> str:
    return page.posts()[0].id


def after(answer: Any) -> str:
    cursor: str = answer["paging"]["cursors"]["after"]
    return cursor


def said(answer: Any) -> list[str]:
    return [one["message"] for one in answer["data"]]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/steal", "https://elsewhere.example/x"])
def test_the_next_page_can_be_on_another_host(page, line, comment, url):
    page.faults.add(Fault.next_elsewhere(url))
    answer = line.json("GET", f"{post_of(page)}/comments", limit="2")
    assert said(answer) == ["c0", "c1"]
    assert answer["paging"] == {"next": url}
    page.faults.add(Fault.next_elsewhere(url, cursors=True))
    assert "cursors" in line.json("GET", f"{post_of(page)}/comments", limit="2")["paging"]


def test_the_next_page_can_be_the_page_itself(page, line, comment):
    page.faults.add(Fault.next_elsewhere())
    url = urlsplit(line.json("GET", f"{post_of(page)}/comments", limit="2")["paging"]["next"])
    assert url.path == f"/v25.0/{post_of(page)}/comments"
    assert url.query == "limit=2"


@pytest.mark.parametrize("order", ["chronological", "reverse_chronological"])
def test_the_same_page_can_come_twice_and_then_goes_on(page, line, comment, order):
    page.faults.add(Fault.same_page_twice().on("GET", "/comments$", nth=2))
    path, asked = f"{post_of(page)}/comments", {"limit": "2", "order": order}
    pages = [line.json("GET", path, **asked)]
    while "next" in pages[-1]["paging"]:
        pages.append(line.json("GET", path, **asked, after=after(pages[-1])))
    expected = [["c0", "c1"], ["c2", "c3"], ["c2", "c3"], ["c4", "c5"]]
    if order != "chronological":
        expected = [["c5", "c4"], ["c3", "c2"], ["c3", "c2"], ["c1", "c0"]]
    assert [said(one) for one in pages] == expected


def test_an_empty_page_can_go_on(page, line, comment):
    page.faults.add(Fault.empty_page().on(times=2))
    path, asked = f"{post_of(page)}/comments", {"limit": "4"}
    first = line.json("GET", path, **asked)
    second = line.json("GET", path, **asked, after=after(first))
    assert first["data"] == second["data"] == []
    assert after(first) != after(second)
    assert "next" in first["paging"]
    assert said(line.json("GET", path, **asked, after=after(second))) == ["c0", "c1", "c2", "c3"]


# Which request a fault meets


def test_faults_are_met_in_order_and_then_are_used_up(page, line):
    page.faults.add(Fault.error(500), Fault.error(503))
    assert [line.ask("GET", "me")[0] for _ in range(3)] == [500, 503, 200]
    assert len(page.faults) == 0


def test_a_fault_waits_for_its_method_and_path_and_turn(page, line, comment):
    page.faults.add(Fault.error(500).on("POST", rf"/{comment}$", nth=2, times=2))
    assert line.ask("GET", comment)[0] == 200
    assert line.ask("POST", f"{comment}/comments", message="x")[0] == 200
    assert [hide(line, comment)[0] for _ in range(4)] == [200, 500, 500, 400]


def test_a_fault_for_ever_lasts_until_it_is_cleared(page, line):
    page.faults.add(Fault.error(500).on(times=None))
    assert {line.ask("GET", "me")[0] for _ in range(5)} == {500}
    page.faults.clear()
    assert line.ask("GET", "me")[0] == 200


def test_a_fault_does_not_hide_the_request_from_the_test(page, line):
    page.faults.add(Fault.reset(), Fault.error(500))
    with pytest.raises(ConnectionResetError):
        line.ask("GET", "me")
    line.ask("GET", "me")
    assert [request.path for request in page.requests] == ["/v25.0/me"] * 2


def test_a_slow_server_takes_its_time_with_every_answer(page):
    with DemoServer(page, latency=0.1) as server:
        began = time.monotonic()
        assert Line(server).ask("GET", "me")[0] == 200
        assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize(
    "request_head",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["too large", "less than nothing", "no length"],
)
def test_a_body_that_cant_be_taken_in_is_refused(page, line, request_head):
    with socket.create_connection(("127.0.0.1", line.port), 5) as connection:
        connection.sendall(request_head)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    assert line.ask("GET", "me")[0] == 200
