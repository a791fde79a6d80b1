"""Time: asked for once at the edge, passed on as an argument everywhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """UTC to the second, so that the order of text is the order of time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime:
    """What stamp() wrote, as a moment again."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def said(moment: datetime, zone: str) -> str:
    """As a person reads it: 'Sat 21 Nov 2026, 22:04 GMT'."""
    local = moment.astimezone(ZoneInfo(zone))
    return local.strftime("%a %-d %b %Y, %H:%M %Z")
