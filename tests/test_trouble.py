"""When the platform, the mail server, the disk or the clock is out of order: nothing lost, nothing twice, somebody told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import clock, daily, telling, worker
from bot.outside import NotAllowed, Refused, TryLater
from bot.pages.demo import Fault
from bot.service import Report
from bot.store import journal, pages
from bot.store.database import DatabaseProblem, sqlite3
from tests.school import PAGE, SWEARING, TOKEN, body, school


def ago(**time):
    return datetime.now(UTC) - timedelta(**time)


@pytest.fixture
def larkfield(tmp_path, monkeypatch):
    with school(tmp_path) as found:
        monkeypatch.setattr("bot.pages.calls.time.sleep", lambda _s: None)
        monkeypatch.setattr(clock, "now", lambda: found.now)
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        found.service.pages[PAGE]._calls._sleep = lambda _s: None
        found.service.pages[PAGE]._calls._now = lambda: found.now
        yield found


def calls(larkfield):
    return len(larkfield.page.requests)


BUSY = {
    "500": Fault.error(500),
    "502": Fault.error(502, "<html>Bad gateway</html>", {"Content-Type": "text/html"}),
    "503": Fault.error(503),
    "code 1": Fault.graph_error(1, http=500),
    "code 2": Fault.graph_error(2, http=500),
    "reset": Fault.reset(),
    "cut": Fault.cut(),
    "HTML with 200": Fault.body(b"<html>maintenance</html>", "text/html"),
    "empty": Fault.body(b""),
    "null": Fault.body(b"null"),
    "list": Fault.body(b"[]"),
    "no list in it": Fault.body(b'{"data":{}}'),
    "invalid UTF-8": Fault.body(b'{"data":[{"id":"\xff"}]}'),
    "NaN": Fault.body(b'{"data":[NaN]}'),
    "deep": Fault.body(b'{"data":' + b"[" * 100_000),
    "gzip bomb": Fault.gzip_bomb(),
    "huge": Fault.huge_content_length(),
    "redirect": Fault.redirect("https://evil.example/"),
}


@pytest.mark.parametrize("fault", BUSY.values(), ids=BUSY.keys())
def test_a_passing_fault_costs_nothing(larkfield, fault):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(fault.on("GET", "/feed"))
    larkfield.once()
    larkfield.once(minutes=3)
    assert larkfield.acts() == [("hide", bad)]
    assert len(larkfield.incidents()) == 1
    assert len(larkfield.letters("head@")) == 1


THROTTLES = [4, 17, 32, 341, 613, 80001]


@pytest.mark.parametrize("code", THROTTLES)
def test_no_call_is_made_while_the_platform_wants_silence(larkfield, code):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.throttle(code, minutes=30).on("GET", "/feed"))
    larkfield.once()
    before = calls(larkfield)
    for _ in range(5):
        larkfield.once(minutes=5)
    assert calls(larkfield) == before
    larkfield.once(minutes=10)
    assert larkfield.acts() == [("hide", bad)]


def test_silence_outlives_a_restart(larkfield):
    larkfield.page.faults.add(Fault.throttle(80001, minutes=30).on("GET", "/feed"))
    larkfield.once()
    with larkfield.service.database() as db:
        state = pages.state(db, PAGE, larkfield.now, timedelta())
    assert timedelta(minutes=29) < state.no_calls_until - larkfield.now <= timedelta(minutes=31)


def test_a_throttle_in_the_middle_of_hiding_is_heeded_and_finished_later(larkfield):
    bad = [larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=ago(minutes=5)) for n in range(6)]
    larkfield.page.faults.add(Fault.throttle(32, minutes=10).on("POST", nth=3))
    larkfield.once()
    assert len(larkfield.acts()) == 2
    assert sum(r.method == "POST" for r in larkfield.page.requests) == 3
    larkfield.once(minutes=5)
    assert len(larkfield.acts()) == 2
    larkfield.once(minutes=6)
    assert {target for _, target in larkfield.acts()} == set(bad)


DEAD = {
    458: "app was removed",
    459: "security check",
    460: "password was changed",
    463: "has expired",
    464: "not confirmed",
    467: "no longer valid",
    492: "lost the role",
    None: "does not accept",
}


@pytest.mark.parametrize(("subcode", "said"), DEAD.items())
def test_a_dead_token_stops_everything_and_tells_those_who_can_mend_it(larkfield, subcode, said):
    larkfield.once()
    larkfield.page.faults.add(Fault.graph_error(190, subcode).on(times=None))
    before = calls(larkfield)
    for _ in range(10):
        larkfield.once(minutes=5)
    assert calls(larkfield) - before <= 1, "no hammering: one try an hour"
    (letter,) = larkfield.letters("ict@")
    assert said in body(letter)
    assert letter["Subject"] == "Schoolgate: the Page is not watched"
    assert len(larkfield.letters("head@")) == 1


def test_the_unwatched_page_is_reminded_of_once_a_day_and_its_recovery_is_told(larkfield):
    larkfield.once()
    larkfield.page.faults.add(Fault.graph_error(190, 463).on(times=None))
    for _ in range(50):
        larkfield.once(hours=1)
    assert len(larkfield.letters("ict@")) == 3
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=1))
    larkfield.page.faults.clear()
    larkfield.once(hours=1)
    assert larkfield.acts() == [("hide", bad)]
    assert larkfield.letters("ict@")[-1]["Subject"] == "Schoolgate: the Page is watched again"


def test_a_new_token_is_tried_at_once(larkfield):
    larkfield.page.faults.add(Fault.graph_error(190, 463).on(times=None))
    larkfield.once()
    larkfield.page.faults.clear()
    larkfield.service.pages[PAGE].no_calls_until = None
    larkfield.service.token_marks = {PAGE: "another"}
    assert larkfield.once(minutes=1).errors == []


def test_a_persons_token_is_refused_by_name_before_any_act(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.token_kind = "user"
    larkfield.service.first_cycle = True
    report = larkfield.once()
    assert "a person's token" in report.errors[0]
    assert larkfield.acts() == []
    assert report.read == 0


def test_a_token_without_the_right_to_read_visitors_is_told(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.tasks = {"CREATE_CONTENT"}
    report = larkfield.once()
    assert "Moderate" in report.errors[0]


def test_a_token_that_may_not_act_still_reads_and_asks_once(larkfield):
    for n in range(5):
        larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=ago(minutes=5))
    larkfield.page.faults.add(Fault.graph_error(200).on("POST", times=None))
    report = larkfield.once()
    assert report.flagged == 5
    assert sum(r.method == "POST" for r in larkfield.page.requests) == 1
    assert larkfield.letters("ict@") != []
    assert {i["steps"]["hide"] for i in larkfield.incidents()} == {"owed"}
    assert "not hidden yet" in " ".join(body(larkfield.letters("head@")[0]).split())


def test_a_policy_block_stops_all_writes_for_hours_and_no_reads(larkfield):
    bad = [larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=ago(minutes=5)) for n in range(3)]
    larkfield.page.faults.add(Fault.graph_error(368).on("POST"))
    larkfield.once()
    for _ in range(5):
        assert larkfield.once(hours=1).read > 0
    assert sum(r.method == "POST" for r in larkfield.page.requests) == 1
    assert any("blocked the Page's actions" in body(letter) for letter in larkfield.letters("ict@"))
    larkfield.once(hours=2)
    assert {target for _, target in larkfield.acts()} == set(bad)


def test_a_page_that_does_not_answer_is_told_after_half_an_hour(larkfield):
    larkfield.once()
    larkfield.page.faults.add(Fault.reset().on(times=None))
    for _ in range(3):
        larkfield.once(minutes=5)
    assert larkfield.letters("ict@") == []
    for _ in range(6):
        larkfield.once(minutes=5)
    assert len(larkfield.letters("ict@")) == 1


def test_a_page_that_was_never_reached_is_told_at_once(larkfield):
    larkfield.page.faults.add(Fault.reset().on(times=None))
    larkfield.once()
    assert len(larkfield.letters("ict@")) == 1


def test_a_hide_that_no_one_confirms_is_found_done_later(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.lost_answer().on("POST"), Fault.error(503).on("GET", bad, times=8))
    larkfield.once()
    assert larkfield.incidents()[0]["steps"]["hide"] == "owed"
    larkfield.page.faults.clear()
    larkfield.once(minutes=5)
    assert larkfield.acts() == [("hide", bad)]
    assert sum(r.method == "POST" for r in larkfield.page.requests) == 1
    assert larkfield.incidents()[0]["steps"]["hide"] == "done"


CONVERGES = {
    "hidden by another meanwhile": None,
    "true instead of an object": Fault.true_instead_of_object(),
    "success false": Fault.success_false(),
    "before effect": Fault.before_effect_500(),
}


@pytest.mark.parametrize("fault", CONVERGES.values(), ids=CONVERGES.keys())
def test_a_hide_converges(larkfield, fault):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    if fault:
        larkfield.page.faults.add(fault.on("POST"))
    else:
        judge = larkfield.service.inspect
        larkfield.service.inspect = lambda c: (larkfield.page.set_hidden(bad, True), judge(c))[1]
    larkfield.once()
    larkfield.once(minutes=5)
    larkfield.once(minutes=5)
    assert larkfield.page.is_hidden(bad)
    assert larkfield.incidents()[0]["steps"]["hide"] == "done"


def test_a_hide_that_will_never_be_allowed_is_for_a_person(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.graph_error(100).on("POST"))
    larkfield.once()
    assert larkfield.incidents()[0]["steps"]["hide"] == "stuck"
    assert any("the step 'hide' could not be done" in body(letter) for letter in larkfield.letters("head@"))
    larkfield.once(minutes=5)
    assert sum("'hide'" in body(letter) for letter in larkfield.letters("head@")) == 1


def test_one_post_that_fails_does_not_lose_the_others(larkfield):
    other = larkfield.page.post("Sports day", at=ago(hours=1))
    for n in range(60):
        larkfield.page.comment(larkfield.post, f"nice {n}", at=ago(minutes=50))
    bad = larkfield.page.comment(other, SWEARING, at=ago(minutes=5))
    late = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=55))
    larkfield.page.faults.add(Fault.error(500).on("GET", f"{larkfield.post}/comments", times=4))
    report = larkfield.once()
    assert ("hide", bad) in larkfield.acts()
    assert "could not be read this time" in " ".join(report.errors)
    larkfield.once(minutes=3)
    assert ("hide", late) in larkfield.acts()


class Away:
    """A postbox that is out of order until it is mended."""

    def __init__(self, postbox, error):
        self.postbox, self.error, self.tries = postbox, error, 0

    def send(self, message):
        self.tries += 1
        if self.error:
            raise self.error
        self.postbox.send(message)


def test_mail_down_for_a_day_loses_nothing_and_floods_nobody(larkfield):
    postbox = Away(larkfield.service.postbox, TryLater("The mail server did not answer."))
    larkfield.service.postbox = postbox
    for n in range(24):
        larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=larkfield.now + timedelta(minutes=30))
        for _ in range(20):
            larkfield.once(minutes=3)
    assert larkfield.letters() == []
    assert postbox.tries <= 24 * 60
    postbox.error = None
    for _ in range(30):
        larkfield.once(minutes=3)
    told = [
        n for letter in larkfield.letters("head@") for n in str(letter["X-Schoolgate-Incidents"]).split(",")
    ]
    assert sorted(map(int, told)) == list(range(1, 25))
    assert len(larkfield.letters("head@")) <= 3
    assert any("This letter is late" in body(letter) for letter in larkfield.letters("head@"))


def test_a_letter_that_is_refused_for_good_is_seen_and_the_others_go(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    real = larkfield.service.postbox

    class RefusesOne:
        def send(self, message):
            if "slt@" in message["To"]:
                raise Refused("mail.example refused the letter for good (code 550).")
            real.send(message)

    larkfield.service.postbox = RefusesOne()
    report = larkfield.once()
    assert report.errors == ["mail.example refused the letter for good (code 550)."]
    assert larkfield.incidents()[0]["alerts"] == {
        "head@larkfield.example": "sent",
        "slt@larkfield.example": "refused",
    }


def test_a_password_that_is_refused_is_tried_again_when_it_may_be_mended(larkfield):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.service.postbox = Away(larkfield.service.postbox, NotAllowed("refused the password."))
    larkfield.once()
    larkfield.service.postbox.error = None
    larkfield.once(minutes=5)
    assert len(larkfield.letters("head@")) == 1


def test_killed_between_sending_and_ticking_off_the_letter_keeps_its_id(larkfield, monkeypatch):
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    with monkeypatch.context() as cut:
        cut.setattr("bot.store.outbox.sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            larkfield.once()
    first = {letter["Message-ID"] for letter in larkfield.letters()}
    larkfield.once(minutes=3)
    assert first < {letter["Message-ID"] for letter in larkfield.letters()}
    assert len(larkfield.letters("head@")) == 1


def test_a_pile_on_is_one_letter_a_person(larkfield):
    for n in range(40):
        larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=ago(minutes=5))
    report = larkfield.once()
    assert (report.hidden, report.mail_queued) == (40, 2)
    assert larkfield.letters("head@")[0]["Subject"] == "Schoolgate: 40 incidents"


def test_urgent_ones_do_not_wait_for_a_burst(larkfield):
    for n in range(4):
        larkfield.page.comment(larkfield.post, f"Alfie Harrison did it {n}", at=larkfield.now)
        larkfield.once(minutes=1)
    assert len(larkfield.letters("head@")) == 4


def test_a_disk_that_is_full_while_storing_is_told_from_memory_and_caught_up(larkfield, monkeypatch):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    with monkeypatch.context() as full:

        def no_room(*_args, **_kwargs):
            raise sqlite3.OperationalError("database or disk is full")

        full.setattr("bot.store.comments.save_batch", no_room)
        with pytest.raises(DatabaseProblem):
            larkfield.once()
        for _ in range(3):
            telling.cry_out(
                larkfield.service, "The store can't be written (database or disk is full).", larkfield.now
            )
    assert len(larkfield.letters("ict@")) == 1
    assert "disk is full" in body(larkfield.letters("ict@")[0])
    larkfield.once(minutes=3)
    assert larkfield.acts() == [("hide", bad)]


@pytest.mark.parametrize(
    "jump",
    [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-365 * 56), timedelta(days=365 * 14)],
    ids=["back", "forward", "1970", "2040"],
)
def test_a_clock_that_jumps_stops_nothing_and_floods_nobody(larkfield, jump):
    first = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.faults.add(Fault.error(503).on("POST"), Fault.error(503).on("GET", first, times=8))
    larkfield.once()
    larkfield.now += jump
    larkfield.page.faults.clear()
    larkfield.once(minutes=3)
    larkfield.once(minutes=3)
    assert larkfield.page.is_hidden(first)
    assert len(larkfield.letters("head@")) == 1
    with larkfield.service.database() as db:
        assert list(journal.verify(db)) == []


def test_retention_deletes_nothing_after_the_clock_leapt(larkfield):
    larkfield.page.comment(larkfield.post, "lovely", at=ago(minutes=5))
    with larkfield.service.database() as db:
        larkfield.once()
        daily.do_what_is_due(larkfield.service, db, larkfield.now.replace(hour=12))
        leapt = larkfield.now.replace(hour=12) + timedelta(days=365 * 14)
        daily.do_what_is_due(larkfield.service, db, leapt)
        kept = next(db.query("SELECT count(*) AS n FROM versions WHERE said IS NOT NULL"))["n"]
        assert kept == 2
        daily.do_what_is_due(larkfield.service, db, leapt + timedelta(days=1))
        gone = next(db.query("SELECT count(*) AS n FROM versions WHERE said IS NOT NULL"))["n"]
    assert gone == 0


def test_what_was_not_flagged_is_really_gone_from_the_file(larkfield):
    larkfield.page.comment(
        larkfield.post, "Unforgettable-Marker-4711 lovely", by=("u8", "Marker Person"), at=ago(minutes=5)
    )
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=4))
    larkfield.once()
    with larkfield.service.database() as db:
        for days in (1, 2, 40, 41):
            daily.do_what_is_due(larkfield.service, db, larkfield.now.replace(hour=12) + timedelta(days=days))
    stored = b"".join(f.read_bytes() for f in larkfield.settings.store.glob("schoolgate.db*"))
    assert b"Unforgettable-Marker-4711" not in stored
    assert b"Marker Person" not in stored
    assert len(larkfield.incidents()) == 1


def test_the_morning_letter_tells_of_a_gap(larkfield):
    larkfield.once()
    larkfield.once(hours=9)
    with larkfield.service.database() as db:
        telling.queue_morning(larkfield.service, db, larkfield.now)
        telling.deliver(larkfield.service, db, larkfield.now, Report())
    text = " ".join(body(larkfield.letters("office@")[0]).split())
    assert "It was NOT watched from" in text
    assert "Journal:" in text


def test_the_morning_letter_comes_once_a_day_also_when_the_clocks_change(larkfield):
    larkfield.now = datetime(2026, 10, 20, tzinfo=UTC)
    larkfield.once()
    zone_changes = [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
    for start in zone_changes:
        with larkfield.service.database() as db:
            for minutes in range(0, 48 * 60, 10):
                daily.do_what_is_due(larkfield.service, db, start + timedelta(minutes=minutes))
            queued = next(db.query("SELECT count(*) AS n FROM outbox WHERE kind = 'morning'"))["n"]
            db.execute("DELETE FROM outbox")
        assert queued == 2


def test_the_first_day_has_no_morning_letter_and_weeks_of_downtime_one(larkfield):
    larkfield.once()
    with larkfield.service.database() as db:
        daily.do_what_is_due(larkfield.service, db, larkfield.now.replace(hour=12))
        daily.do_what_is_due(larkfield.service, db, larkfield.now.replace(hour=12) + timedelta(days=21))
        assert next(db.query("SELECT count(*) AS n FROM outbox WHERE kind = 'morning'"))["n"] == 1


def test_the_token_is_in_nothing_that_was_written(larkfield, caplog):
    caplog.set_level("DEBUG")
    larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    for fault in (
        Fault.graph_error(190, 463),
        Fault.reset(),
        Fault.lost_answer(),
        Fault.error(500),
        Fault.next_elsewhere("https://evil.example/x"),
    ):
        larkfield.page.faults.add(fault)
        report = larkfield.once(hours=2)
        assert TOKEN not in str(report)
    for file in larkfield.folder.rglob("*"):
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes(), file
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(larkfield.service)


def test_two_pages_do_not_hold_each_other_up(larkfield):
    """One whose token is dead leaves the other watched."""
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    good = larkfield.service.pages[PAGE]

    class Dead:
        id = name = "2"
        calls = 0
        no_calls_until = no_writes_until = None
        warnings = ()

        def check(self):
            raise NotAllowed("The token lacks a permission.")

    larkfield.service.pages = {"2": Dead(), PAGE: good}
    larkfield.service.token_marks = {"2": "x", **larkfield.service.token_marks}
    worker.run_cycle(larkfield.service, larkfield.now)
    assert larkfield.acts() == [("hide", bad)]
