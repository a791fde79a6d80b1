"""The client against servers that drip, stall, cut, flood and lead astray: real sockets on loopback."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import outside
from bot.domain.comment import CommentId, PageId
from bot.outside import Token
from bot.pages import http
from bot.pages.graph import GraphPage

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ONE = CommentId("9_1")
GOOD = b'{"is_hidden": true}'
Answers = Callable[[socket.socket, threading.Event], None]


class Server:
    """Accepts connections and hands each to `answers`; keeps what was asked."""

    def __init__(self, answers: Answers) -> None:
        self.asked: list[bytes] = []
        self._answers, self._over = answers, threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                asked = connection.recv(65536)
                if asked:
                    self.asked.append(asked)
                    self._answers(connection, self._over)
            except OSError:
                pass

    def close(self) -> None:
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)


@contextmanager
def served(answers: Answers, deadline: float = 5.0) -> Iterator[tuple[Server, GraphPage]]:
    server = Server(answers)
    page = GraphPage(
        PageId("100"), "A", Token("secret"), base_url=server.base_url, now=lambda: NOW, sleep=lambda _: None, deadline=deadline
    )  # fmt: skip
    try:
        yield server, page
    finally:
        page.close()
        server.close()


def plain(body: bytes, head: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


def says(answer: bytes) -> Answers:
    return lambda connection, over: connection.sendall(answer)


def drips(answer: bytes) -> Answers:
    def answers(connection: socket.socket, over: threading.Event) -> None:
        for byte in answer:
            connection.sendall(bytes([byte]))
            if over.wait(0.05):
                return

    return answers


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(drips(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 500), id="dripping headers"),
        pytest.param(
            drips(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b" " * 500), id="dripping body"
        ),
        pytest.param(drips(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 500), id="dripping body without length"),
        pytest.param(lambda connection, over: over.wait(5), id="silent"),
    ],
)
def test_the_deadline_holds_for_the_whole_call(answers: Answers) -> None:
    wire_threads = threading.active_count()
    with served(answers, deadline=0.6) as (_, page):
        began = time.monotonic()
        with pytest.raises(outside.TryLater, match=r"within 0\.6 seconds"):
            page._calls._call("GET", ("9_1",), {}, {})
        assert 0.5 < time.monotonic() - began < 0.66 + 0.1
    assert threading.active_count() == wire_threads


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(plain(GOOD)[:-5], id="cut in half"),
        pytest.param(plain(GOOD).replace(b"19", b"90"), id="Content-Length too long"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", id="closed after the headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"is_", id="a chunk cut off"),
        pytest.param(b"", id="closed without a word"),
        pytest.param(plain(b"not gzip", "Content-Encoding: gzip\r\n"), id="no gzip"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", id="not HTTP"),
    ],
)  # fmt: skip
def test_a_broken_answer_is_no_answer_and_a_read_is_asked_again(answer: bytes) -> None:
    with served(says(answer)) as (_, page):
        with pytest.raises(outside.TryLater):
            page.is_hidden(ONE)
        assert page.calls == 4


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            plain(gzip.compress(b" " * 50_000_000, 9), "Content-Encoding: gzip\r\n"), id="gzip bomb"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n" + b" " * 1000, id="2 GB announced"
        ),
    ],
)
def test_a_flood_is_stopped_at_the_cap(answer: bytes) -> None:
    def answers(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(answer)
        over.wait(2)

    with served(answers) as (_, page), pytest.raises(outside.BadAnswer, match="far more"):
        page._calls._call("GET", ("9_1",), {}, {})


def test_a_packed_answer_within_the_cap_is_read() -> None:
    with served(says(plain(gzip.compress(GOOD), "Content-Encoding: gzip\r\n"))) as (_, page):
        assert page.is_hidden(ONE)


def test_a_connection_is_used_again() -> None:
    def answers(connection: socket.socket, over: threading.Event) -> None:
        for _ in range(3):
            connection.sendall(plain(GOOD))
            server.asked.append(connection.recv(65536))

    with served(answers) as (server, page):
        for _ in range(3):
            assert page.is_hidden(ONE)
        assert len(server.asked) == 3


def test_a_redirect_is_not_followed_and_the_token_stays_at_home() -> None:
    with served(says(plain(GOOD))) as (elsewhere, _):
        redirect = (
            f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.base_url}/x\r\nContent-Length: 0\r\n\r\n".encode()
        )
        with served(says(redirect)) as (_, page):
            with pytest.raises(outside.BadAnswer, match="not followed"):
                page.is_hidden(ONE)
            with pytest.raises(outside.Doubtful):
                page.hide(ONE)
        assert elsewhere.asked == []


def test_a_netrc_file_can_not_replace_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with served(says(plain(GOOD))) as (server, page):
        page.is_hidden(ONE)
        assert b"Authorization: Bearer secret" in server.asked[0]
        assert b"secret" not in server.asked[0].split(b"\r\n")[0]


def test_a_server_that_is_not_there_was_never_written_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    page = GraphPage(PageId("1"), "A", Token("t"), base_url=f"http://127.0.0.1:{port}", now=lambda: NOW)
    with pytest.raises(outside.TryLater, match="could not be reached") as caught:
        page.hide(ONE)
    assert not isinstance(caught.value, outside.Doubtful)
    assert page.calls == 1
    page.close()


@pytest.mark.parametrize(
    "base", ["graph.facebook.com", "ftp://x.example", "https://", "http://x.example:99999"]
)
def test_a_base_url_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        GraphPage(PageId("1"), "A", Token("t"), base_url=base, now=lambda: NOW)


def test_debug_lines_of_the_library_hold_no_query(events: Callable[[], str]) -> None:
    server = Server(says(plain(GOOD)))
    wire = http.Wire(server.base_url, "v25.0", Token("t"), Token("s"), 5, lambda: NOW)
    reply = wire.call("GET", ("9_1",), {"fields": "id,from{id}", "after": "a b"}, {})
    wire.close()
    server.close()
    assert reply.answer.request == "GET /v25.0/9_1?fields=id,from{id}&after=a+b"
    assert b"appsecret_proof=" in server.asked[0]
    assert "GET /v25.0/9_1" in events()
    assert "?" not in events()


def test_cookies_are_not_kept() -> None:
    with served(says(plain(GOOD, "Set-Cookie: a=b\r\nX-FB-Trace-ID: t\r\n"))) as (_, page):
        headers = dict(page._calls._call("GET", ("9_1",), {}, {}).answer.headers)
    assert headers["x-fb-trace-id"] == "t"
    assert not [name for name in headers if "cookie" in name]
