"""Who writes: staff from personal accounts, and authors who may be pupils. Beside each row one that must not match."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.detection import Inspector, authors
from bot.detection.pupils import lexicon
from bot.domain.comment import Author, Comment
from bot.domain.finding import Category, Confidence, Failure, Finding, Inspection
from bot.domain.roster import Pupil, PupilId, Roster, StaffId, StaffMember
from tests.cast import a_comment
from tests.classroom import RULES

KNOWN = lexicon.load(RULES)
OWN, OTHER = PupilId("P1"), PupilId("P2")
ROSTER = Roster(
    (
        Pupil(OWN, "Isabelle", "Whitworth", "Izzy"),
        Pupil(OTHER, "Oscar", "Denholm"),
        Pupil(PupilId("P3"), "Tamsin", "Pell"),
        Pupil(PupilId("P4"), "Rory", "Quayle", left_on="2026-07-20"),
        Pupil(PupilId("P5"), "Putri", ""),
        Pupil(PupilId("P6"), "Lily-Mae", "van der Berg"),
    ),
    (
        StaffMember(
            StaffId("S1"), "Joanne", "Whitworth", "Mrs", facebook_name="Jo Whitworth", children=(OWN,)
        ),
        StaffMember(StaffId("S2"), "Harry", "Hancock", "Mr", facebook_name="9000123"),
        StaffMember(StaffId("S3"), "Sinéad", "McGarrigle", "Ms"),
        StaffMember(StaffId("S4"), "Beatrice", "Lockwood-Hale", "Miss"),
        StaffMember(StaffId("S5"), "Daniel", "Osei", "Mr", facebook_name="Dan O", facebook_id="500500"),
        StaffMember(StaffId("S6"), "Holly", "Bright", "Miss", facebook_name="Holly Jane Bright"),
        StaffMember(StaffId("S7"), "Lee", "Mason", "Mr", facebook_name="Lee Mason"),
        StaffMember(StaffId("S8"), "Tamsin", "Pell", "Dr", facebook_name="Tamsin Pell"),
    ),
)
_FIND = authors.detector(ROSTER, KNOWN)
_NOTHING = Inspection()


def found(
    message: str, name: str | None, id: str | None = "u1", so_far: Inspection = _NOTHING, **more: object
):
    comment: Comment = a_comment(message, author=Author(id, name), **more)
    return [(finding.rule, finding.confidence.value) for finding in _FIND(comment, so_far)]


GIVEN = {
    "as it stands": ("Jo Whitworth", "sure"),
    "other letters": ("jo  WHITWORTH", "sure"),
    "fancy letters": ("𝒥𝑜 𝒲𝒽𝒾𝓉𝓌𝑜𝓇𝓉𝒽", "sure"),
    "emoji": ("🌸 Jo Whitworth 🌸", "sure"),
    "kisses": ("Jo Whitworth xx", "sure"),
    "title": ("Mrs Jo Whitworth", "sure"),
    "former name": ("Jo Whitworth (Ashton)", "sure"),
    "née": ("Jo Whitworth née Ashton", "sure"),
    "turned": ("Whitworth Jo", "sure"),
    "a middle name": ("Jo Marie Whitworth", "likely"),
    "without the middle name": ("Holly Bright", "likely"),
    "another middle name": ("Holly Ann Bright", "possible"),
    "turned, but both are first names": ("Mason Lee", None),
    "a pupil's name, too": ("Tamsin Pell", "likely"),
    "a shorter name": ("Jo", None),
    "a longer family name": ("Jo Whitworths", None),
    "the family name alone": ("Whitworth", None),
}


@pytest.mark.parametrize(("name", "confidence"), GIVEN.values(), ids=GIVEN)
def test_the_facebook_name_that_the_school_gave_is_known_as_people_write_it(name, confidence):
    got = [c for rule, c in found("Great day", name) if rule.startswith("staff.")]
    assert got == ([confidence] if confidence else [])


ALIKE = {
    "the whole name": "Joanne Whitworth",
    "with a middle name": "Joanne Mary Whitworth",
    "a short form": "Bea Lockwood-Hale",
    "a longer family name": "Joanne Whitworth-Pike",
    "a former name in brackets": "Joanne Pike (Whitworth)",
    "née": "Joanne Pike nee Whitworth",
    "title and family name": "Mrs Whitworth",
    "another title of hers": "Miss Whitworth",
    "title and initial": "Mrs J Whitworth",
    "initial": "J. Whitworth",
    "turned": "Whitworth Joanne",
    "accents and blanks": "Sinead Mc Garrigle",
    "half of a double name": "Bea Lockwood",
    "the double name without its hyphen": "Beatrice Lockwood Hale",
}
NOT_ALIKE = {
    "another family name": "Joanne Whitmore",
    "another first name": "Karen Whitworth",
    "another initial": "K Whitworth",
    "a man's title": "Mr Whitworth",
    "title and another initial": "Mrs K Whitworth",
    "first name and initial": "Sinead M",
    "first name": "Joanne",
    "family name": "Whitworth",
    "the names in other company": "Whitworth Joanne Nursery",
    "run into a word": "Joanne Whitworthy",
    "turned first names": "Mason Lee",
    "emoji": "🌸",
    "title": "Mrs",
    "brackets": "()",
    "empty": "",
}


@pytest.mark.parametrize("name", ALIKE.values(), ids=ALIKE)
def test_who_is_called_like_staff_is_a_question_for_the_daily_review(name):
    assert found("Great day", name) == [("staff.same_name", "possible")]


@pytest.mark.parametrize("name", [*NOT_ALIKE.values(), None], ids=[*NOT_ALIKE, "none"])
def test_nobody_else_is_taken_for_staff(name):
    assert found("Great day", name) == []


IDS = {
    "the id": ("500500", None, [("staff.facebook_id", "sure")]),
    "the id under any name": ("500500", "Somebody Else", [("staff.facebook_id", "sure")]),
    "an id in the column of names": ("9000123", "H", [("staff.facebook_id", "sure")]),
    "the name, and no id": (None, "Dan O", [("staff.facebook_name", "sure")]),
    "the name, but another id": ("777", "Dan O", [("staff.facebook_name", "possible")]),
    "a name alike, but another id": ("777", "Daniel Osei", []),
    "a name alike, and no id": (None, "Daniel Osei", [("staff.same_name", "possible")]),
    "an id as a name": ("777", "9000123", []),
    "neither": (None, None, []),
}


@pytest.mark.parametrize(("id", "name", "expected"), IDS.values(), ids=IDS)
def test_an_id_says_more_than_a_name(id, name, expected):
    assert found("Great day", name, id) == expected


def test_the_school_itself_is_not_its_staff():
    assert found("Great day, I'm 11", "Jo Whitworth", by_page=True) == []


def _named(*pupils: str, confidence: Confidence = Confidence.LIKELY) -> Inspection:
    finding = Finding(Category.PUPIL_NAMED, "names.first_name", "why", confidence)
    return Inspection(tuple(replace(finding, pupils=(PupilId(pupil),)) for pupil in pupils))


LOWERED, KEPT = [("staff.own_child", "possible")], [("staff.facebook_name", "sure")]
PARENTS = {
    "own child named": ("Izzy loved the trip", _named("P1"), LOWERED),
    "own child, no name": ("Our eldest loved the trip, thank you", _NOTHING, LOWERED),
    "own child, a word that may be a name": (
        "Will Izzy need boots",
        Inspection(_named("P1").findings + _named("P2", confidence=Confidence.POSSIBLE).findings),
        LOWERED,
    ),
    "another's child": ("Oscar loved the trip", _named("P2"), KEPT),
    "own and another's child": ("Izzy and Oscar loved it", _named("P1", "P2"), KEPT),
    "no child": ("Lovely day", _NOTHING, KEPT),
    "own class": ("Izzy and my class loved it", _named("P1"), KEPT),
    "own year": ("My daughter says my year fours were stars", _NOTHING, KEPT),
    "everybody": ("Izzy loved it, well done everyone", _named("P1"), KEPT),
    "names could not be judged": ("Our eldest loved it", Inspection((), (Failure("names", "E"),)), KEPT),
}


@pytest.mark.parametrize(("message", "so_far", "expected"), PARENTS.values(), ids=PARENTS)
def test_staff_who_write_only_about_their_own_child_write_as_a_parent(message, so_far, expected):
    assert found(message, "Jo Whitworth", so_far=so_far) == expected


def test_without_children_on_the_list_nobody_writes_as_a_parent():
    assert found("My son loved it", "Holly Jane Bright") == [("staff.facebook_name", "sure")]


def test_the_own_child_is_named_all_the_same():
    named = _named("P1")
    inspector = Inspector({"names": lambda _: list(named.findings)}, {"authors": _FIND})
    findings = inspector.inspect(a_comment("Izzy loved it", author=Author("u1", "Jo Whitworth"))).findings
    assert [f.rule for f in findings] == ["names.first_name", "staff.own_child"]


PUPILS_NAMES = {
    "first and family name": "Oscar Denholm",
    "known as": "Izzy Whitworth",
    "other letters": "oscar DENHOLM 🔥",
    "a name of many words": "lily mae Van Der Berg",
}
OTHER_NAMES = {
    "a leaver": "Rory Quayle",
    "first name": "Oscar",
    "a pupil with one name": "Putri",
    "a middle name more": "Oscar John Denholm",
    "nickname": "Ozzy Denholm",
    "title": "Mr Oscar Denholm",
    "former name": "Izzy Whitworth (Pike)",
    "nobody": "Sam Example",
}


@pytest.mark.parametrize("name", PUPILS_NAMES.values(), ids=PUPILS_NAMES)
def test_an_author_with_a_pupils_full_name_may_be_the_pupil(name):
    assert ("authors.may_be_pupil", "possible") in found("haha that was so fun", name)


@pytest.mark.parametrize("name", OTHER_NAMES.values(), ids=OTHER_NAMES)
def test_other_authors_are_no_pupils(name):
    assert found("haha that was so fun", name) == []


ADULTS = {
    "own child": "my daughter had so much fun",
    "long ago": "so much better than when i was there",
    "class of": "go on! class of 92",
    "age": "I'm 41 and I would have joined in",
    "work": "i work at the print shop, happy to help",
    "role": "I'm her uncle and very proud",
    "signed": "Happy to help with the stage. Oscar",
    "signed short": "Happy to help with the stage, Ozzy",
    "initials": "Happy to help with the stage. O.D.",
    "about a namesake": "young Oscar is better than his dad ever was",
}


@pytest.mark.parametrize("message", ADULTS.values(), ids=ADULTS)
def test_a_namesake_who_writes_as_an_adult_is_no_pupil(message):
    assert found(message, "Oscar Denholm") == []


AGES = [
    "im 11",
    "I'm 11!",
    "i’m only 10 lol",
    "I am twelve years old and this is unfair",
    "we won. im 9 and i scored",
    "i do the washing. im 12. dont tell",
    "i'm 8 and a half years old",
    "im 12 😂",
    "i'm in year 5",
    "hi i'm in y6 and we won",
    "loved it and am in yr 6!!",
    "im in year four at your school",
    "im in p7",
    "I'm in Year 10, can we come",
    "im in year 6 in mrs bells class",
]
NO_AGES = [
    "I'm 11 weeks pregnant",
    "im 12 minutes away",
    "I'm 10 times happier",
    "I'm 5'2 and can't see",
    "I'm 6 ft",
    "I'm 7.5 miles away",
    "I'm 10/10 impressed",
    "I'm 9th in the queue",
    "I'm 7 and counting",
    "I'm 8 and a half months gone",
    "explain it like I'm 5!",
    "wait till im 10, she said",
    "he said I'm 11 now",
    'she shouted "I\'m 11" at the till',
    "I'm 41 and still scared of Maths",
    "I'm 13",
    "he is 11 and in year 6",
    "my son is in year 5",
    "my daughter tells everybody I'm 11!",
    "when I was a kid I'd say I'm 9!",
    "I'm in year 4 classroom tomorrow",
    "I'm in the year 5 group chat",
    "I'm in year 2 of my degree",
    "I'm in Year 6 WhatsApp",
    "I'm in p5 of the car park queue",
    "I teach here, I'm in year 3.",
    "it opens at 10 am 11 at weekends",
    "team 11",
    "Tim 11",
]


@pytest.mark.parametrize("message", AGES)
@pytest.mark.parametrize("name", ["Sam Example", None])
def test_a_child_who_says_so_may_be_a_pupil(message, name):
    assert found(message, name) == [("authors.may_be_pupil", "possible")]


@pytest.mark.parametrize("message", NO_AGES)
def test_other_numbers_are_no_age_of_the_author(message):
    assert found(message, "Sam Example") == []


def test_the_words_that_say_the_age_are_shown():
    (finding,) = _FIND(a_comment("we won 🎉 im 11 lol"), _NOTHING)
    assert finding.span is not None
    assert "we won 🎉 im 11 lol"[finding.span.start : finding.span.end] == "im 11"
    assert finding.category is Category.SAFEGUARDING


def test_no_sentence_holds_a_name():
    for name in ("Jo Whitworth", "Joanne Whitworth", "Oscar Denholm", "Dan O"):
        for finding in _FIND(a_comment("haha", author=Author("u9", name)), _NOTHING):
            assert not any(word in finding.why for word in name.split() if len(word) > 1)


LONG = ["im " * 30_000, "my little " * 10_000, "a" * 90_000, "the " + "x" * 90_000, "i'm in year " * 8_000]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:12])
def test_long_texts_and_names_are_quick(text):
    began = time.perf_counter()
    found(text, "Oscar Denholm")
    found(text, "Jo Whitworth", so_far=_named("P1"))
    found("hi", text)
    assert time.perf_counter() - began < 2
