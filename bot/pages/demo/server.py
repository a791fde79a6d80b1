"""The demo Page on a port of this machine."""

from __future__ import annotations

import json
import logging
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from bot import clock
from bot.pages.demo import answering, graph, view
from bot.pages.demo.asks import EMPTY_PAGE, SAME_PAGE_TWICE
from bot.pages.demo.faults import Fault, bent, bomb
from bot.pages.demo.page import DemoPage
from bot.pages.demo.things import Request
from bot.pages.demo.trouble import GraphError

log = logging.getLogger(__name__)

LARGEST_REQUEST = 5_000_000
_JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer as it goes out; `manner` is how: whole, cut, drip, huge, reset, silent or lost."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: str = "whole"
    pause: float = 0.0
    length: int | None = None


class DemoServer:
    """Serves a DemoPage on 127.0.0.1 until it is stopped."""

    def __init__(
        self,
        page: DemoPage,
        port: int = 0,
        latency: float = 0.0,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.page, self.latency, self.now = page, latency, now
        self.stopping = threading.Event()
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> DemoServer:
        self.stopping.clear()
        self._server = _Server(self, self._port)
        self._port = self._server.server_port
        self.page.address = self.base_url
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="demo page", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port and every connection."""
        self.stopping.set()
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._server.hang_up()
            self._thread.join(5)
        self._server = self._thread = None

    def __enter__(self) -> DemoServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def answer(self, request: Request, asked_at: str) -> Sent:
        """What this request gets, and which fault it meets on the way."""
        with self.page.lock:
            self.page.requests.append(request)
        if self.latency:
            self.stopping.wait(self.latency)
        fault = self.page.faults.take(request)
        if fault and (instead := self._instead(fault, request)):
            return instead
        bend = fault.kind if fault and fault.kind in (EMPTY_PAGE, SAME_PAGE_TWICE) else None
        found = answering.answer(self.page, request, request.at, bend)
        value = bent(fault, found.value, asked_at) if fault and found.status == 200 else found.value
        # Everything but ASCII is escaped, as the platform does it; so lone halves of emoji survive too.
        sent = Sent(found.status, json.dumps(value).encode("ascii"), found.headers)
        return _in_its_manner(fault, sent) if fault else sent

    def _instead(self, fault: Fault, request: Request) -> Sent | None:
        """An answer before anything takes effect; None if the fault comes later."""
        settings = fault.settings
        headers = answering.headers(self.page, _version(request, self.page))
        if fault.kind in ("answer", "reduce_data"):
            return Sent(settings["status"], settings["body"], {**headers, **settings["headers"]})
        if fault.kind == "throttle":
            return self._throttled(settings, headers)
        if fault.kind == "gzip_bomb":
            return Sent(200, bomb(settings["unpacked"]), {**headers, "Content-Encoding": "gzip"})
        if fault.kind in ("reset", "silent"):
            return Sent(manner=fault.kind, pause=settings.get("seconds", 0.0))
        return None

    def _throttled(self, settings: Mapping[str, Any], headers: Mapping[str, str]) -> Sent:
        code, minutes = settings["code"], settings["minutes"]
        full = {"call_count": 100, "total_cputime": 40, "total_time": 60}
        entry = {"type": "pages", **full, "estimated_time_to_regain_access": minutes}
        used = {
            "X-App-Usage": json.dumps(full),
            "X-Business-Use-Case-Usage": json.dumps({self.page.id: [entry]}),
        }
        error = GraphError(
            code,
            f"(#{code}) There have been too many calls to this Page account.",
            transient=True if code == 4 else None,
        )
        return Sent(400, json.dumps(error.body()).encode(), {**headers, **used})


def _version(request: Request, page: DemoPage) -> str:
    with suppress(GraphError):
        return graph.served_version(page, graph.split(request.path)[0])
    return page.default_version


def _in_its_manner(fault: Fault, sent: Sent) -> Sent:
    settings = fault.settings
    if fault.kind == "lost_answer" and settings["status"] is not None:
        error = GraphError(2, "An unexpected error has occurred.", transient=True)
        return Sent(settings["status"], json.dumps(error.body()).encode(), sent.headers)
    if fault.kind in ("lost_answer", "cut", "drip", "huge"):
        pause, length = settings.get("seconds", 0.0), settings.get("length")
        return Sent(sent.status, sent.body, sent.headers, fault.kind, pause, length)
    return sent


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, demo: DemoServer, port: int) -> None:
        self.demo = demo
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are kept alive, so that their threads end too."""
        with self._connections_lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that leaves early is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SchoolgateDemo"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # header and body leave together
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """A request line may hold a token."""

    def _serve(self) -> None:
        content = self._content()
        if content is None:
            return
        path, _, query = self.path.partition("?")
        if self.command == "GET" and path == "/" and "text/html" in self.headers.get("Accept", ""):
            self._send(_page_of_visitors(self.server.demo, query))
            return
        demo = self.server.demo
        try:
            sent = demo.answer(self._request(path, query, content), demo.base_url + self.path)
        except Exception as error:
            log.error("demo page failed error=%s", type(error).__name__)
            self._send(Sent(500, json.dumps(GraphError(1, "An unknown error occurred").body()).encode()))
            raise
        self._send(sent)

    def _content(self) -> bytes | None:
        """The request's body; None if it can't be taken in."""
        said = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or not said.isdigit() or int(said) > LARGEST_REQUEST:
            self.close_connection = True
            self._send(Sent(413))
            return None
        return self.rfile.read(int(said))

    def _request(self, path: str, query_text: str, content: bytes) -> Request:
        query = dict(parse_qsl(query_text, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        form = _form(content, headers.get("content-type", ""))
        counted = answering.counted_calls(self.command, query, form)
        return Request(self.command, path, query, form, headers, self.server.demo.now(), counted)

    def _send(self, sent: Sent) -> None:
        with suppress(OSError):
            self._send_in_its_manner(sent)

    def _send_in_its_manner(self, sent: Sent) -> None:
        if sent.manner != "whole":
            self.close_connection = True
        if sent.manner == "silent":
            self.server.demo.stopping.wait(sent.pause)
        elif sent.manner == "reset":
            # Lingering for no time turns the goodbye into a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif sent.manner != "lost_answer":
            self._head(sent)
            self._body(sent)

    def _head(self, sent: Sent) -> None:
        length = len(sent.body) if sent.length is None else sent.length
        self.send_response(sent.status)
        for name, value in {"Content-Type": _JSON, **sent.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _body(self, sent: Sent) -> None:
        if sent.manner == "drip":
            for byte in sent.body:
                self.wfile.write(bytes((byte,)))
                self.wfile.flush()
                if self.server.demo.stopping.wait(sent.pause):
                    return
        else:
            self.wfile.write(sent.body[: len(sent.body) // 2] if sent.manner == "cut" else sent.body)
            self.wfile.flush()


def _form(content: bytes, content_type: str) -> dict[str, str]:
    text = content.decode("utf-8", "replace")
    if "json" not in content_type:
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        given = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(given, dict):
        return {}
    return {name: v if isinstance(v, str) else json.dumps(v) for name, v in given.items()}


def _page_of_visitors(demo: DemoServer, query: str) -> Sent:
    asked = dict(parse_qsl(query))
    author = asked.get("id") if asked.get("as") == "author" else None
    with demo.page.lock:
        html = view.render(demo.page, demo.now(), author)
    return Sent(200, html.encode("utf-8", "replace"), view.HEADERS)
