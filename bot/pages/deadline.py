"""A limit on the whole of one call: requests itself limits only the pause between two bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError


class Watchdog:
    """Cuts the connections of one client when its call has taken too long."""

    def __init__(self) -> None:
        self.barked = False
        self._lock = threading.Lock()
        self._leads: set[socket.socket] = set()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Whatever is done inside ends after so many seconds; `barked` tells whether it had to."""
        self.barked = False
        timer = threading.Timer(seconds, self._bark)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def lead(self, sock: socket.socket) -> socket.socket:
        """A second handle on a connection; it stays good when TLS takes the first one over."""
        handle = sock.dup()
        with self._lock:
            self._leads.add(handle)
        return handle

    def let_go(self, handle: socket.socket) -> None:
        with self._lock:
            self._leads.discard(handle)
        handle.close()

    def _bark(self) -> None:
        with self._lock:
            self.barked = True
            for handle in self._leads:
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    watchdog: Watchdog
    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.handle = _on_lead(self, self.watchdog, sock)
        return sock

    def close(self) -> None:
        super().close()
        if self.handle:
            self.watchdog.let_go(self.handle)
            self.handle = None


class _Secure(HTTPSConnection):
    watchdog: Watchdog
    handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.handle = _on_lead(self, self.watchdog, sock)
        return sock

    def close(self) -> None:
        super().close()
        if self.handle:
            self.watchdog.let_go(self.handle)
            self.handle = None


def _on_lead(connection: HTTPConnection, watchdog: Watchdog, sock: socket.socket) -> socket.socket:
    if watchdog.barked:
        sock.close()
        raise ConnectTimeoutError(connection, "too late")
    return watchdog.lead(sock)


class WatchedAdapter(HTTPAdapter):
    """An adapter of requests whose connections obey a watchdog."""

    def __init__(self, watchdog: Watchdog) -> None:
        self._watchdog = watchdog
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self._put_on_lead(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **more: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **more)
        self._put_on_lead(manager)
        return manager

    def _put_on_lead(self, manager: PoolManager) -> None:
        mine = {"watchdog": self._watchdog}
        plain, secure = type("Plain", (_Plain,), mine), type("Secure", (_Secure,), mine)
        manager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
