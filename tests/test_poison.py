"""Poison on the Page: each comment is judged or handed to a person, and none of them harms another.

All of it stands on one Page, between comments of ordinary people, and meets the real service in one cycle.
"""

from __future__ import annotations

import io
import json
import logging
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cli, logs, rules
from bot.commands.check import _answer
from bot.commands.common import answered
from bot.evidence.files import resolve
from bot.evidence.picture import ChromiumCamera
from bot.evidence.record import raw_object
from bot.pages.demo import Fault
from bot.verify import everything
from tests.poisons import IDS, RECORDS, WORDS
from tests.school import PUPILS, STAFF, SWEARING, TOKEN, body, school

INNOCENT = ("what a lovely evening", "is there parking at the back?", "well done everyone")
ALONE = {f"{name}, alone": {"message": words} for name, words in WORDS.items()}
SWORN = {f"{name}, swearing": {"message": f"{words} {SWEARING}"} for name, words in WORDS.items()}
SHAPED = {name: {"message": f"you lot, {SWEARING}", **fields} for name, fields in RECORDS.items()}
NAMED = {f"id {name}": {"message": f"{SWEARING} {n}", "id": i} for n, (name, i) in enumerate(IDS.items())}
POISONS = {**ALONE, **SWORN, **SHAPED, **NAMED, "no words": {"message": None}}
BAD = {**SWORN, **SHAPED, **NAMED}
SAID_TO_THE_HEAD = 2  # letters: what was found, and what could not be done
NEVER_OURS = {"Cc", "Bcc", "X-Evil", "Reply-To"}


def ago(**time):
    return datetime.now(UTC) - timedelta(**time)


class Poisoned:
    """The Page with everything on it, and what the service made of it in one cycle."""

    def __init__(self, found):
        self.school, self.page, self.log = found, found.page, io.StringIO()
        self.post = found.page.post("Winter concert tonight", at=ago(hours=5))
        self.innocent, self.offending, self.mine = [], [], {}
        for n, (name, fields) in enumerate(POISONS.items()):
            at = ago(minutes=200 - n)
            self.mine[name] = found.page.comment(self.post, fields["message"], at=at)
            extra = {key: value for key, value in fields.items() if key != "message"}
            found.page.things[self.mine[name]].extra.update(extra)
            self.innocent.append(found.page.comment(self.post, INNOCENT[n % 3], at=at))
            self.offending.append(found.page.comment(self.post, f"{SWEARING} {n}", at=at))

    def live_through_a_cycle(self):
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        logs.set_up([TOKEN], level=logging.DEBUG, stream=self.log)
        try:
            self.report = self.school.once()
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
        self.incidents = self.school.incidents()
        self.letters = [f.read_bytes() for f in (self.school.folder / "outbox").glob("*.eml")]
        self.records = {i["id"]: self._record(i) for i in self.incidents}
        with self.school.service.database() as db:
            found = db.query("SELECT comment, judged, said FROM versions")
            self.judged = {json.loads(row["said"])["message"]: row["judged"] for row in found}
        return self

    def _record(self, incident):
        kept = {e.kind: e for e in incident["evidence"]}
        return resolve(self.school.settings.evidence, kept["record"].file).read_bytes()

    def incident(self, name):
        """The incident whose record holds the platform's own bytes of this poison."""
        wanted = {key: value for key, value in POISONS[name].items() if value is not None}
        wanted.setdefault("id", self.mine[name])
        for incident in self.incidents:
            told = json.loads(raw_object(self.records[incident["id"]]))
            if all(told.get(key) == value for key, value in wanted.items()):
                return incident
        return None


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    with school(tmp_path_factory.mktemp("poison")) as found:
        yield Poisoned(found).live_through_a_cycle()


@pytest.mark.parametrize("name", POISONS)
def test_every_poison_is_judged(poisoned, name):
    judged = poisoned.judged[POISONS[name]["message"] or ""]
    assert judged == "flagged" if name in BAD else judged in ("clear", "flagged")


@pytest.mark.parametrize("name", BAD)
def test_what_swears_is_kept_to_the_byte_with_its_picture_and_told(poisoned, name):
    incident = poisoned.incident(name)
    assert incident
    assert "profanity" in incident["categories"]
    steps = {k: v for k, v in incident["steps"].items() if k != "hide"}
    assert steps == {"record": "done", "picture": "done", "alert": "done"}


@pytest.mark.parametrize("name", {**SWORN, **SHAPED})
def test_what_swears_is_hidden_whatever_else_is_in_it(poisoned, name):
    assert poisoned.page.is_hidden(poisoned.mine[name])
    assert poisoned.incident(name)["outcome"] == "hidden"


WELL_FORMED = {"id very long", "id a number too large", "id the Page itself"}


