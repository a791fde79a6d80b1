"""What is done on the Page, what is left alone, and that nothing else is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.outside import NoBrowser
from bot.pages.demo import Fault
from bot.store import comments
from tests.school import PAGE, SWEARING, body
from tests.watched import ago, asked, raising, watched


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        found.bad = found.page.comment(found.post, SWEARING, at=ago(minutes=5))
        yield found


def switch(found, mode):
    moderation = found.settings.moderation.model_copy(update={"mode": mode})
    found.service.settings = replace(found.settings, moderation=moderation)


def test_what_was_owed_before_shadow_mode_is_not_done_in_shadow_mode(larkfield):
    larkfield.page.faults.add(Fault.throttle(32, minutes=10).on("POST"))
    larkfield.once()
    switch(larkfield, "shadow")
    for _ in range(3):
        larkfield.once(hours=2)
    assert larkfield.acts() == []
    switch(larkfield, "enforce")
    larkfield.once(hours=2)
    assert larkfield.acts() == [("hide", larkfield.bad)]


def test_an_outage_of_days_leaves_no_hiding_to_be_done_by_hand(larkfield):
    larkfield.page.faults.add(Fault.throttle(32, minutes=1).on("POST"))
    larkfield.once()
    larkfield.page.faults.add(Fault.error(503).on(times=None))
    for _ in range(60):
        larkfield.once(hours=1)
    larkfield.page.faults.clear()
    larkfield.once(hours=2)
    assert larkfield.acts() == [("hide", larkfield.bad)]


def test_a_right_to_act_that_is_missing_is_told_once_a_day_while_the_page_is_read_well(larkfield):
    """Each good read ended the trouble, so each try an hour later was a new one with a letter of its own."""
    larkfield.page.faults.add(Fault.graph_error(200).on("POST", times=None))
    for _ in range(30):
        larkfield.once(hours=1)
    assert len(larkfield.letters("ict@")) == 2
    larkfield.page.faults.clear()
    for _ in range(30):
        larkfield.once(hours=1)
    assert larkfield.acts() == [("hide", larkfield.bad)]
    assert len(larkfield.letters("ict@")) <= 3
    assert asked(larkfield, "SELECT trouble FROM pages") == [{"trouble": None}]


def test_a_comment_that_somebody_removed_first_is_not_called_deleted(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch, SCHOOLGATE__MODERATION__AUTOMATIC_DELETE="true") as found:
        post = found.page.post("Concert", at=ago(hours=2))
        named = found.page.comment(post, "Alfie Harrison is a thief", at=ago(minutes=5))
        judge = found.service.inspect

        def and_then_it_is_gone(comment):
            if comment.id == named and found.page.exists(named):
                found.page.remove(named)
            return judge(comment)

        found.service.inspect = and_then_it_is_gone
        assert found.once().deleted == 0
        assert found.incidents()[0]["outcome"] == "gone before we came to it"
        assert "What was done: deleted" not in body(found.letters("head@")[0])


def test_our_own_hiding_is_not_laid_at_anothers_door_after_a_power_cut(larkfield, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr("bot.store.comments.hidden_by_us", raising(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            larkfield.once()
    larkfield.once(minutes=3)
    events = {row["event"] for row in asked(larkfield, "SELECT event FROM journal")}
    assert "hidden_elsewhere" not in events
    assert larkfield.incidents()[0]["outcome"] == "hidden"
    assert larkfield.acts() == [("hide", larkfield.bad)]


def test_a_field_that_facebook_leaves_out_is_no_person_putting_a_comment_back(larkfield):
    larkfield.once()
    larkfield.service.pages[PAGE]._reader._asking._dropped.add("is_hidden")
    larkfield.once(minutes=3)
    with larkfield.service.database() as db:
        assert comments.standing(db, larkfield.bad).hidden_by_us
        assert not comments.standing(db, larkfield.bad).restored


def test_a_browser_that_is_missing_is_looked_for_once_not_once_a_picture(larkfield):
    for n in range(10):
        larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=ago(minutes=5))
    looks = []

    def capture(_record):
        looks.append(1)
        raise NoBrowser("No browser was found.")

    camera, larkfield.camera.capture = larkfield.camera.capture, capture
    assert larkfield.once().notes == {"No browser was found."}
    assert len(looks) == 1
    larkfield.camera.capture = camera
    assert larkfield.once(minutes=11).captured == 11
