"""The small school with a clock that only the test moves, and without pauses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import clock
from bot.store.database import rows
from tests.school import CONFIG, School, school


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


@contextmanager
def watched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, config: str = CONFIG, **environment: str
) -> Iterator[School]:
    """The platform's client goes by the school's own time too."""
    there: list[School] = []
    monkeypatch.setattr(clock, "now", lambda: there[0].now if there else datetime.now(UTC))
    monkeypatch.setattr("bot.pages.calls.time.sleep", lambda _seconds: None)
    with school(folder, config, **environment) as found:
        there.append(found)
        for page in found.service.pages.values():
            monkeypatch.setattr(page._calls, "_sleep", lambda _seconds: None)
        yield found


def asked(found: School, sql: str, *values: Any) -> list[dict[str, Any]]:
    """What the store says."""
    with found.service.database() as db:
        return rows(db, sql, *values)


def raising(error: BaseException) -> Any:
    """Something that raises, however it is called."""

    def call(*_values: object, **_named: object) -> None:
        raise error

    return call
