"""Pupils named, as the whole detection says it: clear comments in both directions, caution, reasons, rules, failures."""

from __future__ import annotations

import re
from typing import Any

import pytest
import spacy

from bot import detection
from bot.detection import Inspector
from bot.detection.text import folded
from bot.domain.comment import Author, Place, Tag
from bot.domain.finding import Category, Confidence, Failure, Finding
from bot.domain.roster import Pupil, PupilId, Roster, StaffId, StaffMember
from tests.cast import a_comment
from tests.classroom import RULES


def child(key: str, first: str, last: str, **fields: Any) -> Pupil:
    return Pupil(PupilId(key), first, last, **{"class_name": "Oak", **fields})


ROSTER = Roster(
    (
        child("G", "Grace", "Denholm"),
        child("W", "Will", "Ackroyd"),
        child("M", "May", "Underhay"),
        child("S", "Summer", "Fenwick"),
        child("H", "Hope", "Tamblyn"),
        child("R", "Rose", "Quayle"),
        child("J", "Jack", "Threlkeld"),
        child("P", "Poppy", "Osei"),
        child("F", "Faith", "Mbeki"),
        child("A", "Amber", "Sowerby"),
        child("D", "Daisy", "Pell"),
        child("K", "Mark", "Trevanion"),
        child("C", "Charlie", "Nowak"),
        child("E", "Ellie", "Marsh"),
        child("Y", "Harry", "Potts"),
        child("B", "Bailey", "Okonjo"),
        child("N", "Noah", "Hussain"),
        child("Z", "Zara", "Birtwistle", middle_names="Philippa", aliases=("Wobbles",)),
        child("X", "Rowan", "Wragg", class_name="Rowan"),
    ),
    (
        StaffMember(StaffId("S1"), "Grace", "Lavender", "Miss", "Teacher", "Gracie Lav"),
        StaffMember(StaffId("S2"), "Mark", "Hancock", "Mr", "Caretaker"),
    ),
)
INSPECTORS = {
    caution: detection.build(ROSTER, RULES, caution=caution) for caution in ("careful", "balanced", "quiet")
}


def named(message: str, inspector: Inspector = INSPECTORS["balanced"], **fields: Any) -> list[Finding]:
    """The pupils that are named, whatever the confidence."""
    inspection = inspector.inspect(a_comment(message, **fields))
    assert inspection.failures == ()
    return [finding for finding in inspection.findings if finding.category is Category.PUPIL_NAMED]


def acted_on(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.confidence is not Confidence.POSSIBLE]


