"""The version is the newest heading of CHANGELOG.md, so that the two can't disagree."""

from __future__ import annotations

import re
from pathlib import Path


def newest(changelog: str) -> str:
    """The first version number that stands in a heading."""
    found = re.search(r"^## (\d+\.\d+\.\d+)", changelog, flags=re.MULTILINE)
    return found.group(1) if found else "0.0.0"


VERSION = newest((Path(__file__).parent.parent / "CHANGELOG.md").read_text(encoding="utf-8"))
