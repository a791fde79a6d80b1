"""The table in tests/README.md names tests that exist, and no case is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
TABLE = (TESTS / "README.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z_/]+\.py)::(test_[a-z0-9_]+)`", TABLE)))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part)
def test_every_test_that_is_named_exists(file, name):
    assert f"def {name}(" in (TESTS / file).read_text(encoding="utf-8")


def test_no_case_is_forgotten():
    told = set(re.findall(r"^\| (R\d\d)", TABLE, flags=re.MULTILINE)) | {f"R{n}" for n in range(46, 54)}
    assert told == {f"R{n:02}" for n in range(1, 61)}
