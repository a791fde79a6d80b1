"""Everything that can go wrong between us and the platform, on order.

    page.faults.add(Fault.graph_error(190, 463))
    page.faults.add(Fault.lost_answer().on("POST", r"/comments$", nth=2))

Of the faults that match a request the first is used, as many times as it says; then the next has its turn.
"""

from __future__ import annotations

import json
import re
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import EllipsisType
from typing import Any

from bot.pages.demo.asks import EMPTY_PAGE, SAME_PAGE_TWICE
from bot.pages.demo.things import Request
from bot.pages.demo.trouble import GraphError

ITSELF = "itself"
FOR_EVER = None
_TRANSIENT = frozenset({1, 2, 4})
_LIMIT = re.compile(r"\.limit\((\d+)\)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong; made by one of the methods below, aimed by on()."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    method: str | None = None
    path: str = ""
    nth: int = 1
    times: int | None = 1

    def on(
        self,
        method: str | None = None,
        path: str = "",
        *,
        nth: int = 1,
        times: int | EllipsisType | None = ...,
    ) -> Fault:
        """Only for such requests (`path` is searched as a pattern), from the nth on, so many times; None: for ever."""
        many = self.times if isinstance(times, EllipsisType) else times
        return replace(self, method=method, path=path, nth=nth, times=many)

    def matches(self, request: Request) -> bool:
        if self.method not in (None, request.method) or not re.search(self.path, request.path):
            return False
        return self.kind != "reduce_data" or _most_asked_for(request) > self.settings["over"]

    # Answered before anything takes effect.

    @classmethod
    def error(cls, status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Fault:
        """Any status with any body."""
        content = body.encode() if isinstance(body, str) else body
        return cls("answer", {"status": status, "body": content, "headers": headers or {}})

    @classmethod
    def graph_error(
        cls,
        code: int,
        subcode: int | None = None,
        http: int = 400,
        message: str = "",
        is_transient: bool | None = None,
    ) -> Fault:
        """An error in the platform's own shape."""
        said = GraphError(
            code,
            message or f"(#{code}) An error on order",
            subcode=subcode,
            status=http,
            transient=is_transient,
        )
        return cls.error(http, json.dumps(said.body()))

    @classmethod
    def throttle(cls, code: int = 80001, minutes: int = 0) -> Fault:
        """Too many calls: with the headers that say how long to be silent."""
        return cls("throttle", {"code": code, "minutes": minutes})

    @classmethod
    def before_effect_500(cls) -> Fault:
        """Code 2, and nothing has happened."""
        return cls.graph_error(2, http=500, message="An unexpected error has occurred.", is_transient=True)

    @classmethod
    def reduce_data(cls, over: int) -> Fault:
        """While more than `over` entries are asked for, in the list or in one inside it; for ever."""
        message = "Please reduce the amount of data you're asking for, then retry your request"
        made = cls.graph_error(1, http=500, message=message)
        return replace(made, kind="reduce_data", settings={**made.settings, "over": over}, times=FOR_EVER)

    @classmethod
    def body(cls, content: bytes, content_type: str = "application/json") -> Fault:
        """HTTP 200 with something else inside."""
        return cls.error(200, content, {"Content-Type": content_type})

    @classmethod
    def gzip_bomb(cls, unpacked: int = 50_000_000) -> Fault:
        """Small on the wire, large when unpacked."""
        return cls("gzip_bomb", {"unpacked": unpacked})

    @classmethod
    def redirect(cls, url: str, status: int = 302) -> Fault:
        return cls.error(status, b"", {"Location": url})

    @classmethod
    def success_false(cls) -> Fault:
        """A write that did not happen, and says so with HTTP 200."""
        return cls.body(b'{"success":false}')

    @classmethod
    def reset(cls) -> Fault:
        """The connection breaks before anything happens."""
        return cls("reset")

    @classmethod
    def silent(cls, seconds: float) -> Fault:
        """Taken in, never answered; the connection is closed after so long."""
        return cls("silent", {"seconds": seconds})

    # Answered in a wrong way after the effect.

    @classmethod
    def lost_answer(cls, status: int | None = None) -> Fault:
        """It took effect, and then the connection is closed, or HTTP 500 comes."""
        return cls("lost_answer", {"status": status})

    @classmethod
    def cut(cls) -> Fault:
        """Half the body, though the whole was announced."""
        return cls("cut")

    @classmethod
    def drip(cls, seconds: float) -> Fault:
        """A byte every so often."""
        return cls("drip", {"seconds": seconds})

    @classmethod
    def huge_content_length(cls, length: int = 2_000_000_000) -> Fault:
        return cls("huge", {"length": length})

    @classmethod
    def next_elsewhere(cls, url: str = ITSELF, *, cursors: bool = False) -> Fault:
        """`paging.next` leads to another host, or to the page that it stands on; without cursors beside it."""
        return cls("next", {"url": url, "cursors": cursors})

    @classmethod
    def same_page_twice(cls) -> Fault:
        """The way on leads to the same entries once more, and only then further."""
        return cls(SAME_PAGE_TWICE)

    @classmethod
    def empty_page(cls) -> Fault:
        """No entries, and yet a `next`, behind which they are."""
        return cls(EMPTY_PAGE)

    @classmethod
    def null_batch_item(cls, index: int) -> Fault:
        """That item of a batch timed out; what it did is done."""
        return cls("null_item", {"index": index})

    @classmethod
    def true_instead_of_object(cls) -> Fault:
        """As very old versions say that a write succeeded."""
        return cls("value", {"value": True})


class Faults:
    """The faults on order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[_Order] = []

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, *faults: Fault) -> None:
        with self._lock:
            self._orders += [_Order(fault) for fault in faults]

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def take(self, request: Request) -> Fault | None:
        """The fault that this request meets."""
        with self._lock:
            for order in self._orders:
                if order.fault.matches(request) and order.is_due():
                    if order.is_spent:
                        self._orders.remove(order)
                    return order.fault
            return None


class _Order:
    def __init__(self, fault: Fault) -> None:
        self.fault, self._seen, self._used = fault, 0, 0

    def is_due(self) -> bool:
        self._seen += 1
        due = self._seen >= self.fault.nth
        self._used += due
        return due

    @property
    def is_spent(self) -> bool:
        return self.fault.times is not FOR_EVER and self._used >= self.fault.times


def bent(fault: Fault, value: object, asked_at: str) -> object:
    """The value of a good answer as this fault lets it be."""
    if fault.kind == "value":
        return fault.settings["value"]
    if fault.kind == "null_item" and isinstance(value, list):
        index = fault.settings["index"]
        return [None if place == index else one for place, one in enumerate(value)]
    if fault.kind == "next" and isinstance(value, dict):
        url = asked_at if fault.settings["url"] == ITSELF else fault.settings["url"]
        paging = dict(value.get("paging") or {}) if fault.settings["cursors"] else {}
        return {**value, "paging": {**paging, "next": url}}
    return value


def bomb(unpacked: int) -> bytes:
    """A gzip body that is this large when unpacked."""
    packer, piece = zlib.compressobj(9, wbits=31), b" " * 1_000_000
    parts = [packer.compress(b'{"data":[],"more":"')]
    parts += [
        packer.compress(piece[: min(len(piece), unpacked - at)]) for at in range(0, unpacked, len(piece))
    ]
    parts += [packer.compress(b'"}'), packer.flush()]
    return b"".join(parts)


def _most_asked_for(request: Request) -> int:
    inside = [int(found) for found in _LIMIT.findall(request.query.get("fields", ""))]
    limit = request.query.get("limit", "")
    return max([*inside, int(limit) if limit.isdigit() else 25])
