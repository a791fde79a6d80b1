"""`check-post`: the school's own drafts are held for the right reasons, and innocent ones are not.

`drafts.jsonl` is a table of 150 drafts with the reasons that a careful headteacher would give, beside an invented roster
(`drafts_pupils.csv`). d001-d075 were written before the program; the rest afterwards and without a change to it, but for
nine that were put in later: seven that looked hard (d084, d093, d095-d098, d102), two for language (d076, d088). On
2026-11-21 145 of 150 had exactly the right reasons; the table and the rules are by one hand, so strangers' drafts will do
less well. Three of the five wait for a better reading of names (d093, d095, d096: a name that is also a word, of a child,
without praise), one for Oliver Twist (d102), one for a detector of abuse without swearing (d098).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import rules
from bot.commands.check_post import _answer
from bot.commands.common import answered
from bot.domain.finding import Category, Confidence, Failure, Finding, Inspection, Span
from bot.domain.roster import Pupil, PupilId, Roster
from bot.policy import posts
from bot.policy.links import Allowed, OwnPage
from bot.policy.naming import Naming, NamingRule
from bot.policy.posts import Draft, Hanging, Medium, Reason
from tests.shell import ROOT, schoolgate

HERE = Path(__file__).parent
TABLE = [json.loads(line) for line in (HERE / "drafts.jsonl").read_text(encoding="utf-8").splitlines()]
ENOUGH = 0.95


@pytest.fixture(scope="module")
def thornwick():
    """The school of the table."""
    places = ("www.thornwick.example", "thornwickgazette.example")
    page = OwnPage("200000000000009", "Thornwick Primary School")
    return rules.judge(
        pupils=HERE / "drafts_pupils.csv",
        staff=HERE / "drafts_staff.csv",
        policy_file=rules.policy_file("recommended", HERE),
        sites=places[:1],
        contacts=("01632 960500",),
        naming=Naming(links=Allowed(places, (page,))),
    )


@pytest.fixture(scope="module")
def answers(thornwick):
    return {row["id"]: _answer(row, thornwick) for row in TABLE}


def test_the_table_is_whole(answers):
    assert len(TABLE) == len(answers) == 150
    assert sum(row["kind"] == "innocent word-name" for row in TABLE) >= 20
    assert {reason for row in TABLE for reason in row["expect"]} == set(Reason)
    assert not [row["id"] for row in TABLE if (row["kind"] == "held") != bool(row["expect"])]


def test_nearly_every_draft_has_exactly_the_right_reasons(answers):
    wrong = [row["id"] for row in TABLE if answers[row["id"]]["reasons"] != row["expect"]]
    assert len(wrong) <= len(TABLE) * (1 - ENOUGH), wrong


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_found_where_it_applies_and_nowhere_else(answers, reason):
    """Of the drafts that have it, and of those that were given it, separately."""
    due = {row["id"] for row in TABLE if reason in row["expect"]}
    given_it = {i for i, answer in answers.items() if reason in answer["reasons"]}
    assert len(due & given_it) >= 0.75 * len(due), due - given_it
    assert len(given_it - due) <= 1, given_it - due
    assert len(due ^ given_it) <= (1 - ENOUGH) * len(TABLE)


WAITS_FOR_NAMES = {"d102"}


def test_names_that_are_words_pass_in_innocent_drafts(answers):
    rows = [row for row in TABLE if row["kind"] == "innocent word-name" and row["id"] not in WAITS_FOR_NAMES]
    assert [row["id"] for row in rows if answers[row["id"]]["verdict"] != "ok"] == []


# What follows needs no detector: findings are made by hand.

PUPILS = (
    Pupil(PupilId("P1"), "Amara", "Okonjo", image_consent=True, video_consent=True, name_consent=True),
    Pupil(PupilId("P2"), "Tomasz", "Wilk", "Tomek", image_consent=False, video_consent=True, name_consent=False),
    Pupil(PupilId("P3"), "Zoë", "Holt"),
    Pupil(PupilId("P4"), "Freya", "Holt", image_consent=True, video_consent=False, name_consent=True),
    Pupil(PupilId("P5"), "Freya", "Nash", image_consent=False, video_consent=False, name_consent=True),
    Pupil(PupilId("P6"), "Leah", "Ward", image_consent=True, video_consent=True, name_consent=True, left_on="2025-07-22"),
    Pupil(PupilId("P7"), "Max", "Reid", image_consent=True, name_consent=True, left_on="2025-07-22"),
)  # fmt: skip
FULL, FIRST = "names.full_name", "names.first_name"


def named(words, pupils, rule=FIRST, confidence=Confidence.LIKELY):
    span = Span(0, len(words))
    return Finding(Category.PUPIL_NAMED, rule, "why", confidence, span, tuple(map(PupilId, pupils.split())))


def judged(message, *findings, media="", tagged=(), rule=NamingRule.FIRST_NAMES):
    hanging = tuple(Hanging(Medium(kind)) for kind in media.split())
    draft = Draft(message, hanging, tagged)
    inspections = [Inspection(findings)]
    return posts.judge(
        draft, inspections, Roster(PUPILS), Naming(rule, links=Allowed(("larkfield.example",)))
    )


def reasons(*arguments, **named):
    return " ".join(judged(*arguments, **named).reasons)


RULE = {
    "none, full": (NamingRule.NONE, FULL, "full_name"),
    "none, first": (NamingRule.NONE, FIRST, "no_name_consent"),
    "first names, full": (NamingRule.FIRST_NAMES, FULL, "full_name"),
    "first names, family name": (NamingRule.FIRST_NAMES, "names.surname", "full_name"),
    "first names, first": (NamingRule.FIRST_NAMES, FIRST, ""),
    "all but full, full": (NamingRule.ALL_BUT_FULL_NAMES, FULL, "full_name"),
    "all but full, family name": (NamingRule.ALL_BUT_FULL_NAMES, "names.surname", ""),
    "all but full, first": (NamingRule.ALL_BUT_FULL_NAMES, FIRST, ""),
}


@pytest.mark.parametrize(("rule", "found_by", "expected"), RULE.values(), ids=RULE)
def test_the_naming_rule_decides_how_much_of_a_name_is_too_much(rule, found_by, expected):
    words = {FULL: "Amara Okonjo", FIRST: "Amara"}.get(found_by, "Okonjo")
    finding = named(words, "P1", found_by)
    assert reasons(words, finding, rule=rule) == expected
    beside = expected.replace("full_name", "full_name_with_image")
    assert reasons(words, finding, media="photo", rule=rule) == beside
    assert reasons(words, finding, media="video", rule=rule) == beside


CONSENT = {
    "all given": ("P1", FIRST, "photo video", ""),
    "image refused": ("P2", FIRST, "photo", "no_image_consent no_name_consent"),
    "image refused, video given": ("P2", FIRST, "video", "no_name_consent"),
    "first name, unknown": ("P3", FIRST, "photo", "no_image_consent"),
    "first name, unknown, both": ("P3", FIRST, "video photo", "no_image_consent no_video_consent"),
    "first name, unknown, no image": ("P3", FIRST, "", ""),
    "full name, unknown, no image": ("P3", FULL, "", "full_name no_name_consent"),
    "first name, refused, no image": ("P2", FIRST, "", "no_name_consent"),
    "shared, one refused": ("P4 P5", FIRST, "photo", "no_image_consent"),
    "shared, all refused the video": ("P4 P5", FIRST, "video", "no_video_consent"),
    "shared first name, one refused the name": ("P1 P2", FIRST, "", ""),
    "shared full name, one refused the name": ("P1 P2", FULL, "", "full_name no_name_consent"),
    "a leaver who agreed": ("P6", FIRST, "photo", ""),
    "a leaver of whom nothing is known": ("P7", FIRST, "video", "no_video_consent"),
    "a leaver in full": ("P6", FULL, "", "full_name"),
}


@pytest.mark.parametrize(("pupils", "rule", "media", "expected"), CONSENT.values(), ids=CONSENT)
def test_consent_is_asked_for_each_medium_and_for_the_name(pupils, rule, media, expected):
    assert reasons("Somebody", named("Somebody", pupils, rule), media=media) == expected


TAGS = {
    "agreed": (("P1",), "photo", ""),
    "refused": (("P1", "P2"), "photo", "no_image_consent"),
    "refused the other medium": (("P2",), "video", ""),
    "no image": (("P2",), "", ""),
    "by full name": (("Tomasz Wilk",), "photo", "no_image_consent"),
    "by known-as name, lower case": (("tomek wilk",), "photo", "no_image_consent"),
    "without its sign": (("Zoe Holt",), "photo", "no_image_consent"),
    "by a first name that two have": (("Freya",), "photo", "no_image_consent"),
    "not on the roster": (("P99",), "photo", "no_image_consent"),
    "not on the roster, video": (("Nobody Atall",), "video", "no_video_consent"),
    "not on the roster, no image": (("P99",), "", ""),
}


@pytest.mark.parametrize(("tagged", "media", "expected"), TAGS.values(), ids=TAGS)
def test_who_is_tagged_is_in_the_picture(tagged, media, expected):
    assert reasons("Sports day", media=media, tagged=tagged) == expected


def test_a_tag_says_who_of_several_is_meant():
    finding = named("Freya", "P4 P5")
    assert reasons("Freya", finding, media="photo") == "no_image_consent"
    assert reasons("Freya", finding, media="photo", tagged=("P4",)) == ""
    assert reasons("Freya", finding, media="photo", tagged=("P5",)) == "no_image_consent"
    assert reasons("Freya", finding, media="photo", tagged=("P1",)) == "no_image_consent"
    (objection,) = judged("Freya", finding, media="photo").objections
    assert "2 pupils share the name" in objection.why


def test_a_name_that_is_only_possible_is_no_reason():
    for rule in (FIRST, FULL):
        finding = named("Rose", "P2", rule, Confidence.POSSIBLE)
        assert reasons("Rose", finding, media="photo video", rule=NamingRule.NONE) == ""


def test_a_caption_speaks_of_its_own_picture():
    draft = Draft("Concert", (Hanging(Medium.PHOTO, "Freya"), Hanging(Medium.VIDEO, "the choir")))
    found = [Inspection(), Inspection((named("Freya", "P4"),)), Inspection()]
    assert posts.judge(draft, found, Roster(PUPILS), Naming()).reasons == ()
    turned = Draft("Concert", (Hanging(Medium.PHOTO, "the choir"), Hanging(Medium.VIDEO, "Freya")))
    found = [Inspection(), Inspection(), Inspection((named("Freya", "P4"),))]
    assert posts.judge(turned, found, Roster(PUPILS), Naming()).reasons == (Reason.NO_VIDEO_CONSENT,)


WORDS = [*posts.LANGUAGE, Category.PERSONAL_DETAILS, Category.VISITOR_MEDIA, Category.CONCERN, Category.SPAM]


@pytest.mark.parametrize("category", WORDS)
def test_language_and_details_hold_a_draft_and_what_is_a_visitors_matter_does_not(category):
    expected = {Category.PERSONAL_DETAILS: "personal_details"} | dict.fromkeys(posts.LANGUAGE, "language")
    for confidence in Confidence:
        finding = Finding(category, "rule.x", "why", confidence, Span(0, 1))
        trusted = confidence is not Confidence.POSSIBLE
        assert reasons("x", finding) == (expected.get(category, "") if trusted else "")


def test_a_name_inside_an_allowed_link_asks_for_nothing():
    inside, outside = "larkfield.example/tomek-wilk", "elsewhere.example/tomek-wilk"
    assert reasons(inside, named(inside, "P2", FULL), media="photo") == ""
    expected = "full_name_with_image no_image_consent no_name_consent external_link"
    assert reasons(outside, named(outside, "P2", FULL), media="photo") == expected


def test_what_could_not_be_checked_is_held():
    failed = Inspection((), (Failure("names", "KeyError"),))
    judgement = posts.judge(Draft("Sports day"), [failed], Roster(PUPILS), Naming())
    assert judgement.held
    assert judgement.reasons == ()


def test_no_sentence_holds_a_pupils_name(answers):
    """The answer may end in a log or a mail: ids only. The roster's names that are words stay words."""
    names = [
        pupil.split(",")[2] for pupil in (HERE / "drafts_pupils.csv").read_text("utf-8").splitlines()[1:]
    ]
    said = " ".join(why for answer in answers.values() for why in answer["why"])
    assert said
    assert [name for name in names if name in said] == []


