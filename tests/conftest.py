"""Fixtures for all tests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from bot.store.database import in_memory
from tests.shell import served_page


@pytest.fixture
def db() -> Iterator[Database]:
    """The real schema without a file."""
    opened = in_memory()
    yield opened
    opened.close()


@pytest.fixture
def events(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged, as one text."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(record.getMessage() for record in caplog.records)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Any]:
    """A Page with one offending comment, and settings that lead to it."""
    with served_page(tmp_path) as page:
        yield page
