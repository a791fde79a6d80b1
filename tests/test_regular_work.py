"""The morning letter, forgetting and the weekly check: each for itself, whatever the clock or the power does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import daily
from bot.pages.demo import Fault
from tests.school import SWEARING
from tests.watched import ago, asked, raising, watched

YEARS = timedelta(days=365 * 14)


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        found.once()
        found.noon = found.now.replace(hour=12)
        yield found


def look(found, **later):
    with found.service.database() as db:
        daily.do_what_is_due(found.service, db, found.noon + timedelta(**later))


def test_forgetting_goes_on_after_a_clock_that_ran_ahead_was_set_right(larkfield):
    """A day in 2040 that was ticked off made every day until then look like a leap."""
    look(larkfield)
    look(larkfield, days=YEARS.days)
    assert asked(larkfield, "SELECT 1 FROM versions WHERE said IS NOT NULL") != []
    for days in range(1, 40):
        look(larkfield, days=days)
    assert asked(larkfield, "SELECT 1 FROM versions WHERE said IS NOT NULL") == []


def test_the_morning_letter_does_not_begin_in_the_future(larkfield):
    look(larkfield, days=YEARS.days)
    look(larkfield, days=2)
    newest = asked(larkfield, "SELECT content FROM outbox WHERE kind = 'morning' ORDER BY id DESC LIMIT 1")
    assert b"2040" not in newest[0]["content"]


def test_a_power_cut_after_the_morning_letter_makes_no_second_one(larkfield, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr("bot.store.duties.done", raising(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            look(larkfield, days=2)
    look(larkfield, days=2, minutes=1)
    assert len(asked(larkfield, "SELECT 1 FROM outbox WHERE kind = 'morning'")) == 1


def test_one_duty_that_fails_holds_up_no_other_and_is_told_once(larkfield, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("bot.telling.queue_morning", raising(ZeroDivisionError()))
        for minutes in range(3):
            look(larkfield, days=2, minutes=minutes)
    done = {row["name"] for row in asked(larkfield, "SELECT name FROM duties")}
    assert done == {"retention", "verify"}
    assert len(asked(larkfield, "SELECT 1 FROM outbox WHERE email LIKE 'ict@%' AND kind = 'trouble'")) == 1
    look(larkfield, days=2, minutes=4)
    assert len(asked(larkfield, "SELECT 1 FROM outbox WHERE kind = 'morning'")) == 1


def test_what_the_weekly_check_finds_is_told_in_every_week(larkfield):
    """The letter had the same id for ever, so the second was never queued."""
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.once(minutes=3)
    (larkfield.settings.evidence / larkfield.incidents()[0]["evidence"][0].file).unlink()
    for days in (0, 7, 8):
        look(larkfield, days=days)
    assert len(asked(larkfield, "SELECT 1 FROM outbox WHERE email LIKE 'ict@%' AND kind = 'trouble'")) == 2


def test_a_silence_that_a_fast_clock_made_ends_when_the_clock_is_right(larkfield):
    """The client still held it, and wrote it into the store again: the Page was unwatched until 2040."""
    right = larkfield.now
    larkfield.now += YEARS
    larkfield.page.faults.add(Fault.throttle(4, minutes=30).on("GET", "/feed"))
    larkfield.once()
    larkfield.now = right
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.once(minutes=3)
    larkfield.once(minutes=3)
    assert larkfield.acts() == [("hide", bad)]
