"""Incidents open whole; steps are given out in the right order, once, and never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.comment import Place
from bot.domain.decision import Action, Decision, Role, Urgency
from bot.domain.finding import Category, Confidence, Finding, Span, Tier
from bot.domain.incident import Evidence, Person, StepName, StepState
from bot.store import comments, incidents, journal, outbox, steps
from bot.store.database import first
from tests.cast import NOW, PAGE, a_batch, a_comment

HEAD = Person("Helen", "Head@school.example")
PEOPLE = dict.fromkeys(Role, (HEAD,)) | {Role.DSL: (Person("Imran", "dsl@school.example"),)}
HIDE = Decision(Action.HIDE, Urgency.SOON, (Role.HEADTEACHER, Role.SLT, Role.DSL), "R2")
DELETE = Decision(Action.DELETE, Urgency.NOW, (Role.HEADTEACHER,), "R1")
SWEARING = Finding(
    Category.PROFANITY, "language.word", "a swear word", Confidence.SURE, Span(0, 4), tier=Tier.STRONG
)
ACTS = (StepName.RECORD, StepName.HIDE, StepName.DELETE, StepName.PICTURE)


def opened(db, comment=None, decision=HIDE, *, mode="enforce", automatic_delete=False):
    comment = comment or a_comment()
    comments.save_batch(db, PAGE, a_batch(comment), NOW, NOW)
    return incidents.open_incident(
        db, comment, 1, (SWEARING,), decision, PEOPLE, NOW, mode=mode, automatic_delete=automatic_delete
    )


def names(db, incident):
    return {s.name: s for s in incidents.steps(db, incident)}


def record_is_kept(db, incident):
    incidents.keep_evidence(db, incident, Evidence("record", "ab/x.json", "0" * 64, 1, NOW), NOW)


def test_an_incident_owes_its_steps_and_is_in_the_journal(db):
    incident = opened(db)
    assert set(names(db, incident)) == {StepName.RECORD, StepName.PICTURE, StepName.HIDE, StepName.ALERT}
    assert first(db, "SELECT incident FROM journal WHERE event = 'opened'") == {"incident": incident}
    assert comments.owed(db) == []


@pytest.mark.parametrize("broken", ["_insert_finding", "_ask_for_alerts", "owe"])
def test_an_incident_opens_whole_or_not_at_all(db, monkeypatch, broken):
    def fails(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(incidents, broken, fails)
    with pytest.raises(OSError, match="disk full"):
        opened(db)
    for table in ("incidents", "findings", "steps", "alerts", "journal"):
        assert first(db, f"SELECT 1 FROM {table}") is None, table
    assert len(comments.owed(db)) == 1


def test_one_incident_for_one_version(db):
    opened(db)
    with pytest.raises(Exception, match="UNIQUE"):
        opened(db)


def test_nothing_is_hidden_before_its_record_is_safe(db):
    incident = opened(db)
    assert [s.name for s in steps.due(db, NOW, ACTS)] == [StepName.RECORD]
    (record,) = steps.due(db, NOW, ACTS)
    steps.done(db, record, NOW)
    assert steps.due(db, NOW, ACTS) == [], "ticked off without evidence is not enough"
    record_is_kept(db, incident)
    assert [s.name for s in steps.due(db, NOW, ACTS)] == [StepName.HIDE, StepName.PICTURE]


def test_hiding_does_not_wait_for_the_picture(db):
    incident = opened(db)
    record_is_kept(db, incident)
    picture = next(s for s in steps.due(db, NOW, ACTS) if s.name is StepName.PICTURE)
    steps.stuck(db, picture, NOW, "no browser")
    assert StepName.HIDE in [s.name for s in steps.due(db, NOW, ACTS)]


def test_delete_waits_for_a_person_and_the_comment_is_hidden_at_once(db):
    found = names(db, opened(db, decision=DELETE))
    assert found[StepName.DELETE].waits_for_a_person
    assert found[StepName.DELETE].state is StepState.OWED
    assert not found[StepName.HIDE].waits_for_a_person


def test_automatic_deletion_needs_no_tap(db):
    found = names(db, opened(db, decision=DELETE, automatic_delete=True))
    assert not found[StepName.DELETE].waits_for_a_person
    assert StepName.HIDE not in found


def test_shadow_mode_owes_no_act(db):
    found = names(db, opened(db, decision=DELETE, mode="shadow"))
    assert set(found) == {StepName.RECORD, StepName.PICTURE, StepName.ALERT}


def test_the_schools_own_post_is_never_touched(db):
    found = names(db, opened(db, a_comment(place=Place.OWN_POST, by_page=True), DELETE))
    assert set(found) == {StepName.RECORD, StepName.PICTURE, StepName.ALERT}


def test_what_was_hidden_before_we_came_is_not_our_success(db):
    incident = opened(db, a_comment(is_hidden=True))
    hide = names(db, incident)[StepName.HIDE]
    assert hide.state is StepState.DONE
    assert "not by us" in incidents.get(db, incident).outcome


def test_a_person_in_two_roles_is_told_once(db):
    told = outbox.told(db, opened(db))
    assert sorted(t["to"] for t in told) == ["dsl@school.example", "head@school.example"]


def test_a_busy_outside_is_tried_again_after_a_growing_pause(db):
    opened(db)
    pauses = []
    now = NOW
    for _ in range(8):
        (step,) = steps.due(db, now, ACTS)
        steps.begin(db, step)
        steps.put_off(db, step, now, "busy")
        due = first(db, "SELECT due_at FROM steps WHERE name = 'record'")["due_at"]
        later = now
        while not steps.due(db, later, ACTS):
            later += timedelta(minutes=1)
        pauses.append(int((later - now).total_seconds() // 60))
        now = later
        assert due
    assert pauses == [1, 2, 5, 15, 30, 60, 60, 60]


def test_a_wait_that_is_nobodys_fault_is_no_try(db):
    opened(db)
    (step,) = steps.due(db, NOW, ACTS)
    steps.begin(db, step)
    steps.put_off(db, step, NOW, "no browser", counts=False)
    (again,) = steps.due(db, NOW + timedelta(hours=2), ACTS)
    assert again.attempts == 0


def test_done_twice_is_one_entry_in_the_journal(db):
    opened(db)
    (step,) = steps.due(db, NOW, ACTS)
    steps.done(db, step, NOW)
    steps.done(db, step, NOW)
    assert first(db, "SELECT count(*) AS n FROM journal WHERE event = 'record_done'") == {"n": 1}


def test_a_stuck_step_leaves_the_others_alone_and_is_in_the_journal(db):
    incident = opened(db)
    record_is_kept(db, incident)
    hide = next(s for s in steps.due(db, NOW, ACTS) if s.name is StepName.HIDE)
    steps.stuck(db, hide, NOW, "refused")
    assert steps.count_stuck(db) == 1
    assert [s.name for s in steps.due(db, NOW, ACTS)] == [StepName.RECORD, StepName.PICTURE]


def test_evidence_that_was_swapped_with_its_row_is_betrayed_by_the_journal(db):
    incident = opened(db)
    record_is_kept(db, incident)
    assert incidents.unjournalled_evidence(db) == []
    db.execute("UPDATE evidence SET sha256 = ?", ("1" * 64,))
    assert "incident 1" in incidents.unjournalled_evidence(db)[0]


def test_the_words_of_a_finding_stand_as_they_stood(db):
    incident = opened(db, a_comment("\ud83d\x00 Nasty"))
    (found,) = incidents.findings(db, incident)
    assert found["words"] == '"\\ud83d\\u0000 N"'


def test_the_clock_going_back_does_not_hold_up_what_is_owed(db):
    opened(db)
    (step,) = steps.due(db, NOW, ACTS)
    steps.put_off(db, step, NOW, "busy")
    hour_ago = NOW - timedelta(hours=1)
    assert steps.due(db, hour_ago, ACTS) == []
    steps.all_due(db, hour_ago)
    assert steps.due(db, hour_ago, ACTS) == [step]


def a_letter(db, *told, email="head@school.example", now=NOW, kind="alert", id="<a@x>"):
    return outbox.queue(db, kind, email, id, now, b"letter", tells=list(told))


def test_a_letter_is_queued_once_under_its_message_id(db):
    incident = opened(db)
    assert a_letter(db, incident)
    assert not a_letter(db, incident)
    assert len(outbox.due(db, NOW)) == 1


def test_a_burst_becomes_few_letters(db):
    letters = 0
    for n in range(20):
        now = NOW + timedelta(seconds=20 * n)
        incident = opened(db, a_comment(id=f"1_{n}"))
        asked = outbox.gathered(db, "head@school.example", now)
        if asked:
            letters += bool(a_letter(db, *[a.incident for a in asked], now=now, id=f"<{incident}@x>"))
    later = NOW + timedelta(minutes=30)
    rest = outbox.gathered(db, "head@school.example", later)
    assert letters == 2
    assert len(rest) == 18


def test_an_urgent_alert_waits_for_no_burst(db):
    for n in range(3):
        incident = opened(db, a_comment(id=f"1_{n}"), DELETE)
        assert outbox.gathered(db, "head@school.example", NOW)
        a_letter(db, incident, id=f"<{n}@x>")


def test_while_the_mail_server_is_away_alerts_gather_for_one_letter(db):
    a_letter(db, opened(db), id="<1@x>")
    (letter,) = outbox.due(db, NOW)
    outbox.put_off(db, letter, NOW, "away")
    for n in range(2, 30):
        opened(db, a_comment(id=f"1_{n}"), DELETE)
    assert outbox.gathered(db, "head@school.example", NOW) == []
    outbox.sent(db, letter, NOW)
    assert len(outbox.gathered(db, "head@school.example", NOW)) == 28


def test_letters_are_tried_for_days_and_then_given_to_a_person(db):
    a_letter(db)
    now, tries = NOW, 0
    while letters := outbox.due(db, now):
        outbox.put_off(db, letters[0], now, "away")
        tries += 1
        now += timedelta(hours=1)
    assert now - NOW > timedelta(days=7)
    assert 100 < tries < 200
    assert outbox.refused_letters(db) == 1


def test_the_journal_knows_who_was_told_but_not_of_what_words(db):
    incident = opened(db, a_comment("secret words"))
    a_letter(db, incident)
    details = " ".join(r["details"] for r in db.query("SELECT details FROM journal"))
    assert "secret" not in details
    assert list(journal.verify(db)) == []