# The command.


def drafted(*lines, roster=ROOT / "data" / "demo" / "pupils.csv", cwd=ROOT):
    found = schoolgate("check-post", "--roster", roster, text="".join(f"{line}\n" for line in lines), cwd=cwd)
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_check_post_answers_line_for_line_in_order_whatever_comes():
    lines = [
        '{"id": "a", "message": "Sports day", "attachments": [{"type": "photo", "caption": "Tomasz Zielak"}]}',
        "no JSON",
        "[1]",
        '{"id": 7}',
        '{"id": "b", "message": ["x"]}',
        '{"id": "c", "attachments": {"type": "photo"}}',
        '{"id": "d", "attachments": ["photo"]}',
        '{"id": "e", "tagged_pupils": [[]]}',
        '{"id": "z", "message": "We are at https://www.larkfield.example, see you there", "attachments": null}',
    ]
    found = drafted(*lines)
    assert [("error" in f) for f in found] == [False, True, True, False, True, True, True, True, False]
    assert found[0]["reasons"] == ["full_name_with_image", "no_image_consent", "no_name_consent"]
    assert found[0]["pupils"] == ["P005"]
    assert found[3] == {"id": 7, "verdict": "ok", "reasons": [], "why": [], "pupils": []}
    assert [f["id"] for f in found[4:]] == ["b", "c", "d", "e", "z"]
    assert found[-1]["verdict"] == "ok"


