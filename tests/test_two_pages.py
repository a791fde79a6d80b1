"""Several Pages: none holds up another, and one that leaves the settings leaves nothing undone behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.pages.demo import Fault
from tests.school import PAGE, SWEARING, body
from tests.watched import ago, watched


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        yield found


class Odd:
    """A Page whose reading meets a slip in our own code."""

    id = name = "2"
    calls = 0
    no_calls_until = no_writes_until = None
    warnings = ()

    def check(self) -> tuple[str, ...]:
        return ()

    def read(self, *_values: object, **_named: object) -> Iterator[None]:
        raise KeyError("odd")
        yield


def test_a_slip_in_reading_one_page_leaves_the_others_watched_and_is_told(larkfield):
    """A KeyError ended the whole cycle, at every poll, and nobody was told."""
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.service.pages = {"2": Odd(), **larkfield.service.pages}
    larkfield.service.token_marks = {"2": "x", **larkfield.service.token_marks}
    larkfield.once()
    assert larkfield.acts() == [("hide", bad)]
    assert "could not be read (KeyError)" in body(larkfield.letters("ict@")[0])


def test_what_a_page_owes_when_it_leaves_the_settings_is_done_when_it_is_back(larkfield):
    """Its steps got stuck for good, with a sentence that said to put it back."""
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.throttle(32, minutes=10).on("POST"))
    larkfield.once()
    pages, larkfield.service.pages = larkfield.service.pages, {}
    for _ in range(3):
        larkfield.once(hours=2)
    assert larkfield.acts() == []
    told = [body(letter) for letter in larkfield.letters("ict@") if "work on it is owed" in body(letter)]
    assert len(told) == 1
    assert PAGE in told[0]
    larkfield.service.pages = pages
    larkfield.once(hours=2)
    assert larkfield.acts() == [("hide", bad)]
