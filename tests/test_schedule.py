"""The scheduler only ticks: it polls at the start, survives a clock that jumps, and ends between two steps."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot import daily
from bot.schedule import Running
from tests.school import school


class Counting(Running):
    """Counts the polls instead of making them."""

    def __init__(self, service) -> None:
        super().__init__(service)
        self.polls: list[float] = []

    def _poll(self) -> None:
        self.polls.append(time.monotonic())

    def _pictures(self) -> None: ...

    def _deliver(self) -> None: ...

    def _calendar(self) -> None: ...


@pytest.fixture
def starting(monkeypatch):
    """The service before its start, and what starts it."""
    monkeypatch.setattr("bot.schedule.signal.signal", lambda *_: None)
    schedule = SimpleNamespace(poll=3600)
    service = SimpleNamespace(
        settings=SimpleNamespace(schedule=schedule),
        stopping=threading.Event(),
        camera=SimpleNamespace(close=lambda: None),
    )
    made = Counting(service)
    thread = threading.Thread(target=made.run)
    yield made, thread.start
    made.stop()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def running(starting):
    made, begin = starting
    begin()
    return made


def until(condition, seconds: float = 8.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(condition())


def test_the_first_poll_is_at_the_start_not_after_an_interval(running):
    assert until(lambda: len(running.polls) == 1)


@pytest.mark.parametrize("jump", [-3600, 7200, -365 * 86400], ids=["back an hour", "forward", "back a year"])
def test_a_clock_that_jumps_makes_it_poll_at_once(running, monkeypatch, jump):
    assert until(lambda: len(running.polls) == 1)
    real = time.time
    monkeypatch.setattr("bot.schedule.time.time", lambda: real() + jump)
    assert until(lambda: len(running.polls) == 2)


def test_a_clock_that_jumps_while_it_is_starting_is_seen_too(starting, monkeypatch):
    made, begin = starting
    start, real = made._scheduler.start, time.time

    def start_and_jump() -> None:
        start()
        monkeypatch.setattr("bot.schedule.time.time", lambda: real() - 3600)

    monkeypatch.setattr(made._scheduler, "start", start_and_jump)
    begin()
    assert until(lambda: len(made.polls) == 2)


def test_being_asked_to_stop_ends_it_soon(running):
    assert until(lambda: len(running.polls) == 1)
    began = time.monotonic()
    running.stop()
    assert until(lambda: running._service.stopping.is_set(), 5)
    assert time.monotonic() - began < 5


WEEKS = {
    "Monday before the hour is last week's": (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "2026-W47"),
    "Monday from the hour on": (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), "2026-W48"),
    "Sunday night": (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), "2026-W48"),
    "in summer time the hour is local": (datetime(2026, 6, 1, 6, 30, tzinfo=UTC), "2026-W23"),
    "the week in which the clocks go back": (datetime(2026, 10, 26, 7, 30, tzinfo=UTC), "2026-W44"),
    "the week in which the clocks go forward": (datetime(2027, 3, 29, 6, 30, tzinfo=UTC), "2027-W13"),
    "a year with 53 weeks": (datetime(2027, 1, 3, 12, 0, tzinfo=UTC), "2026-W53"),
}


@pytest.mark.parametrize(("now", "week"), WEEKS.values(), ids=WEEKS.keys())
def test_the_week_is_that_of_the_schools_own_clock(tmp_path, now, week):
    with school(tmp_path) as larkfield:
        assert daily.week(larkfield.service, now) == week


DAYS = {
    "before seven": (datetime(2026, 11, 23, 6, 59, tzinfo=UTC), None),
    "from seven on": (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "2026-11-23"),
    "in summer time": (datetime(2026, 6, 1, 6, 0, tzinfo=UTC), "2026-06-01"),
    "after midnight it is not yet due": (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), None),
}


@pytest.mark.parametrize(("now", "day"), DAYS.values(), ids=DAYS.keys())
def test_the_day_begins_at_its_hour_on_the_schools_clock(tmp_path, now, day):
    with school(tmp_path) as larkfield:
        assert daily.day(larkfield.service, now) == day