@pytest.mark.parametrize("name", NAMED)
def test_what_has_no_usable_id_is_for_a_person_and_never_said_to_be_done(poisoned, name):
    incident = poisoned.incident(name)
    if name in WELL_FORMED:
        assert incident["outcome"] == "gone before we came to it"
    else:
        assert (incident["steps"]["hide"], incident["outcome"]) == ("stuck", None)
    assert not poisoned.page.is_hidden(poisoned.mine[name])


def test_the_others_are_untouched_and_still_judged(poisoned):
    assert [c for c in poisoned.innocent if poisoned.page.is_hidden(c)] == []
    assert [c for c in poisoned.offending if not poisoned.page.is_hidden(c)] == []
    acted = Counter(target for _, target in poisoned.school.acts())
    assert set(acted.values()) == {1}
    assert set(poisoned.innocent) & set(acted) == set()


def test_no_id_leads_a_call_astray(poisoned):
    """Only what there is was acted on: neither the post nor the Page, by whatever name."""
    written = {r.path.rsplit("/", 1)[-1] for r in poisoned.page.requests if r.method != "GET"}
    gone = {"1001_" + "9" * 5_000, str(10**30), "100000000000001"}
    assert written <= {*poisoned.offending, *poisoned.mine.values()} | gone
    assert all(r.method in ("GET", "POST") for r in poisoned.page.requests)


def test_each_person_gets_few_letters_and_each_incident_is_told(poisoned):
    for who in ("head@", "ict@"):
        assert len(poisoned.school.letters(who)) <= SAID_TO_THE_HEAD + 1
    told = Counter(
        int(n)
        for letter in poisoned.school.letters("head@")
        for n in str(letter.get("X-Schoolgate-Incidents", "")).split(",")
        if n
    )
    assert told == Counter(i["id"] for i in poisoned.incidents)


def test_the_letters_headers_are_intact(poisoned):
    assert poisoned.letters
    for content in poisoned.letters:
        head = content.split(b"\r\n\r\n", 1)[0]
        assert head.isascii()
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", head)
        letter = message_from_bytes(content, policy=SMTP)
        assert max(Counter(letter.keys()).values()) == 1
        assert set(letter.keys()) & NEVER_OURS == set()
        assert set(letter.keys()) >= {"Subject", "From", "To", "Date", "Message-ID"}
        assert [a.addr_spec.rpartition("@")[2] for a in letter["To"].addresses] == ["larkfield.example"]
        assert letter.defects == []


def test_the_letters_hold_no_word_of_it(poisoned):
    for letter in (message_from_bytes(content, policy=SMTP) for content in poisoned.letters):
        for part in letter.walk():
            text = part.get_content() if part.get_content_maintype() == "text" else ""
            for sign in ("trap.example", "alert(1)", "7*7", "DROP TABLE", "\x1b", "fucking", "\ud83d"):
                assert sign not in text, sign


def test_the_log_is_one_json_object_a_line_and_quotes_nobody(poisoned):
    lines = poisoned.log.getvalue().splitlines()
    assert lines
    for line in lines:
        entry = json.loads(line)
        assert set(entry) == {"at", "level", "from", "event"}
        assert line.isascii()
        assert "fucking" not in entry["event"]
        assert entry["event"] != "hacked"
    assert TOKEN not in poisoned.log.getvalue()


def test_chain_and_evidence_verify_afterwards(poisoned):
    with poisoned.school.service.database() as db:
        assert list(everything(db, poisoned.school.settings.evidence)) == []


def visible(text):
    """Whether a terminal or a pager would show all of it as it is."""
    return not [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign != "\n"]


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["words", "json"])
def test_incidents_prints_it_visibly(poisoned, capsys, monkeypatch, option):
    monkeypatch.setenv("TOKEN", TOKEN)
    assert cli.main(["incidents", "--config", str(poisoned.school.settings.path), *option]) == 0
    said = capsys.readouterr().out
    assert visible(said)
    assert len(said.splitlines()) == len(poisoned.incidents)


