"""Every file that is not as it was kept is named; all the others are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.incident import Evidence
from bot.evidence import files
from bot.evidence.verify import verify

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def put(folder: Path, content: bytes, kind: str = "record") -> Evidence:
    kept = files.keep(folder, content, ".json")
    return Evidence(kind, kept.file, kept.sha256, kept.size, NOW)


def test_all_is_well_when_nothing_was_touched(tmp_path: Path) -> None:
    assert list(verify(tmp_path, [put(tmp_path, b"one"), put(tmp_path, b"two", "picture")])) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda p: p.unlink(), "is missing", id="missing"),
        pytest.param(lambda p: p.write_bytes(b"the w0rds"), "was changed", id="changed"),
        pytest.param(lambda p: p.write_bytes(b""), "has 0 bytes, but 9 were kept", id="empty"),
        pytest.param(lambda p: (p.unlink(), p.mkdir()), "is not a file", id="a folder"),
        pytest.param(lambda p: (p.unlink(), p.symlink_to("/etc/hostname")), "a link stands", id="a link"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_named_and_the_others_are_still_checked(
    tmp_path: Path, change: object, said: str
) -> None:
    bad, good, worse = put(tmp_path, b"the words"), put(tmp_path, b"good"), put(tmp_path, b"worse")
    change(tmp_path / bad.file)  # type: ignore[operator]
    (tmp_path / worse.file).unlink()
    sentences = list(verify(tmp_path, [bad, good, worse]))
    assert len(sentences) == 2
    assert bad.file in sentences[0]
    assert said in sentences[0]
    assert worse.file in sentences[1]


def test_a_row_that_names_another_hash_is_found(tmp_path: Path) -> None:
    bad = replace(put(tmp_path, b"the words"), sha256="0" * 64)
    assert "another hash" in next(verify(tmp_path, [bad]))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x\x1b[2J", "ab/x.json"])
def test_a_name_that_leads_outside_is_reported_and_never_opened(tmp_path: Path, name: str) -> None:
    (sentence,) = verify(tmp_path, [replace(put(tmp_path, b"the words"), file=name)])
    assert "not the name of an evidence file" in sentence
    assert "\x1b" not in sentence
