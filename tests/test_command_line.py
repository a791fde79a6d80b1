"""The commands as other programs and a person at a keyboard meet them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3 as plain_sqlite
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from bot.commands import COMMANDS
from tests.school import SWEARING, TOKEN
from tests.shell import ROOT, once, schoolgate

KEYS = [
    "read",
    "new",
    "edited",
    "flagged",
    "hidden",
    "deleted",
    "captured",
    "mail_queued",
    "mail_sent",
    "errors",
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_command_teaches(command):
    found = schoolgate(command.name, "--help")
    assert found.returncode == 0
    assert "--config PATH" in found.stdout
    assert len(found.stdout) > 250


def test_help_is_quick_since_it_loads_nothing_heavy():
    heavy = "spacy|sqlite_utils|playwright|requests|apscheduler|pydantic"
    code = (
        "import sys\nfrom bot.cli import main\ntry:\n main(['--help'])\nexcept SystemExit:\n pass\n"
        f"sys.exit(' '.join(m for m in '{heavy}'.split('|') if m in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert found.stderr.strip() == ""


def test_once_says_what_it_did_in_the_agreed_keys(served):
    found = once(served)
    report = json.loads(found.stdout)
    assert list(report) == KEYS
    assert (report["read"], report["new"], report["flagged"], report["hidden"]) == (2, 2, 1, 1)
    assert (report["mail_queued"], report["mail_sent"], report["errors"]) == (2, 2, [])
    assert found.returncode == 0


def test_trouble_is_exit_status_1_and_stands_in_the_errors(served):
    found = once(served, TOKEN="another-token")
    assert found.returncode == 1
    assert "token" in json.loads(found.stdout)["errors"][0]


def test_incidents_come_in_the_agreed_shape(served):
    once(served)
    (line,) = schoolgate("incidents", "--json", "--config", served.config).stdout.splitlines()
    incident = json.loads(line)
    assert list(incident) == [
        "id", "comment_id", "state", "categories", "action", "steps", "evidence", "alerts", "opened", "clause",
    ]  # fmt: skip
    picture = incident["steps"].pop("picture")
    assert picture in ("done", "owed"), "owed where there is no browser"
    assert incident["steps"] == {"record": "done", "hide": "done", "alert": "done"}
    assert incident["alerts"] == [
        {"to": "head@larkfield.example", "state": "sent"},
        {"to": "slt@larkfield.example", "state": "sent"},
    ]
    assert len(incident["evidence"]) == (2 if picture == "done" else 1)
    for kept in incident["evidence"]:
        content = (served.config.parent / "run" / "evidence" / kept["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == kept["sha256"]


def test_a_cell_that_looks_like_a_formula_is_text(served, tmp_path):
    from bot.commands.incidents import as_text

    once(served)
    schoolgate("incidents", "--csv", tmp_path / "log.csv", "--config", served.config)
    assert (tmp_path / "log.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert '"profanity"' in (tmp_path / "log.csv").read_text("utf-8-sig")
    assert [as_text(v) for v in ("=1+1", "+44", "-1", "@x", "\tx", "\rx", 7, "ok")] == [
        "'=1+1", "'+44", "'-1", "'@x", "'\tx", "'\rx", "7", "ok",
    ]  # fmt: skip


def test_verify_proves_what_was_kept_and_names_what_was_changed(served):
    once(served)
    assert schoolgate("verify", "--config", served.config).returncode == 0
    (kept,) = (served.config.parent / "run" / "evidence").glob("*/*.json")
    kept.write_bytes(kept.read_bytes().replace(b"fucking", b"lovely!"))
    found = schoolgate("verify", "--json", "--config", served.config)
    assert found.returncode == 1
    assert kept.name in json.loads(found.stdout)["problems"][0]


def test_verify_names_a_row_that_was_changed(served):
    once(served)
    database = plain_sqlite.connect(served.config.parent / "run" / "schoolgate.db")
    database.execute("DROP TRIGGER journal_keeps")
    database.execute("UPDATE journal SET details = '{}' WHERE seq = 1")
    database.commit()
    database.close()
    found = schoolgate("verify", "--config", served.config)
    assert found.returncode == 1
    assert "Journal entry 1" in found.stdout


BROKEN = {
    "zero length": (b"", "is empty"),
    "not a database": (b"hello, I am a text file, not a database at all", "is not a database"),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_database_is_refused_with_what_to_do_and_left_as_it_is(served, content, said):
    file = served.config.parent / "run" / "schoolgate.db"
    file.parent.mkdir()
    file.write_bytes(content)
    found = once(served)
    assert found.returncode == 1
    assert said in found.stderr
    assert "schoolgate restore" in found.stderr
    assert "Traceback" not in found.stderr
    assert file.read_bytes() == content
    assert served.writes == []


def test_a_damaged_database_is_refused_plainly(served):
    once(served)
    file = served.config.parent / "run" / "schoolgate.db"
    damaged = bytearray(file.read_bytes())
    damaged[100 : len(damaged) // 2] = b"\xaa" * (len(damaged) // 2 - 100)
    file.write_bytes(bytes(damaged))
    found = once(served)
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert len(served.writes) == 1


def test_a_database_of_a_newer_program_is_refused(served):
    once(served)
    database = plain_sqlite.connect(served.config.parent / "run" / "schoolgate.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    found = once(served)
    assert found.returncode == 1
    assert "newer Schoolgate" in found.stderr


def test_a_second_worker_is_told_who_is_at_work_and_polls_nothing(served):
    from bot.lock import only_worker

    with only_worker(served.config.parent / "run", "process 4711, since Fri 20 Nov 2026, 21:04 GMT"):
        found = once(served)
    assert "process 4711, since Fri 20 Nov 2026, 21:04 GMT" in found.stderr
    assert json.loads(found.stdout)["read"] == 0
    assert served.requests == []
    assert found.returncode == 0


SLIPS = {
    "a wrong value": ({"SCHOOLGATE__MODERATION__MODE": "shado"}, "school.toml, moderation.mode"),
    "an unknown key": ({"SCHOOLGATE__MAIL__URLL": "x"}, "Did you mean 'url'?"),
    "no token": ({"TOKEN": ""}, "the environment variable TOKEN is empty"),
    "a policy that is not there": ({"SCHOOLGATE__SCHOOL__POLICY": "nope"}, "no such policy file"),
    "a roster that is not there": ({"SCHOOLGATE__ROSTER__PUPILS": "nope.csv"}, "nope.csv"),
}


@pytest.mark.parametrize(("environment", "said"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_exit_status_2_a_sentence_and_nothing_half_done(served, environment, said):
    found = once(served, **environment)
    assert found.returncode == 2
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert served.requests == []


def test_the_service_polls_at_once_and_ends_cleanly_when_asked(served):
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(served.config)],
        cwd=ROOT,
        env={**os.environ, "TOKEN": TOKEN, "PYTHONPATH": str(ROOT), "SCHOOLGATE__SCHEDULE__POLL": "2s"},
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        until(lambda: served.writes)
        served.comment(served.post_id, SWEARING + " again")
        until(lambda: len(served.writes) == 2)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        logged = process.stderr.read().decode()
        assert process.wait(20) == 0
    assert time.monotonic() - began < 20
    assert all(json.loads(line)["event"] for line in logged.splitlines())
    assert TOKEN not in logged
    left = subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True, text=True).stdout
    assert left == "", "no child process is left"


@contextmanager
def at_work(config):
    """The daily service in a process of its own; whatever happens, it does not outlive the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--config", str(config)],
        cwd=ROOT,
        env={**os.environ, "TOKEN": TOKEN, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_asked_to_stop_in_the_middle_it_ends_cleanly_and_the_next_run_goes_on(served):
    for n in range(49):
        served.comment(served.post_id, f"{SWEARING} {n}")
    served.on_write = lambda _kind, _target: time.sleep(0.05)
    with at_work(served.config) as process:
        until(lambda: len(served.writes) > 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert subprocess.run(["pgrep", "-g", str(process.pid)], capture_output=True).stdout == b""
    assert len(served.writes) < 50, "it did not finish first"
    served.on_write = None
    assert once(served, timeout=100).returncode == 0
    assert len({write.target for write in served.writes}) == len(served.writes) == 50


def until(condition, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_backup_during_writes_and_restore_into_another_place(served, tmp_path):
    once(served)
    stop = threading.Event()

    def write():
        database = plain_sqlite.connect(served.config.parent / "run" / "schoolgate.db", timeout=30)
        n = 0
        while not stop.is_set():
            database.execute("INSERT INTO duties VALUES (?, 'x', 'x')", (f"n{n}",))
            database.commit()
            n += 1
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    found = schoolgate("backup", tmp_path / "backups", "--config", served.config)
    stop.set()
    writer.join()
    assert found.returncode == 0, found.stderr
    (backup,) = (tmp_path / "backups").iterdir()
    elsewhere = {"SCHOOLGATE__STORE__FOLDER": str(tmp_path / "elsewhere")}
    assert schoolgate("restore", backup, "--config", served.config, **elsewhere).returncode == 0
    assert schoolgate("verify", "--config", served.config, **elsewhere).returncode == 0
    lines = schoolgate("incidents", "--json", "--config", served.config, **elsewhere).stdout
    assert len(lines.splitlines()) == 1


def test_a_backup_that_is_not_whole_is_not_restored(served, tmp_path):
    once(served)
    schoolgate("backup", tmp_path / "backups", "--config", served.config)
    (backup,) = (tmp_path / "backups").iterdir()
    next((backup / "evidence").glob("*/*.json")).unlink()
    found = schoolgate("restore", backup, "--config", served.config)
    assert found.returncode == 1
    assert "was not restored" in found.stderr
    assert schoolgate("verify", "--config", served.config).returncode == 0


def test_a_restore_sets_aside_what_was_there(served, tmp_path):
    once(served)
    schoolgate("backup", tmp_path / "backups", "--config", served.config)
    (backup,) = (tmp_path / "backups").iterdir()
    (served.config.parent / "run" / "schoolgate.db").write_bytes(b"broken")
    assert schoolgate("restore", backup, "--config", served.config).returncode == 0
    (aside,) = (served.config.parent / "run").glob("set-aside-*/schoolgate.db")
    assert aside.read_bytes() == b"broken"
    assert schoolgate("verify", "--config", served.config).returncode == 0


def checked(*lines, roster=ROOT / "data" / "demo" / "pupils.csv", cwd=ROOT):
    found = schoolgate("check", "--roster", roster, text="".join(f"{line}\n" for line in lines), cwd=cwd)
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_check_answers_line_for_line_in_order_whatever_comes():
    lines = [
        '{"id": "a", "message": "what a shite day"}',
        "no JSON",
        "[1]",
        "",
        '{"id": 7}',
        '{"message": "no id"}',
        '{"id": "z", "message": "lovely"}',
    ]
    found = checked(*lines)
    assert len(found) == len(lines)
    assert [("error" in f) for f in found] == [False, True, True, True, False, False, False]
    assert found[0]["id"] == "a"
    assert found[-1] == {
        "id": "z",
        "findings": [],
        "decision": {"action": "none", "urgency": "none", "alert": [], "clause": None},
    }


def test_check_gives_findings_in_the_agreed_shape():
    (found,) = checked('{"id": "a", "message": "😀 what a shite day"}')
    (finding,) = found["findings"]
    assert list(finding) == [
        "category",
        "start",
        "end",
        "text",
        "pupils",
        "tier",
        "confidence",
        "rule",
        "why",
    ]
    assert (finding["start"], finding["end"], finding["text"], finding["tier"]) == (9, 14, "shite", "medium")
    assert list(found["decision"]) == ["action", "urgency", "alert", "clause"]


def test_check_needs_no_settings_when_a_roster_is_named(tmp_path):
    (tmp_path / "p.csv").write_text("pupil_id,first_name,last_name\nP9,Alfie,Harrison\n")
    (found,) = checked('{"id": "a", "message": "alfie harrison"}', roster=tmp_path / "p.csv", cwd=tmp_path)
    assert found["findings"][0]["pupils"] == ["P9"]


def test_check_answers_as_it_goes():
    command = [sys.executable, "-m", "bot", "check"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for n in range(3):
            process.stdin.write(b'{"id": "%d", "message": "lovely"}\n' % n)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(n)
        process.stdin.close()
        assert process.wait(20) == 0


def a_roster(folder, count, name="new.csv", start=0):
    rows = "".join(
        f"P{n},Child{chr(65 + n % 26)},Name{chr(65 + n // 26)}\n" for n in range(start, start + count)
    )
    (folder / name).write_text("pupil_id,first_name,last_name\n" + rows)
    return folder / name


def test_a_roster_is_taken_over_with_its_changes_told(served, tmp_path):
    found = schoolgate("roster", "import", a_roster(tmp_path, 30), "--yes", "--config", served.config)
    assert "30 added, 0 changed, 2 gone" in found.stdout
    assert "pupils: 30" in schoolgate("roster", "show", "--config", served.config).stdout


def test_a_roster_that_drops_more_than_a_tenth_is_refused_without_a_yes(served, tmp_path):
    schoolgate("roster", "import", a_roster(tmp_path, 30), "--yes", "--config", served.config)
    smaller = a_roster(tmp_path, 26, "smaller.csv")
    found = schoolgate("roster", "import", smaller, "--config", served.config)
    assert found.returncode == 1
    assert "4 of 30 would be dropped" in found.stderr
    assert "pupils: 30" in schoolgate("roster", "show", "--config", served.config).stdout


def test_a_bad_row_is_named_and_the_old_roster_stays_in_force(served, tmp_path):
    (tmp_path / "bad.csv").write_text(
        "pupil_id,first_name,last_name\nP1,Alfie,Harrison\nP1,Ellie,Marsh\nP3,,Cox\n"
    )
    found = schoolgate("roster", "import", tmp_path / "bad.csv", "--config", served.config)
    assert found.returncode == 2
    assert "bad.csv, line 3" in found.stderr
    assert "bad.csv, line 4" in found.stderr
    assert "Marsh" not in found.stderr
    assert "pupils: 2" in schoolgate("roster", "show", "--config", served.config).stdout


def test_the_doctor_says_of_each_thing_whether_it_is_in_order(served):
    found = schoolgate("doctor", "--json", "--config", served.config)
    checks = {json.loads(line)["what"]: json.loads(line) for line in found.stdout.splitlines()}
    assert checks["page Larkfield"]["ok"]
    assert not checks["people"]["ok"]
    assert found.returncode == 1
    served.token_kind = "user"
    found = schoolgate("doctor", "--config", served.config)
    assert "MEND    page Larkfield: This is a person's token" in found.stdout
    assert served.writes == []
    assert not (served.config.parent / "run" / "schoolgate.db").exists()


def test_control_characters_of_a_name_do_not_reach_the_terminal(served):
    found = schoolgate("once", "--config", "\x1b[31mred\x07.toml")
    assert "\x1b" not in found.stderr
    assert "\\x1b[31mred" in found.stderr


def test_a_changed_row_of_the_roster_is_counted_as_changed(served, tmp_path):
    (tmp_path / "new.csv").write_text(
        "pupil_id,first_name,last_name\nP001,Alfred,Harrison\nP002,Ellie,Marsh\nP003,Noor,Hadid\n"
    )
    found = schoolgate("roster", "import", tmp_path / "new.csv", "--config", served.config)
    assert "1 added, 1 changed, 0 gone" in found.stdout
    assert found.returncode == 0


@pytest.mark.slow
def test_the_shipped_settings_work_wherever_they_are_copied(tmp_path):
    """What script/run does on the demo Page, beside which nothing is written."""
    shutil.copy(ROOT / "config.toml", tmp_path)
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "data" / "demo")
    places = {
        "SCHOOLGATE__STORE__FOLDER": str(tmp_path / "store"),
        "SCHOOLGATE__MAIL__URL": f"file:{tmp_path / 'letters'}",
    }
    found = schoolgate("once", "--json", "--config", tmp_path / "config.toml", timeout=110, **places)
    report = json.loads(found.stdout)
    assert (found.returncode, list(report), report["errors"]) == (0, KEYS, [])
    assert report["read"] > 100
    assert report["flagged"] >= report["hidden"] > 10
    assert len(list((tmp_path / "letters").glob("*.eml"))) == report["mail_sent"] > 0
    assert sorted(f.name for f in (tmp_path / "data").iterdir()) == ["demo"]
    assert schoolgate("verify", "--config", tmp_path / "config.toml", **places).returncode == 0
