"""Backup and restore when the disk is full, and when what is there is damaged."""

from __future__ import annotations

import pytest

from bot import backup, verify
from bot.cli import main
from bot.store.database import sqlite3
from tests.school import SWEARING, TOKEN
from tests.watched import ago, raising, watched


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", TOKEN)
    with watched(tmp_path, monkeypatch) as found:
        post = found.page.post("Winter concert tonight", at=ago(hours=2))
        found.page.comment(post, SWEARING, at=ago(minutes=5))
        found.once()
        found.backup = backup.make(found.settings, tmp_path / "backups", found.now)
        yield found


def test_a_restore_that_finds_no_room_leaves_the_store_as_it_was(larkfield, monkeypatch):
    """The database had been moved aside by then: the next start made an empty one."""
    with monkeypatch.context() as full:
        full.setattr("bot.backup.shutil.copyfile", raising(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            backup.restore(larkfield.settings, larkfield.backup, larkfield.now)
    with larkfield.service.database() as db:
        assert list(verify.everything(db, larkfield.settings.evidence)) == []
    assert len(larkfield.incidents()) == 1


def test_damaged_evidence_is_set_aside_and_replaced(larkfield):
    kept = larkfield.settings.evidence / larkfield.incidents()[0]["evidence"][0].file
    kept.write_bytes(b"damaged")
    aside = backup.restore(larkfield.settings, larkfield.backup, larkfield.now)
    with larkfield.service.database() as db:
        assert list(verify.everything(db, larkfield.settings.evidence)) == []
    assert (aside / kept.name).read_bytes() == b"damaged"
    assert larkfield.settings.database.stat().st_mode & 0o077 == 0


def test_a_file_that_is_being_written_is_no_part_of_a_backup(larkfield, tmp_path):
    folder = next(f for f in larkfield.settings.evidence.iterdir() if f.is_dir())
    (folder / ".0123456789abcdef.part").write_bytes(b"half")
    made = backup.make(larkfield.settings, tmp_path / "others", larkfield.now)
    assert list(made.rglob("*.part")) == []


def test_a_backup_that_finds_no_room_says_so_in_a_sentence(larkfield, tmp_path, monkeypatch, capsys):
    full = sqlite3.OperationalError("database or disk is full")
    monkeypatch.setattr("bot.backup.verify.everything", raising(full))
    config = str(larkfield.settings.path)
    assert main(["backup", str(tmp_path / "more"), "--config", config]) == 1
    assert "disk is full" in capsys.readouterr().err
