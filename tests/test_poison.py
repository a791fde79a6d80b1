"""Poison on the Page: each comment is judged or handed to a person, and none of them harms another.

All of it stands on one Page and meets the real service in one cycle, between comments of ordinary people.
"""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from bot import cli, logs
from bot.evidence.files import resolve
from bot.evidence.record import raw_object
from bot.store import comments
from bot.verify import everything
from tests.poisons import IDS, RECORDS, TRAP, WORDS
from tests.school import PAGE, SWEARING, TOKEN, school

INNOCENT = ["what a lovely evening", "is there parking at the back?", "well done everyone"]
BARE = {f"{name}, alone": {"message": words} for name, words in WORDS.items()}
SWORN = {f"{name}, swearing": {"message": f"{words} {SWEARING}"} for name, words in WORDS.items()}
SHAPED = {name: {"message": f"you lot, {SWEARING}", **fields} for name, fields in RECORDS.items()}
STRANGE = {f"id {name}": {"message": SWEARING, "id": own_id} for name, own_id in IDS.items()}
POISONS = {**BARE, **SWORN, **SHAPED, **STRANGE, "no words": {"message": None}}


def ago(**time):
    return datetime.now(UTC) - timedelta(**time)


class Poisoned:
    """The Page after one cycle, and everything that was written meanwhile."""

    def __init__(self, found):
        self.school, self.page = found, found.page
        self.post = found.page.post("Winter concert tonight", at=ago(hours=5))
        self.mine, self.innocent, self.offending = {}, [], []
        for n, (name, fields) in enumerate(POISONS.items()):
            at = ago(minutes=200 - n)
            self.mine[name] = self._put(dict(fields), at)
            self.innocent.append(found.page.comment(self.post, INNOCENT[n % 3], at=at))
            self.offending.append(found.page.comment(self.post, f"{SWEARING} {n}", at=at))
        self.log = io.StringIO()

    def _put(self, fields, at):
        own_id = self.page.comment(self.post, fields.pop("message"), at=at, **fields)
        return own_id

    def seen_as(self, name):
        """The id under which the service keeps it."""
        given = POISONS[name].get("id", self.mine[name])
        return str(given) if isinstance(given, str | int) else None

    def incident(self, name):
        return next((i for i in self.incidents if i["comment"] == self.seen_as(name)), None)


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    with school(tmp_path_factory.mktemp("poison")) as found:
        done = Poisoned(found)
        logs.set_up([TOKEN], level=logging.DEBUG, stream=done.log)
        done.report = found.once()
        done.again = found.once(minutes=3)
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        done.incidents = found.incidents()
        done.letters = [f.read_bytes() for f in (found.folder / "outbox").glob("*.eml")]
        yield done


def test_nothing_raises_and_everything_is_read(poisoned):
    assert poisoned.report.errors == []
    print(poisoned.report, poisoned.again)
    assert 0


@pytest.mark.parametrize("name", POISONS)
def test_every_poison_is_judged(poisoned, name):
    with poisoned.school.service.database() as db:
        found = db.execute("SELECT judged FROM versions WHERE comment = ?", [poisoned.seen_as(name)]).fetchall()
    assert found
