"""The one way out to the platform: one host, a token in a header only, a deadline and a cap on every call."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from bot.outside import Answer, BadAnswer, Refused, Token
from bot.pages.deadline import Watchdog, WatchedAdapter
from bot.pages.errors import NoAnswer

LARGEST = 20 * 1024 * 1024  # unpacked
_PIECE = 64 * 1024
NAMELESS = "_unreadable_"  # in an id of our own making, for what came without one
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_READABLE = "(){},:"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, as it came."""

    answer: Answer
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.answer.headers)


class Wire:
    """Carries one call to the host of base_url and its answer back; it neither judges nor repeats."""

    def __init__(
        self,
        base_url: str,
        version: str,
        token: Token,
        app_secret: Token | None,
        deadline: float,
        now: Callable[[], datetime],
    ) -> None:
        if origin(base_url) is None:
            raise ValueError("graph.base_url must begin with https:// or http:// and name a host")
        self._base, self._version = base_url.rstrip("/"), version.strip("/")
        self._proof = _proof(token, app_secret) if app_secret else None
        self._deadline, self._now, self._auth = deadline, now, _Bearer(token)
        self._watchdog = Watchdog()
        self._session = _session(self._watchdog, urlsplit(base_url).hostname or "")
        logging.getLogger("urllib3.connectionpool").addFilter(without_query)

    def call(
        self, method: str, path: tuple[str, ...], query: Mapping[str, str], form: Mapping[str, str]
    ) -> Reply:
        """One request, one answer of any status; NoAnswer or BadAnswer if none came whole."""
        where = "/".join(("", self._version, *map(_checked, path)))
        proof = {"appsecret_proof": self._proof} if self._proof else {}
        secret_query, secret_form = (
            (query, {**form, **proof}) if method == "POST" else ({**query, **proof}, form)
        )
        fault: NoAnswer | BadAnswer | None = None
        # The fault leaves the except clause before it is raised: requests' own exceptions hold the whole URL.
        try:
            with self._watchdog.within(self._deadline):
                response = self._send(method, _with(self._base + where, secret_query), secret_form)
                with response:
                    body = _body(response)
        except BadAnswer as error:
            fault = error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            fault = self._no_answer(error)
        if fault is None and self._watchdog.barked:
            fault = self._too_slow()
        if fault:
            raise fault
        return self._reply(f"{method} {_with(where, query)}", response, body)

    def close(self) -> None:
        self._session.close()

    def _send(self, method: str, url: str, form: Mapping[str, str]) -> requests.Response:
        return self._session.request(
            method,
            url,
            data=dict(form) or None,
            auth=self._auth,
            timeout=(min(10.0, self._deadline / 2), self._deadline),
            allow_redirects=False,
            stream=True,
        )

    def _reply(self, request: str, response: requests.Response, body: bytes) -> Reply:
        headers = tuple(
            (name.lower(), value) for name, value in response.headers.items() if "cookie" not in name.lower()
        )
        digest = hashlib.sha256(body).hexdigest()
        return Reply(Answer(request, response.status_code, headers, self._now(), digest), body)

    def _no_answer(self, error: Exception) -> NoAnswer:
        if self._watchdog.barked or isinstance(error, requests.ReadTimeout):
            return self._too_slow()
        if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
            return NoAnswer(
                "The secure connection could not be trusted: the network may re-sign traffic with a certificate "
                "that this machine does not know.",
                sent=False,
            )
        if _never_sent(error):
            return NoAnswer("Facebook's server could not be reached; the network may be down.", sent=False)
        return NoAnswer("The connection broke before the answer was complete.", sent=True)

    def _too_slow(self) -> NoAnswer:
        return NoAnswer(f"Facebook's server did not answer within {self._deadline:g} seconds.", sent=True)


class _Bearer(AuthBase):
    """Puts the token in its header; being asked for one, requests leaves .netrc alone."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.value}"
        return request


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of a URL; None if it has none of ours."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    return (
        (parts.scheme, parts.hostname, port)
        if port and parts.hostname and parts.scheme[:4] == "http"
        else None
    )


def without_query(record: logging.LogRecord) -> bool:
    """Takes the query out of urllib3's debug lines: the proof of the app's secret stands there."""
    if isinstance(record.args, tuple):
        record.args = tuple(re.sub(r"\?\S*", "", a) if isinstance(a, str) else a for a in record.args)
    return True


def _session(watchdog: Watchdog, host: str) -> requests.Session:
    session = requests.Session()
    # A school's proxy is found in the environment, but it is no way to our own machine.
    session.trust_env = host not in ("127.0.0.1", "::1", "localhost")
    adapter = WatchedAdapter(watchdog)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers.update({"User-Agent": "Schoolgate", "Accept": "application/json"})
    return session


def _proof(token: Token, app_secret: Token) -> str:
    return hmac.new(app_secret.value.encode(), token.value.encode(), hashlib.sha256).hexdigest()


def _checked(step: str) -> str:
    if NAMELESS in step:
        raise Refused("Facebook gave no id for this comment, so nothing can be done about it from here.")
    # urllib3 resolves dots in paths: an id like ".." would lead elsewhere.
    if not _ID.fullmatch(step):
        raise Refused("This id has characters that no id of Facebook has; it can't be asked for.")
    return step


def _with(where: str, query: Mapping[str, str]) -> str:
    return f"{where}?{urlencode(query, safe=_READABLE)}" if query else where


def _body(response: requests.Response) -> bytes:
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and (len(length) > 12 or int(length) > LARGEST):
        raise BadAnswer("Facebook's server sent far more than a list of comments can be.")
    pieces, size = [], 0
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > LARGEST:
            raise BadAnswer("Facebook's server sent far more than a list of comments can be.")
        pieces.append(piece)
    return b"".join(pieces)


def _never_sent(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | NameResolutionError)
