"""The running service cries out when a cycle never ends or a job fails, and hides every form of a password."""

from __future__ import annotations

import logging
import time
from types import SimpleNamespace

import pytest

from bot.schedule import LONGEST_CYCLE, Running
from tests.school import body
from tests.watched import watched


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        yield found


def letters(found, seconds: float = 10.0):
    """Crying out has a thread of its own: the mail server may hang."""
    end = time.monotonic() + seconds
    while len(found.letters()) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    return found.letters("ict@")


def test_a_cycle_that_never_ends_is_told(larkfield):
    running = Running(larkfield.service)
    running._cycle_began = time.monotonic() - LONGEST_CYCLE - 1
    running._watch_the_cycle()
    (letter,) = letters(larkfield)
    assert "has not come to its end for an hour" in " ".join(body(letter).split())


@pytest.mark.parametrize("ago", [None, 60.0], ids=["no cycle at work", "a minute"])
def test_a_cycle_that_may_still_end_is_no_trouble(larkfield, ago):
    running = Running(larkfield.service)
    running._cycle_began = None if ago is None else time.monotonic() - ago
    running._watch_the_cycle()
    assert larkfield.letters() == []


def test_a_job_that_fails_is_told_by_the_errors_class_alone(larkfield):
    failed = SimpleNamespace(exception=KeyError("Alfie Harrison"))
    Running(larkfield.service)._job_failed(failed)
    (letter,) = larkfield.letters("ict@")
    assert "KeyError" in body(letter)
    assert "Alfie" not in body(letter)


def test_each_cycle_leaves_one_line_of_figures_in_the_log(larkfield, caplog):
    caplog.set_level(logging.INFO)
    Running(larkfield.service)._poll()
    assert [m for m in caplog.messages if m.startswith("cycle ")] == [
        "cycle read=0 new=0 flagged=0 troubles=0"
    ]


def test_a_password_is_known_as_it_is_typed_and_as_it_stands_in_the_address(tmp_path, monkeypatch):
    url = "smtp://gate:p%40ss%2Fword@mail.larkfield.example"
    with watched(tmp_path, monkeypatch, SCHOOLGATE__MAIL__URL=url) as found:
        assert {"p%40ss%2Fword", "p@ss/word"} <= set(found.settings.secret_values())
