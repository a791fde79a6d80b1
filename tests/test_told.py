"""Whatever is out of order, somebody is told: once, and though another letter can't be written or sent."""

from __future__ import annotations

import pytest

from bot import telling
from bot.outside import Refused
from bot.pages.demo import Fault
from tests.school import SWEARING, body
from tests.watched import ago, asked, raising, watched


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        found.page.comment(found.post, SWEARING, at=ago(minutes=5))
        yield found


class Fails:
    """A postbox that fails for one person."""

    def __init__(self, postbox, to, error):
        self.postbox, self.to, self.error = postbox, to, error

    def send(self, message):
        if self.error and self.to in message["To"]:
            raise self.error
        self.postbox.send(message)


def test_a_letter_that_breaks_the_postbox_holds_up_no_other(larkfield):
    postbox = larkfield.service.postbox = Fails(larkfield.service.postbox, "head@", UnicodeError("x"))
    larkfield.once()
    assert len(larkfield.letters("slt@")) == 1
    postbox.error = None
    larkfield.once(minutes=3)
    assert len(larkfield.letters("head@")) == 1


def test_an_alert_that_can_not_be_written_holds_up_no_other(larkfield, monkeypatch):
    write = telling.letters.alert

    def alert(envelope, *values, **named):
        if "head@" in envelope.to.email:
            raise ValueError("a slip")
        return write(envelope, *values, **named)

    with monkeypatch.context() as broken:
        broken.setattr(telling.letters, "alert", alert)
        assert "tried again" in larkfield.once().errors[0]
    assert len(larkfield.letters("slt@")) == 1
    larkfield.once(minutes=3)
    assert len(larkfield.letters("head@")) == 1


def test_an_alert_that_is_refused_for_good_is_told_to_those_who_can_mend_the_address(larkfield):
    refused = Refused("mail.example refused the letter for good (code 550).")
    larkfield.service.postbox = Fails(larkfield.service.postbox, "slt@", refused)
    for _ in range(3):
        larkfield.once(minutes=3)
    (letter,) = larkfield.letters("ict@")
    assert "slt@larkfield.example" in body(letter)


def test_a_refused_letter_about_trouble_asks_for_no_further_letter(larkfield):
    refused = Refused("mail.example refused the letter for good (code 550).")
    larkfield.service.postbox = Fails(larkfield.service.postbox, "@", refused)
    for _ in range(5):
        larkfield.once(minutes=3)
    kinds = [row["kind"] for row in asked(larkfield, "SELECT kind FROM outbox ORDER BY id")]
    # Two alerts; each refusal is told to the head and to ICT support, and that is the end of it.
    assert sorted(kinds) == ["alert"] * 2 + ["trouble"] * 4


def test_a_disk_without_room_for_evidence_is_told_once_a_day(larkfield, monkeypatch):
    """Nothing is hidden without its record, and the running service drops the cycle's report."""
    monkeypatch.setattr("bot.evidence.files.keep", raising(OSError(28, "No space left on device")))
    for _ in range(4):
        larkfield.once(minutes=5)
    (letter,) = larkfield.letters("ict@")
    assert "could not be written to the disk" in body(letter)
    assert larkfield.acts() == []


def test_a_page_that_may_not_be_read_for_hours_is_told_as_unwatched(larkfield):
    larkfield.once()
    larkfield.page.faults.add(Fault.throttle(4, minutes=600).on("GET", "/feed"))
    for _ in range(30):
        larkfield.once(minutes=5)
    (letter,) = larkfield.letters("ict@")
    assert letter["Subject"] == "Schoolgate: the Page is not watched"


def test_an_incident_with_a_number_used_before_has_a_letter_of_its_own(larkfield, tmp_path):
    """After an older backup is restored numbers begin again; a mail system drops a Message-ID that it knows."""
    larkfield.once()
    before = {letter["Message-ID"] for letter in larkfield.letters("head@")}
    for file in (*larkfield.settings.store.glob("schoolgate.db*"), *larkfield.settings.evidence.glob("*/*")):
        file.unlink()
    larkfield.page.comment(larkfield.post, f"{SWEARING} again", at=ago(minutes=4))
    larkfield.once(hours=1)
    after = {letter["Message-ID"] for letter in larkfield.letters("head@")}
    assert len(after) > len(before)
