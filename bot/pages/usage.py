"""How much of our allowance is used, and how long to be silent, as the answer's headers say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=24)
_OURS = (None, "pages")  # a header may speak of Messenger and Instagram too: other allowances
_NUMBERS = ("call_count", "total_time", "total_cputime")


def percent(headers: Mapping[str, str]) -> float:
    """The highest of all the figures; 0 if the headers say nothing."""
    figures = [entry.get(name) for entry in _entries(headers) for name in _NUMBERS]
    return max((_number(figure) for figure in figures), default=0.0)


def wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the platform asks us to be silent; None if it names no time."""
    minutes = max((_number(e.get("estimated_time_to_regain_access")) for e in _entries(headers)), default=0.0)
    asked = max(timedelta(minutes=min(minutes, 1e5)), _retry_after(headers.get("retry-after", ""), now))
    return min(asked, LONGEST) if asked > timedelta() else None


def _entries(headers: Mapping[str, str]) -> Iterator[Mapping[str, object]]:
    for name in ("x-app-usage", "x-page-usage"):
        entry = _parsed(headers.get(name))
        if isinstance(entry, dict):
            yield entry
    by_id = _parsed(headers.get("x-business-use-case-usage"))
    for entries in by_id.values() if isinstance(by_id, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("type") in _OURS:
                yield entry


def _parsed(header: str | None) -> object:
    try:
        return json.loads(header or "null")
    except (ValueError, RecursionError):
        return None


def _number(figure: object) -> float:
    if isinstance(figure, bool) or not isinstance(figure, int | float):
        return 0.0
    return float(min(figure, 1e9)) if figure > 0 else 0.0


def _retry_after(said: str, now: datetime) -> timedelta:
    if said.strip().isascii() and said.strip().isdigit():
        return timedelta(seconds=min(int(said.strip()[:12]), 1e7))
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return timedelta()
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta())