# Clear to any reader. What the model happens to get wrong is measured on the hands, not listed here.
MEANT = (
    ("G", "grace was an absolute star tonight, her reading made me cry"),
    ("G", "so proud of Grace, she practised that solo for weeks"),
    ("G", "well done grace xx"),
    ("G", "grace's mum has got the tickets"),
    ("W", "well done will, you were brilliant in goal"),
    ("W", "will was so brave when he fell off the stage"),
    ("M", "may was the best shepherd up there, bless her"),
    ("M", "our may hasnt stopped singing since she got home"),
    ("S", "summer did so well in her race, she came second"),
    ("S", "Well done Summer and Noah, brilliant pair"),
    ("H", "hope looked so happy in her costume"),
    ("H", "Hope was crying at the gate again this morning, is she ok?"),
    ("R", "rose played the innkeeper and she was hilarious"),
    ("R", "huge well done to Rose for her recorder solo"),
    ("J", "jack pushed my son off the climbing frame"),
    ("P", "poppy was fab as the donkey"),
    ("P", "Poppy's little face when she saw us waving"),
    ("F", "faith read her poem so clearly, well done"),
    ("F", "Has Faith's water bottle turned up yet?"),
    ("A", "amber came home in tears because of that match"),
    ("D", "daisy and zara were holding hands all the way through"),
    ("D", "Well done Daisy, star of the week!"),
    ("K", "mark scored twice, what a player he is"),
    ("C", "charlie bit my daughter at lunch and nobody rang me"),
    ("C", "Charlie was amazing as Joseph"),
    ("E", "lovely singing Ellie"),
    ("E", "ellie you were brilliant xxx"),
    ("Y", "Harry fell over in the playground and nobody told his mum"),
    ("Y", "harry was so funny as the camel"),
    ("B", "bailey was sick on the bus, poor lad"),
    ("N", "noah has been off with chicken pox all week"),
    ("N", "noahs mum said he loved it"),
    ("Z", "zara hit my lad again"),
    ("G", "GRACE WAS AMAZING SO PROUD OF HER"),
    ("X", "rowan did such a good job as the narrator"),
)
NOT_MEANT = (
    "will there be a cake stall this year",
    "Will you be selling tickets on the door?",
    "WILL SOMEBODY PLEASE ANSWER THE PHONE",
    "who will be doing the raffle",
    "may i ask who to ring about dinners",
    "The trip is in May, back on 3 May",
    "May half term is the 25th",
    "roll on the summer holidays",
    "Summer term dates please?",
    "what a lovely summer fair",
    "hope everyone has a lovely christmas",
    "hope you all get home safe in this weather",
    "I really hope the rain stays off",
    "Hope to see you all there",
    "he said grace before lunch",
    "the saving grace was the mulled wine",
    "red rose on the table, lovely touch",
    "the price of tickets rose again this year",
    "daisy chains all over the field, lovely",
    "the poppy appeal boxes are in the office",
    "Poppy sellers will be at the gate on Friday",
    "have a bit of faith in the teachers",
    "faith schools get more money",
    "mark my words this will end in tears",
    "what mark did they need to pass",
    "Please mark your calendars for the fair",
    "amber weather warning tomorrow, will school be open",
    "the lights were on amber when that car went through",
    "does anyone have a car jack i could borrow",
    "Jack and the Beanstalk was brilliant",
    "thank you Mr Mark for fixing the gate",
    "Miss Grace is the best teacher",
    "thank you Grace Lavender and Mark Hancock for all you do",
    "Uncle Harry came to watch from Leeds",
    "my husband Mark can bring the van",
    "my sister Rose is coming with us",
    "Rose, my mother in law, made the cakes",
    "coach Charlie never shouts at them",
    "our neighbour Jack does the lights every year",
    "a harry potter quiz would be fun",
    "Prince Harry is on the telly again",
    "Charlie Brown was on last night",
    "Mark Wahlberg is in that film",
    "Noah's Ark is such a good choice for the play",
    "Charlie and the Chocolate Factory was wonderful",
    "the bus stops on Rose Street now",
    "parked on Daisy Lane again",
    "meet in the Rose and Crown after",
    "Grace Road is closed till Monday",
    "Rowan class assembly was fab",
    "the rowan tree by the gate has come down",
    "our dog Bailey loves the school run",
    "Baileys and ice for me after that concert",
    "it was so muddy on the marsh",
    "The Summer Reading Challenge starts soon",
    "may the best team win",
    "where theres a will theres a way",
    "good will to all men",
    "that is a lovely shade of amber",
    "we will, and you may, hope for the best this summer",
)


@pytest.mark.parametrize(("pupil", "message"), MEANT)
def test_a_child_is_seen_where_a_reader_sees_one(pupil: str, message: str) -> None:
    assert (PupilId(pupil),) in [finding.pupils for finding in acted_on(named(message))]


@pytest.mark.parametrize("message", NOT_MEANT)
def test_no_child_is_seen_where_a_reader_sees_none(message: str) -> None:
    assert acted_on(named(message)) == []


SIGNED = {
    "Grace Pemberton": "Thank you all so much. Grace x",
    "Rose Pemberton": "Hi I'm Rose from the PTA",
    "Ellie Sandford": "Brilliant night. Ellie xx",
    "Charlie Dunn": "See you all there, Charlie",
    "Mark Dunn": "Mark here, who has the keys?",
}


@pytest.mark.parametrize(("author", "message"), SIGNED.items())
def test_the_authors_own_name_is_no_childs(author: str, message: str) -> None:
    assert acted_on(named(message, author=Author("u7", author))) == []


TAGGED = {
    "Rose Pemberton": "Rose Pemberton look at this",
    "Grace": "Grace you need to see this",
    "Ellie Marsh": "😀 Ellie Marsh look at our tree",
    "Charlie Dunn": "thanks Charlie Dunn for the lights",
    "Zara Birtwistle": "well done Zara Birtwistle",
}


@pytest.mark.parametrize(("name", "message"), TAGGED.items())
def test_a_tagged_adult_is_no_child(name: str, message: str) -> None:
    tag = Tag("u9", name, "user", message.index(name), len(name))
    assert named(message, tags=(tag,)) == []


def test_the_tag_speaks_for_its_own_place_only() -> None:
    message = "Rose Pemberton did you see Ellie Marsh and Noah Hussain"
    findings = named(message, tags=(Tag("u9", "Rose Pemberton", "user", 0, 14),))
    assert [finding.pupils for finding in findings] == [("E",), ("N",)]


STAFF = (
    "thank you Grace Lavender",
    "GRACE LAVENDER and Mark Hancock",
    "ask Gracie Lav",
    "mark hancock fixed it",
)


@pytest.mark.parametrize("message", STAFF)
def test_staff_in_full_are_no_children(message: str) -> None:
    assert named(message) == []


TITLED = (
    "Miss Grace was lovely",
    "thanks Mr. Mark",
    "MRS ROSE IS THE BEST",
    "ask Dr Ellie",
    "Mr Harry, Sir Noah",
)