def test_check_post_needs_no_settings_when_a_roster_is_named(tmp_path):
    (tmp_path / "p.csv").write_text("pupil_id,first_name,last_name\nP9,Alfie,Harrison\n")
    (found,) = drafted('{"id": 1, "message": "Alfie Harrison"}', roster=tmp_path / "p.csv", cwd=tmp_path)
    assert (found["verdict"], found["reasons"]) == ("hold", ["full_name", "no_name_consent"])


def test_check_post_answers_as_it_goes():
    command = [sys.executable, "-m", "bot", "check-post"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for n in range(3):
            process.stdin.write(b'{"id": "%d", "message": "A lovely day"}\n' % n)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(n)
        process.stdin.close()
        assert process.wait(20) == 0


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "caption", "url"]), inner, max_size=3)
    ),
    max_leaves=10,
)
RECORDS = st.dictionaries(
    st.sampled_from(["id", "message", "attachments", "tagged_pupils"]), SHAPES, max_size=4
)


@settings(max_examples=100, deadline=None)
@given(record=RECORDS)
def test_check_post_answers_whatever_shape_a_draft_has(thornwick, record):
    answer = answered(json.dumps(record).encode(), lambda found: _answer(found, thornwick))
    assert json.loads(json.dumps(answer)) == answer
    assert answer["id"] == record.get("id")
    assert "could not be judged" not in answer.get("error", "")
    assert set(answer) in ({"id", "error"}, {"id", "verdict", "reasons", "why", "pupils"})
