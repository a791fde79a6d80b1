"""From a request to an answer: version, token, one call or a batch of them, and the headers that go with it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from bot.pages.demo import graph, trouble
from bot.pages.demo.asks import Ask
from bot.pages.demo.things import Request

if TYPE_CHECKING:
    from bot.pages.demo.page import DemoPage

MOST_IN_A_BATCH = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform says, before it is put on the wire."""

    status: int
    value: object
    headers: Mapping[str, str]


def answer(page: DemoPage, request: Request, now: datetime, bend: str | None = None) -> Answer:
    """The answer to one HTTP request."""
    with page.lock:
        version = page.default_version
        try:
            version = graph.served_version(page, graph.split(request.path)[0])
            value, status = _value(page, request, version, now, bend), 200
        except trouble.GraphError as error:
            value, status = error.body(), error.status
        return Answer(status, value, headers(page, version))


def headers(page: DemoPage, version: str, minutes: int = 0) -> dict[str, str]:
    """What goes with every answer."""
    found = {"facebook-api-version": version, "x-fb-trace-id": secrets.token_urlsafe(8)}
    if page.usage is not None:
        entry = {"type": "pages", **page.usage}
        entry.setdefault("estimated_time_to_regain_access", minutes)
        found["X-App-Usage"] = json.dumps(page.usage)
        found["X-Business-Use-Case-Usage"] = json.dumps({page.id: [entry]})
    return found


def counted_calls(method: str, query: Mapping[str, str], form: Mapping[str, str]) -> int:
    """As the platform counts: each item of a batch, and each of several ids."""
    if method == "POST" and "batch" in form:
        try:
            return max(1, len(_items(form["batch"])))
        except trouble.GraphError:
            return 1
    return len(query["ids"].split(",")) if "ids" in query else 1


def _value(page: DemoPage, request: Request, version: str, now: datetime, bend: str | None) -> object:
    token, in_query = graph.credentials(request)
    given = {**request.query, **request.form}
    if not page.accepts(token):
        raise trouble.bad_token()
    if not page.accepts_proof(given.get("appsecret_proof")):
        raise trouble.bad_proof()
    ask = Ask(
        page=page,
        method=request.method,
        path=graph.split(request.path)[1],
        version=version,
        given=given,
        now=now,
        query_token=token if in_query else None,
        bend=bend,
    )
    if ask.method == "POST" and "batch" in request.form:
        return _batch(ask, request.form["batch"])
    return graph.answer(ask)


def _items(batch: str) -> list[Any]:
    try:
        items = json.loads(batch)
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list) or not all(_is_item(item) for item in items):
        raise trouble.bad_parameter("batch parameter must be a JSON array")
    if len(items) > MOST_IN_A_BATCH:
        raise trouble.GraphError(
            100, f"Too many requests in batch message. Maximum batch size is {MOST_IN_A_BATCH}"
        )
    return items


def _is_item(item: object) -> bool:
    return isinstance(item, dict) and all(
        isinstance(item.get(key), str | None)
        for key in ("method", "relative_url", "body", "name", "depends_on")
    )


def _batch(ask: Ask, batch: str) -> list[object]:
    """Each item answers for itself; one that another depends on is only told of if asked."""
    items = _items(batch)
    wanted_by_others = {item.get("depends_on") for item in items}
    with_headers = ask.given.get("include_headers", "true").lower() != "false"
    worked: dict[str, bool] = {}
    found: list[object] = []
    for item in items:
        needs, name = item.get("depends_on"), item.get("name")
        if needs is not None and not worked.get(needs, False):
            found.append(None)
            continue
        one = _one_of_batch(ask, item, with_headers)
        worked[str(name)] = one["code"] == 200
        silent = name in wanted_by_others and item.get("omit_response_on_success", True)
        found.append(None if name and silent and worked[str(name)] else one)
    return found


def _one_of_batch(ask: Ask, item: Mapping[str, Any], with_headers: bool) -> dict[str, object]:
    code = 200
    try:
        value = graph.answer(_ask_of_item(ask, item))
    except trouble.GraphError as error:
        code, value = error.status, error.body()
    named = [{"name": name, "value": v} for name, v in headers(ask.page, ask.version).items()]
    return {"code": code, **({"headers": named} if with_headers else {}), "body": json.dumps(value)}


def _ask_of_item(ask: Ask, item: Mapping[str, Any]) -> Ask:
    where, _, query = (item.get("relative_url") or "").partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    given |= dict(parse_qsl(item.get("body") or "", keep_blank_values=True))
    own_token = given.get("access_token", item.get("access_token"))
    if own_token is not None and not ask.page.accepts(str(own_token)):
        raise trouble.bad_token()
    method = (item.get("method") or "GET").upper()
    version, path = graph.split(where)
    served = graph.served_version(ask.page, version) if version else ask.version
    return replace(ask, method=method, path=path, given=given, version=served, bend=None)
