"""The Journal can only grow, and shows when somebody tried otherwise."""

from __future__ import annotations

import pytest
from sqlite_utils.utils import sqlite3

from bot.domain.decision import Action, Decision, Role, Urgency
from bot.domain.incident import Person
from bot.store import comments, incidents, journal
from tests.cast import NOW, PAGE, a_batch, a_comment

TAMPERING = {
    "a changed entry": ("UPDATE journal SET actor = 'nobody' WHERE seq = 2", "entry 2"),
    "a changed detail": ("UPDATE journal SET details = '{}' WHERE seq = 2", "entry 2"),
    "a changed time": ("UPDATE journal SET at = '2026-01-01T00:00:00Z' WHERE seq = 1", "entry 1"),
    "a removed entry": ("DELETE FROM journal WHERE seq = 2", "entry 2"),
    "a renumbered entry": ("UPDATE journal SET seq = 9 WHERE seq = 3", "entry 3"),
    "a cut tail": ("DELETE FROM journal WHERE seq = 3", "was cut"),
}


def three_entries(db):
    for n in range(3):
        journal.write(db, "opened", NOW, n=n)


def test_an_untouched_journal_verifies(db):
    three_entries(db)
    assert list(journal.verify(db)) == []
    assert journal.head(db).length == 3


def test_an_empty_journal_verifies(db):
    assert list(journal.verify(db)) == []


@pytest.mark.parametrize(("sql", "found"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_named(db, sql, found):
    three_entries(db)
    db.execute("DROP TRIGGER journal_keeps")
    db.execute("DROP TRIGGER journal_stays")
    db.execute(sql)
    assert found in next(journal.verify(db))


@pytest.mark.parametrize("sql", ["UPDATE journal SET actor = 'x'", "DELETE FROM journal"])
def test_the_database_itself_refuses_to_change_the_journal(db, sql):
    three_entries(db)
    with pytest.raises(sqlite3.DatabaseError, match="Journal is never"):
        db.execute(sql)


def test_a_tail_cut_by_a_careful_hand_is_betrayed_by_the_incidents(db):
    comments.save_batch(db, PAGE, a_batch(a_comment()), NOW, NOW)
    decision = Decision(Action.HIDE, Urgency.NOW, (Role.HEADTEACHER,), "R1")
    people = {Role.HEADTEACHER: (Person("Head", "head@x.example"),)}
    journal.write(db, "first", NOW)
    incidents.open_incident(
        db, a_comment(), 1, (), decision, people, NOW, mode="enforce", automatic_delete=False
    )
    db.execute("DROP TRIGGER journal_stays")
    db.execute("DELETE FROM journal WHERE seq = 2")
    db.execute("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'journal'")
    assert "incident 1" in next(journal.verify(db))