@pytest.mark.parametrize("message", TITLED)
def test_a_title_makes_an_adult(message: str) -> None:
    assert acted_on(named(message)) == []


@pytest.mark.parametrize("own", [{"by_page": True}, {"place": Place.OWN_POST}], ids=["reply", "post"])
@pytest.mark.parametrize("caution", INSPECTORS)
def test_the_school_may_give_first_names_whatever_the_caution(caution: str, own: dict[str, Any]) -> None:
    for message in ("Well done Noah!", "well done grace", "A huge thank you to Ellie and Zara"):
        assert acted_on(named(message, INSPECTORS[caution], **own)) == []
    (full,) = named("Well done Noah Hussain!", INSPECTORS[caution], **own)
    assert full.confidence is Confidence.SURE


ALL = tuple(message for _, message in MEANT) + NOT_MEANT


def places(caution: str, *, acted: bool) -> set[tuple[str, str]]:
    found = {message: named(message, INSPECTORS[caution]) for message in ALL}
    return {
        (message, str(finding.span))
        for message, findings in found.items()
        for finding in (acted_on(findings) if acted else findings)
    }


@pytest.mark.parametrize("acted", [True, False], ids=["acted on", "worth a look"])
def test_careful_sees_all_that_balanced_sees_and_balanced_all_that_quiet_sees(acted: bool) -> None:
    careful, balanced, quiet = (places(caution, acted=acted) for caution in ("careful", "balanced", "quiet"))
    assert careful >= balanced >= quiet
    assert len(careful) > len(quiet) > len(MEANT) / 2


WRONG_CAUTION = ("reckless", "", "Balanced")


@pytest.mark.parametrize("caution", WRONG_CAUTION)
def test_an_unknown_caution_is_no_silence(caution: str) -> None:
    inspection = detection.build(ROSTER, RULES, caution=caution).inspect(a_comment("well done Noah Hussain"))
    assert [failure.detector for failure in inspection.failures] == ["names"]


@pytest.mark.parametrize("caution", INSPECTORS)
def test_a_full_name_is_sure_whatever_the_caution(caution: str) -> None:
    message = "👩‍👧 so proud of zara birtwistle today"
    (finding,) = named(message, INSPECTORS[caution])
    assert (finding.confidence, finding.pupils) == (Confidence.SURE, ("Z",))
    assert finding.span
    assert message[finding.span.start : finding.span.end] == "zara birtwistle"


RULE = {
    "Well done Noah Hussain": "names.full_name",
    "hussain noah was brilliant": "names.full_name",
    "well done #NoahHussain": "names.full_name",
    "Well done Noah H": "names.first_name",
    "Well done Noah": "names.first_name",
    "well done wobbles": "names.alias",
    "well done Zara-Philippa, so proud of philippa": "names.middle_name",
    "well done Elly": "names.spelling",
    "well done noaah": "names.spelling",
    "well done nooooah": "names.first_name",
    "the Birtwistle lad again": "names.surname",
    "Z Birtwistle in the finals": "names.surname",
    "Well done Charley, what a star": "names.spelling",
    "well done n.o.a.h": "names.first_name",
}


@pytest.mark.parametrize(("message", "rule"), RULE.items())
def test_the_rule_says_what_of_a_name_was_given(message: str, rule: str) -> None:
    assert rule in [finding.rule for finding in named(message, INSPECTORS["careful"])]


def test_the_reason_is_a_sentence_and_holds_no_name() -> None:
    names = {
        word
        for pupil in ROSTER.pupils
        for name in (pupil.first_name, pupil.last_name, *pupil.aliases)
        for word in folded(name).split()
    } - {"may", "will"}  # words of any sentence
    found = [f for m in (*ALL, *RULE) for f in named(m, INSPECTORS["careful"])]
    assert len(found) > len(MEANT)
    for finding in found:
        assert finding.why.endswith(".")
        assert names.isdisjoint(re.findall(r"[a-z]+", finding.why.lower())), finding.rule
        assert finding.rule.startswith("names.")


def test_nobody_is_found_without_a_roster() -> None:
    nobody = detection.build(Roster(), RULES, caution="careful")
    assert all(named(message, nobody) == [] for message in (*ALL, *RULE, ""))


def test_a_broken_spacy_is_a_failure_at_every_comment_and_the_rest_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("[E050] Can't find model")

    monkeypatch.setattr(spacy, "load", broken)
    inspector = detection.build(ROSTER, RULES)
    for message in ("well done Noah Hussain", "lovely day", "what a shite day"):
        inspection = inspector.inspect(a_comment(message))
        assert Failure("names", "OSError") in inspection.failures
        assert bool(inspection.findings) is ("shite" in message)
