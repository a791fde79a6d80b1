"""A store that is damaged, gone, tampered with or asked by several at once; and that it stays quick when it is large."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot import lock, verify
from bot.assemble import house
from bot.cli import main
from bot.settings import load
from bot.store import comments, journal
from bot.store.database import Broken
from tests.school import SWEARING, TOKEN
from tests.watched import ago, asked, raising, watched


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", TOKEN)
    with watched(tmp_path, monkeypatch) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        for n in range(30):
            found.page.comment(found.post, f"{SWEARING} {n}", at=ago(minutes=5))
        found.once()
        yield found


def damage(found, table):
    """Overwrite the first page of a table."""
    with found.service.database() as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = db.execute("PRAGMA page_size").fetchone()[0]
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    content = bytearray(found.settings.database.read_bytes())
    content[(root - 1) * size : root * size] = b"\xab" * size
    found.settings.database.write_bytes(bytes(content))


@pytest.mark.parametrize("table", ["journal", "evidence", "steps"])
@pytest.mark.parametrize("command", ["verify", "doctor", "backup"])
def test_damage_in_the_middle_is_a_sentence_not_a_traceback(larkfield, tmp_path, capsys, table, command):
    damage(larkfield, table)
    folder = [str(tmp_path / "backups")] if command == "backup" else []
    assert main([command, *folder, "--config", str(larkfield.settings.path)]) == 1
    said = capsys.readouterr()
    assert "malformed" in said.out + said.err


def test_verify_tells_other_programs_of_damage_too(larkfield, capsys):
    damage(larkfield, "journal")
    assert main(["verify", "--json", "--config", str(larkfield.settings.path)]) == 1
    assert not json.loads(capsys.readouterr().out)["ok"]


def test_evidence_that_was_taken_out_of_the_list_is_missed(larkfield):
    """Without its row a file was not looked for, and all seemed well."""
    with larkfield.service.database() as db:
        db.execute("DELETE FROM evidence WHERE incident = 3 AND kind = 'record'")
        (problem,) = verify.everything(db, larkfield.settings.evidence)
    assert "record of incident 3" in problem


def test_a_database_that_has_vanished_is_not_made_again_in_silence(larkfield):
    for file in larkfield.settings.store.glob("schoolgate.db*"):
        file.unlink()
    settings = load(larkfield.settings.path, {"TOKEN": TOKEN})
    with pytest.raises(Broken, match="restore"), house(settings, larkfield.now):
        pass
    assert not settings.database.exists()


def test_the_journal_stays_whole_though_all_jobs_write_at_once(larkfield):
    together = threading.Barrier(4)

    def write(_n):
        together.wait(10)
        with larkfield.service.database() as db:
            for _ in range(30):
                journal.write(db, "verified", larkfield.now)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    with larkfield.service.database() as db:
        assert list(journal.verify(db)) == []


def test_a_disk_that_knows_no_locks_is_not_taken_for_another_worker(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.lock._take", raising(OSError(37, "No locks available")))
    with pytest.raises(OSError, match="No locks"), lock.only_worker(tmp_path, "me"):
        pass


def test_a_comment_stored_by_an_older_version_can_still_be_read(larkfield):
    with larkfield.service.database() as db:
        db.execute(
            "UPDATE versions SET judged = 'owed', said = json_remove(said, '$.can_remove', '$.permalink')"
        )
        assert len(comments.owed(db)) == 31


QUICK = {
    "forgetting": "SELECT comment, version FROM versions WHERE judged IN ('clear', 'before_start') AND seen_at < '2026'",
    "judging": "SELECT said FROM versions WHERE judged = 'owed' ORDER BY attempts, seen_at, comment LIMIT 200",
    "late letters": "SELECT min(queued_at) FROM outbox WHERE state = 'sent' AND attempts > 0 AND sent_at > '2026'",
    "steps": "SELECT * FROM steps WHERE state = 'owed' AND due_at <= '2026' ORDER BY rank, due_at, incident LIMIT 500",
}


@pytest.mark.parametrize("sql", QUICK.values(), ids=QUICK.keys())
def test_what_every_cycle_asks_is_found_by_an_index(larkfield, sql):
    plan = " ".join(row["detail"] for row in asked(larkfield, f"EXPLAIN QUERY PLAN {sql}"))
    assert "USING INDEX" in plan or "USING COVERING INDEX" in plan, plan
    assert "TEMP B-TREE" not in plan