def test_the_spreadsheet_takes_it_as_text(poisoned, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", TOKEN)
    file = tmp_path / "log.csv"
    assert cli.main(["incidents", "--config", str(poisoned.school.settings.path), "--csv", str(file)]) == 0
    assert not re.search(r'(?m)(^|",)"[=+\-@\t]', file.read_text(encoding="utf-8-sig"))


def test_the_next_cycle_flags_nothing_twice(poisoned):
    report = poisoned.school.once(hours=7)
    assert (report.new, report.edited, report.flagged, report.hidden) == (0, 0, 0, 0)


@pytest.fixture
def larkfield(tmp_path):
    with school(tmp_path) as found:
        found.post = found.page.post("Winter concert tonight", at=ago(hours=2))
        yield found


def test_replies_thirty_levels_deep_are_all_read(larkfield):
    larkfield.page.replies_to_replies = "nest"
    above, bad = None, []
    for n in range(30):
        words = f"{SWEARING} {n}" if n % 10 == 9 else f"well, {n}"
        above = larkfield.page.comment(larkfield.post, words, parent=above, at=ago(minutes=60 - n))
        bad += [above] if n % 10 == 9 else []
    report = larkfield.once()
    assert (report.new, report.hidden, report.errors) == (31, 3, [])
    assert {target for _, target in larkfield.acts()} == set(bad)


def test_a_reply_below_itself_ends(larkfield):
    bad = larkfield.page.comment(larkfield.post, SWEARING, at=ago(minutes=5))
    larkfield.page.things[bad].extra["parent"] = {"id": bad, "message": SWEARING}
    assert larkfield.once().hidden == 1


@pytest.mark.parametrize("swears", [0, 1], ids=["the first swears", "the second swears"])
def test_one_id_on_two_posts_hides_neither_from_us(larkfield, swears):
    other = larkfield.page.post("Sports day", at=ago(hours=1))
    words = [SWEARING, "lovely evening"] if swears == 0 else ["lovely evening", SWEARING]
    first = larkfield.page.comment(larkfield.post, words[0], at=ago(minutes=9))
    second = larkfield.page.comment(other, words[1], at=ago(minutes=8))
    larkfield.page.things[second].extra["id"] = first
    larkfield.once()
    for _ in range(3):
        larkfield.once(minutes=3)
    assert len(larkfield.incidents()) == 1
    assert len(larkfield.letters("head@")) <= SAID_TO_THE_HEAD


def test_many_that_cannot_be_hidden_are_one_letter(larkfield):
    for n in range(40):
        larkfield.page.comment(larkfield.post, f"{SWEARING} {n}", at=ago(minutes=5))
    larkfield.page.faults.add(Fault.graph_error(100).on("POST", times=None))
    larkfield.once()
    (found,) = [body(letter) for letter in larkfield.letters("ict@")]
    assert "and 20 more: the step 'hide' could not be done" in " ".join(found.split())


DRAWN = {name: fields for name, fields in SHAPED.items() if "script" in name or "only" in name}
DRAWN |= {
    f"{name}, swearing": SWORN[f"{name}, swearing"]
    for name in ("60 kB", "10,000 emoji", "right to left", "NUL", "half an emoji", "script and style")
}
DRAWN |= {f"{name}, swearing": SWORN[f"{name}, swearing"] for name in ("8,000 combining marks", "template")}


@pytest.mark.browser
def test_the_picture_of_each_is_drawn_by_the_real_browser(larkfield):
    for name, fields in DRAWN.items():
        extra = {key: value for key, value in fields.items() if key != "message"}
        comment = larkfield.page.comment(larkfield.post, f"{fields['message']} {name}", at=ago(minutes=5))
        larkfield.page.things[comment].extra.update(extra)
    with ChromiumCamera() as camera:
        larkfield.service.camera = camera
        report = larkfield.once()
    assert (report.captured, report.errors) == (len(DRAWN), [])
    for incident in larkfield.incidents():
        kept = {e.kind: e for e in incident["evidence"]}
        picture = resolve(larkfield.settings.evidence, kept["picture"].file).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert 400 < int.from_bytes(picture[20:24], "big") <= 8_000


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roster")
    (folder / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
    policy = rules.policy_file("recommended", folder)
    return rules.judge(pupils=folder / "pupils.csv", staff=folder / "staff.csv", policy_file=policy)


def checked(judge, line):
    """What `check` prints for one line, as it prints it."""
    answer = answered(line, lambda record: _answer(record, judge, set()))
    said = json.dumps(answer, ensure_ascii=True)
    assert visible(said)
    assert json.loads(said) == answer
    return answer


@pytest.mark.parametrize("name", POISONS)
def test_check_judges_every_poison(judge, name):
    record = {"id": "1_2", **POISONS[name]}
    answer = checked(judge, json.dumps(record).encode())
    assert answer["id"] == record["id"]
    assert (answer["decision"]["action"] != "none") >= (name in BAD)
    words = record["message"] or ""
    for finding in answer["findings"]:
        if finding["start"] is not None:
            assert words[finding["start"] : finding["end"]] == finding["text"] != ""


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = "id message from created_time message_tags attachment attachments parent parent_post permalink_url is_hidden"
NO_OBJECT = st.binary(max_size=60).filter(lambda line: b"{" not in line) | SHAPES.map(
    lambda value: json.dumps([value]).encode()
)
NO_TROUBLE = settings(max_examples=150, deadline=None)


@NO_TROUBLE
@given(record=st.dictionaries(st.sampled_from(KEYS.split()) | st.text(max_size=8), SHAPES, max_size=8))
def test_check_answers_whatever_shape_a_record_has(judge, record):
    answer = checked(judge, json.dumps(record).encode())
    assert answer["id"] == record.get("id")
    assert set(answer) == {"id", "findings", "decision"}


@NO_TROUBLE
@given(line=NO_OBJECT)
def test_check_says_of_every_other_line_that_it_is_none(judge, line):
    assert checked(judge, line) == {"error": "this line is no JSON object"}
