"""Commands in processes of their own, and a Page for them to work on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.pages.demo import DemoPage, DemoServer
from tests.school import PAGE, SWEARING, TOKEN, furnish

ROOT = Path(__file__).parent.parent


def schoolgate(*arguments, cwd=ROOT, text=None, timeout=60, **environment):
    """One command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=timeout,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": TOKEN, **environment},
    )


@contextmanager
def served_page(folder: Path) -> Iterator[Any]:
    """A Page with one offending comment, and settings that lead to it."""
    page = DemoPage(PAGE, "Larkfield", TOKEN)
    post = page.post("Concert", at=datetime.now(UTC) - timedelta(hours=2))
    page.comment(post, SWEARING, at=datetime.now(UTC) - timedelta(minutes=5))
    with DemoServer(page) as server:
        page.config = furnish(folder, server.base_url)
        page.post_id = post
        yield page


def once(page, *more, **environment):
    return schoolgate("once", "--json", "--config", page.config, *more, **environment)
