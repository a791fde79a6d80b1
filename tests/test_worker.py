"""One comment's way from the Page to the headteacher's alert, and what must hold on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.evidence.files import resolve
from bot.outside import NoBrowser, TryLater
from bot.pages.demo import Fault
from bot.store import comments, pages
from bot.verify import everything
from tests.school import PAGE, SWEARING, TOKEN, body, school


def ago(**time):
    return datetime.now(UTC) - timedelta(**time)


@pytest.fixture
def larkfield(tmp_path):
    with school(tmp_path) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        yield found


def test_a_comment_goes_the_whole_way(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.comment(larkfield.post, "lovely evening, thank you", at=ago(minutes=4))
    report = larkfield.once()
    assert (report.new, report.flagged, report.hidden, report.captured, report.mail_queued, report.mail_sent) == (
        3, 1, 1, 1, 2, 2,
    )  # fmt: skip
    assert report.errors == []
    assert larkfield.acts() == [("hide", bad)]
    (incident,) = larkfield.incidents()
    assert set(incident["steps"].values()) == {"done"}
    assert incident["alerts"] == {"head@larkfield.example": "sent", "slt@larkfield.example": "sent"}
    assert "hidden" in body(larkfield.letters("head@")[0])


def test_a_second_cycle_does_nothing_twice(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.once()
    report = larkfield.once(minutes=3)
    assert (report.new, report.flagged, report.hidden, report.mail_sent) == (0, 0, 0, 0)
    assert len(larkfield.acts()) == 1
    assert len(larkfield.letters()) == 2


def test_nothing_is_hidden_before_its_record_is_safe(larkfield, monkeypatch):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    with monkeypatch.context() as broken:
        broken.setattr("bot.evidence.files.keep", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
        report = larkfield.once()
    assert larkfield.acts() == []
    assert "could not be written to the disk" in report.errors[0]
    larkfield.once(minutes=5)
    assert [kind for kind, _ in larkfield.acts()] == ["hide"]


def test_the_record_holds_the_platforms_own_words_and_no_token(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.once()
    evidence = {e.kind: e for e in larkfield.incidents()[0]["evidence"]}
    content = resolve(larkfield.settings.evidence, evidence["record"].file).read_bytes()
    record = json.loads(content)
    assert json.loads(record["platform"]["object"]["content"])["message"] == SWEARING
    assert record["comment"]["id"] == bad
    assert TOKEN.encode() not in content


def test_the_picture_may_come_later(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.camera.error = NoBrowser("No browser was found.")
    report = larkfield.once()
    assert report.errors == []
    assert report.notes == {"No browser was found."}
    assert larkfield.acts() != []
    assert larkfield.incidents()[0]["steps"]["picture"] == "owed"
    larkfield.camera.error = None
    assert larkfield.once(hours=2).captured == 1


def test_a_browser_that_crashes_on_one_card_is_left_after_three_tries(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.camera.error = TryLater("The browser did not answer.")
    for _ in range(5):
        larkfield.once(hours=2)
    assert larkfield.incidents()[0]["steps"]["picture"] == "stuck"
    told = [body(letter) for letter in larkfield.letters("ict@")]
    assert sum("the step 'picture' could not be done" in text for text in told) == 1


def test_an_edit_that_turns_nasty_is_flagged_with_the_words_before_it(larkfield):
    comment = larkfield.page.comment(larkfield.post, "see you there", at=ago(minutes=5))
    assert larkfield.once().flagged == 0
    larkfield.page.edit(comment, SWEARING)
    report = larkfield.once(minutes=3)
    assert (report.edited, report.flagged, report.hidden) == (1, 1, 1)
    evidence = larkfield.incidents()[0]["evidence"]
    record = json.loads(resolve(larkfield.settings.evidence, evidence[0].file).read_bytes())
    assert record["earlier"][0]["message"] == "see you there"


def test_a_reply_and_a_visitors_post_are_read_too(larkfield):
    top = larkfield.page.comment(larkfield.post, "nice", at=ago(minutes=9))
    reply = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=8), parent=top)
    visitor = larkfield.page.post(SWEARING + " all", by=("u9", "A Visitor"), at=ago(minutes=7))
    assert larkfield.once().flagged == 2
    assert {target for _, target in larkfield.acts()} == {reply, visitor}


def test_what_a_person_puts_back_stays_back(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.once()
    larkfield.page.set_hidden(bad, False)
    for _ in range(3):
        larkfield.once(minutes=3)
    assert not larkfield.page.is_hidden(bad)
    assert len(larkfield.acts()) == 1


def test_a_restored_comment_with_new_words_is_judged_anew(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.once()
    larkfield.page.set_hidden(bad, False)
    larkfield.once(minutes=3)
    larkfield.page.edit(bad, "you utter wanker")
    larkfield.once(minutes=3)
    assert larkfield.page.is_hidden(bad)


def test_what_was_hidden_before_we_came_is_kept_as_evidence_and_not_our_success(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5), hidden=True)
    report = larkfield.once()
    assert (report.flagged, report.hidden) == (1, 0)
    assert larkfield.acts() == []
    assert "not by us" in larkfield.incidents()[0]["outcome"]
    assert "already hidden when first seen" in body(larkfield.letters("head@")[0])


def test_shadow_mode_touches_nothing_and_says_what_it_would_have_done(tmp_path):
    with school(tmp_path, SCHOOLGATE__MODERATION__MODE="shadow") as found:
        post = found.page.post("Concert", at=ago(hours=2))
        found.page.comment(post, SWEARING, at=ago(minutes=5))
        found.page.comment(post, "Alfie Harrison is a thief", at=ago(minutes=4))
        report = found.once()
        assert (report.flagged, report.hidden, report.captured) == (2, 0, 2)
        assert found.acts() == []
        assert all(r.method == "GET" for r in found.page.requests)
        assert "it would be hidden" in " ".join(body(found.letters("head@")[0]).split())


def test_a_pupil_named_is_hidden_at_once_and_its_deletion_waits_for_a_person(larkfield):
    named = larkfield.page.comment(larkfield.post, "Alfie Harrison is a thief", at=ago(minutes=5))
    larkfield.once()
    assert larkfield.acts() == [("hide", named)]
    assert larkfield.incidents()[0]["steps"]["delete"] == "owed"
    text = body(larkfield.letters("head@")[0])
    assert "waits for your decision: delete" in text
    assert "Alfie" not in text
    assert "Harrison" not in text


def test_automatic_deletion_deletes_at_once(tmp_path):
    with school(tmp_path, SCHOOLGATE__MODERATION__AUTOMATIC_DELETE="true") as found:
        post = found.page.post("Concert", at=ago(hours=2))
        named = found.page.comment(post, "Alfie Harrison is a thief", at=ago(minutes=5))
        assert found.once().deleted == 1
        assert found.acts() == [("delete", named)]
        assert len(found.incidents()[0]["evidence"]) == 2


def test_what_cannot_be_deleted_is_hidden_meanwhile(tmp_path):
    with school(tmp_path, SCHOOLGATE__MODERATION__AUTOMATIC_DELETE="true") as found:
        post = found.page.post("Concert", at=ago(hours=2))
        named = found.page.comment(post, "Alfie Harrison is a thief", at=ago(minutes=5))
        found.page.faults.add(Fault.error(503).on("DELETE", times=20))
        found.once()
        assert found.acts() == [("hide", named)]
        assert found.incidents()[0]["steps"]["delete"] == "owed"


def test_the_schools_own_post_is_watched_for_names_and_never_touched(larkfield):
    larkfield.page.post("Well done Alfie Harrison for winning!", at=ago(minutes=5))
    larkfield.page.comment(
        larkfield.post, "come along, it's bloody brilliant", by=(PAGE, "Larkfield"), at=ago(minutes=4)
    )
    report = larkfield.once()
    assert report.flagged == 1
    assert larkfield.acts() == []
    assert "stays up for a person to decide" in body(larkfield.letters("office@")[0])


def test_it_starts_from_now_unless_it_is_asked_to_look_back(tmp_path):
    with school(tmp_path, SCHOOLGATE__MODERATION__LOOK_BACK_DAYS="0") as found:
        post = found.page.post("Concert", at=ago(days=3))
        old = found.page.comment(post, SWEARING, at=ago(days=2))
        found.once()
        new = found.page.comment(post, SWEARING, at=datetime.now(UTC) + timedelta(seconds=5))
        report = found.once(minutes=3)
        assert report.flagged == 1
        assert found.acts() == [("hide", new)]
        found.page.edit(old, SWEARING + " still")
        assert found.once(minutes=3).flagged == 1


def test_one_bad_comment_never_stops_the_others(larkfield, monkeypatch):
    poison = larkfield.page.comment(larkfield.post, "poison", at=ago(minutes=5))
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=4))
    judge = larkfield.service.inspect

    def inspect(comment):
        if comment.id == poison:
            raise MemoryError("Alfie Harrison")
        return judge(comment)

    larkfield.service.inspect = inspect
    larkfield.once()
    assert larkfield.acts() == [("hide", bad)]
    unknown = next(i for i in larkfield.incidents() if i["comment"] == poison)
    assert unknown["alerts"] == {"head@larkfield.example": "sent"}
    assert larkfield.once(minutes=3).flagged == 0


def test_what_can_neither_be_judged_nor_handed_over_is_tried_again(larkfield, monkeypatch):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=4))
    with monkeypatch.context() as broken:
        broken.setattr(
            "bot.store.incidents.open_incident", lambda *_, **__: (_ for _ in ()).throw(ValueError)
        )
        report = larkfield.once()
    assert "tried again" in " ".join(report.errors)
    assert larkfield.once(minutes=3).flagged == 1


def test_a_detector_that_fails_sends_the_comment_to_a_person(larkfield, monkeypatch):
    from bot.detection.inspector import Inspector

    def fails(_comment):
        raise RuntimeError

    larkfield.page.comment(larkfield.post, "a lovely evening", at=ago(minutes=4))
    larkfield.service.inspect = Inspector({"names": fails}).inspect
    larkfield.once()
    assert {i["urgency"] for i in larkfield.incidents()} == {"soon"}
    assert "could not be checked" in body(larkfield.letters("head@")[0])
    assert larkfield.acts() == []


def test_a_possible_finding_is_for_the_daily_review_only(larkfield):
    larkfield.page.comment(larkfield.post, "hello", by=("u5", "Joan Pike"), at=ago(minutes=4))
    report = larkfield.once()
    assert (report.flagged, report.hidden, report.mail_queued) == (1, 0, 0)
    assert larkfield.incidents()[0]["urgency"] == "daily"


def test_a_comment_that_was_removed_before_we_came_is_done_with_a_note(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    judge = larkfield.service.inspect

    def and_then_it_is_gone(comment):
        if comment.id == bad and larkfield.page.exists(bad):
            larkfield.page.remove(bad)
        return judge(comment)

    larkfield.service.inspect = and_then_it_is_gone
    report = larkfield.once()
    (incident,) = larkfield.incidents()
    assert incident["steps"]["hide"] == "done"
    assert incident["outcome"] == "gone before we came to it"
    assert report.hidden == 0
    assert incident["evidence"] != []


def test_a_comment_edited_before_we_acted_is_not_hidden_for_its_old_words(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.error(503).on("POST"))
    larkfield.page.faults.add(Fault.error(503).on("GET", bad, times=9))
    larkfield.once()
    assert larkfield.acts() == []
    larkfield.page.faults.clear()
    larkfield.page.edit(bad, "sorry, that was unkind of me")
    larkfield.once(minutes=5)
    assert larkfield.acts() == []
    assert "changed the words" in larkfield.incidents()[0]["notes"]["hide"]


def test_a_write_that_came_through_without_an_answer_is_not_repeated(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.lost_answer().on("POST"))
    larkfield.once()
    assert larkfield.acts() == [("hide", bad)]
    assert sum(r.method == "POST" for r in larkfield.page.requests) == 1
    assert larkfield.incidents()[0]["steps"]["hide"] == "done"


def test_everything_verifies_afterwards(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.comment(larkfield.post, "ring me on 07700 900123", at=ago(minutes=4))
    larkfield.once()
    with larkfield.service.database() as db:
        assert list(everything(db, larkfield.settings.evidence)) == []


def test_a_page_taken_out_of_the_settings_leaves_its_work_for_when_it_is_back(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    with larkfield.service.database() as db:
        state = pages.state(db, PAGE, larkfield.now, timedelta(days=30))
        page = larkfield.service.pages[PAGE]
        for batch in page.read({}, state.since, larkfield.now, sweep=True):
            comments.save_batch(db, PAGE, batch, state.since, larkfield.now)
    watched = larkfield.service.pages
    larkfield.service.pages = {}
    larkfield.once()
    assert larkfield.incidents()[0]["steps"]["record"] == "done"
    assert larkfield.acts() == []
    larkfield.service.pages = watched
    assert larkfield.incidents()[0]["steps"]["hide"] in ("owed", "stuck")
