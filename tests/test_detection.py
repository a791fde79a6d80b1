"""The first detection: full and first names, listed swearing, details, media, staff. Beside each row one that must not match."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.detection import build
from bot.detection.inspector import Inspector
from bot.domain.comment import Attachment, Author, Place, Tag
from bot.domain.finding import Category, Confidence, Tier
from bot.domain.roster import Pupil, PupilId, Roster, StaffId, StaffMember
from tests.cast import a_comment

RULES = Path(__file__).parent.parent / "moderation_rules"


def pupil(number, first, last, preferred=None):
    return Pupil(PupilId(f"P{number:03}"), first, last, preferred)


ROSTER = Roster(
    (
        pupil(1, "Alfie", "Harrison"),
        pupil(2, "Ellie", "Marsh"),
        pupil(3, "Oliver", "Hancock", "Ollie"),
        pupil(4, "Grace", "Okafor"),
        pupil(5, "Zoë", "Nowak-Hill"),
        pupil(6, "Alfie", "Cox"),
        pupil(7, "Will", "Tanner"),
        pupil(8, "Ayaan", "Khan"),
        pupil(9, "Siân", "O’Brien"),
    ),
    (
        StaffMember(StaffId("S1"), "Joan", "Pike", "Mrs", "Teacher", "Joanie P"),
        StaffMember(StaffId("S2"), "Oliver", "Dunn", "Mr"),
    ),
)


@pytest.fixture(scope="module")
def inspector():
    return build(ROSTER, RULES, ("www.larkfield.example",))


def found(inspector, message, category=None, **fields):
    inspection = inspector.inspect(a_comment(message, **fields))
    assert inspection.failures == ()
    return [f for f in inspection.findings if category is None or f.category is category]


NAMED = {
    "full name": ("well done Alfie Harrison in year 4", {"P001"}, "sure"),
    "lower case": ("well done alfie harrison in year 4", {"P001"}, "sure"),
    "upper case": ("ALFIE HARRISON IS A THIEF", {"P001"}, "sure"),
    "possessive": ("that is Alfie Harrison's coat", {"P001"}, "sure"),
    "preferred name": ("our ollie hancock scored", {"P003"}, "sure"),
    "diaeresis dropped": ("zoe nowak-hill was great", {"P005"}, "sure"),
    "apostrophe typed straight": ("Sian O'Brien was great", {"P009"}, "sure"),
    "word name in full": ("grace okafor has my daughters coat", {"P004"}, "sure"),
    "after an emoji": ("😀😀 Alfie Harrison", {"P001"}, "sure"),
    "zero width": ("Al\u200bfie Harri\u200bson", {"P001"}, "sure"),
    "first name": ("ayaan pushed my son", {"P008"}, "likely"),
    "shared first name": ("alfie has been brilliant", {"P001", "P006"}, "likely"),
    "first name and its possessive": ("Ellie's mum was rude to me", {"P002"}, "likely"),
    "two pupils": ("alfie and ayaan were fighting", {"P001", "P006", "P008"}, "likely"),
    "a word name in a frame": ("well done Grace, what a voice", {"P004"}, "likely"),
}


@pytest.mark.parametrize(("message", "pupils", "confidence"), NAMED.values(), ids=NAMED.keys())
def test_a_pupil_is_found_by_name(inspector, message, pupils, confidence):
    findings = found(inspector, message, Category.PUPIL_NAMED)
    assert {p for f in findings for p in f.pupils} == pupils
    assert {f.confidence.value for f in findings} == {confidence}


INNOCENT_NAMES = {
    "surname as a word": "The marsh was muddy on Ellis field",
    "longer name": "Ellison and Alfiesta are not names of ours",
    "word name as a word": "will there be a cake sale, by the grace of God",
    "word name opens the sentence": "Will you be there? Grace before meals please",
    "shouted word": "WILL THERE BE PARKING",
    "staff by title": "Mr Oliver was brilliant, so was Miss Ellie",
    "staff in full": "thank you Oliver Dunn for the concert",
    "famous surname": "we loved Alfie Boe at the Hall for Cornwall",
    "own husband": "my husband Oliver will bring the tables",
    "a road": "parked on Ellie Road again",
    "sign-off": "see you there, Ellie xx",
}


@pytest.mark.parametrize("message", INNOCENT_NAMES.values(), ids=INNOCENT_NAMES.keys())
def test_what_only_looks_like_a_pupil_is_left_alone(inspector, message):
    author = Author("u1", "Ellie Watts")
    assert found(inspector, message, Category.PUPIL_NAMED, author=author) == []


def test_a_tagged_account_is_no_pupil(inspector):
    tags = (Tag("9", "Alfie Harrison", "user", 3, 14),)
    assert (
        found(
            inspector, "😀 @Alfie Harrison look", Category.PUPIL_NAMED, tags=(Tag("9", "x", "user", 2, 15),)
        )
        == []
    )
    assert found(inspector, "hi Alfie Harrison look", Category.PUPIL_NAMED, tags=tags) == []


SWEARING = {
    "strongest": ("this school is fucking useless", Tier.STRONGEST, "fucking"),
    "strong": ("what a bunch of wankers", Tier.STRONG, "wankers"),
    "medium": ("absolute shite", Tier.MEDIUM, "shite"),
    "bollocks": ("that is bollocks", Tier.MEDIUM, "bollocks"),
    "mild thrown at somebody": ("you silly arse", Tier.MILD, "arse"),
    "starred": ("what the f***", Tier.STRONGEST, "f***"),
    "starred inside": ("sh*t parking", Tier.MEDIUM, "sh*t"),
    "leet": ("you w4nker", Tier.STRONG, "w4nker"),
    "at sign": ("tw@t", Tier.STRONG, "tw@t"),
    "stretched": ("fuuuuuck that", Tier.STRONGEST, "fuuuuuck"),
    "spaced": ("you f u c k i n g idiot", Tier.STRONGEST, "f u c k i n g"),
    "dotted": ("s.h.i.t.e", Tier.MEDIUM, "s.h.i.t.e"),
    "Cyrillic letters": ("you wаnkеr", Tier.STRONG, "wаnkеr"),
    "full width": ("ｆｕｃｋ off", Tier.STRONGEST, "ｆｕｃｋ"),
    "zero width": ("fu\u200bck off", Tier.STRONGEST, "fu\u200bck"),
    "curly quotes": ("“bollocks”", Tier.MEDIUM, "bollocks"),
    "in a compound": ("what a shitfuckery", Tier.STRONGEST, "shitfuckery"),
    "framed word": ("you absolute knob", Tier.STRONG, "knob"),
    "hyphenated": ("what a knob-head", Tier.STRONG, "knob-head"),
}


@pytest.mark.parametrize(("message", "tier", "words"), SWEARING.values(), ids=SWEARING.keys())
def test_swearing_is_found_with_its_tier_and_place(inspector, message, tier, words):
    (finding,) = found(inspector, message, Category.PROFANITY)
    assert finding.tier is tier
    assert message[finding.span.start : finding.span.end] == words


CLEAN = {
    "Scunthorpe": "we are off to Scunthorpe, Penistone and Clitheroe",
    "a surname of the roster": "Mr Hancock and the Cox family",
    "birds": "a blue tit and a cock robin on the bird table",
    "panto": "oh no it isn't! Dick Whittington tickets £5",
    "food": "faggots and peas, spotted dick, a knob of butter",
    "pets": "our guinea pigs and the pussy cat",
    "kisses and omg": "omg so proud xx xxx lol",
    "apostrophes": "he’ll be there, she’ll too, we can't wait",
    "mild alone": "bloody brilliant night, damn cold though",
    "school words": "SATs, class assembly, assessment week, passing the grass",
    "prices and times": "£5, 3.30pm, 4-0 to us, 2026, 7 x 8 = 56",
    "ducks": "the ducks on the duck pond, what luck",
    "count": "count them out, hunt the bunny",
    "stars for emphasis": "this was *the* best ** night",
    "a single masked letter": "rated 5*",
    "shot and ship": "great shot, ship ahoy, shirt on",
    "spaced letters": "a b c d e f g, P T A meeting",
}


@pytest.mark.parametrize("message", CLEAN.values(), ids=CLEAN.keys())
def test_innocent_words_are_left_alone(inspector, message):
    assert found(inspector, message, Category.PROFANITY) == []


DETAILS = {
    "mobile": ("ring 07700 900123 please", "07700 900123"),
    "mobile in one": ("07700900123", "07700900123"),
    "international": ("+44 7700 900123 is mine", "+44 7700 900123"),
    "landline": ("call 01632 960123 after six", "01632 960123"),
    "e-mail": ("write to jo.bloggs@mail.example", "jo.bloggs@mail.example"),
    "address": ("she lives at 14 Mill Lane, Oakby, ZZ9 9ZZ", "14 Mill Lane, Oakby, ZZ9 9ZZ"),
}


@pytest.mark.parametrize(("message", "words"), DETAILS.values(), ids=DETAILS.keys())
def test_personal_details_are_found(inspector, message, words):
    (finding,) = found(inspector, message, Category.PERSONAL_DETAILS)
    assert message[finding.span.start : finding.span.end] == words


NO_DETAILS = {
    "the school's own address": "office@larkfield.example or admissions@www.larkfield.example",
    "prices": "raised £1,234.56 and 2,500 pounds",
    "times and dates": "from 15:30 to 16:45 on 24/11/2026",
    "scores": "won 21-19 21-17 11-9",
    "a year span": "2019-2026",
    "a barcode": "5012345678900",
    "a handle": "follow @larkfieldpta",
}


@pytest.mark.parametrize("message", NO_DETAILS.values(), ids=NO_DETAILS.keys())
def test_other_numbers_and_addresses_are_left_alone(inspector, message):
    assert found(inspector, message, Category.PERSONAL_DETAILS) == []


MEDIA = {
    "photo": True,
    "video_inline": True,
    "sticker": False,
    "animated_image_share": False,
    "share": False,
    "odd": False,
}


@pytest.mark.parametrize(("kind", "flagged"), MEDIA.items(), ids=MEDIA.keys())
def test_only_photos_and_videos_of_visitors_are_media(inspector, kind, flagged):
    assert bool(found(inspector, "", Category.VISITOR_MEDIA, attachment=Attachment(kind))) is flagged
    assert not found(inspector, "", Category.VISITOR_MEDIA, attachment=Attachment(kind), by_page=True)


STAFF = {"Joanie P": "sure", "joanie  p": "sure", "Joan Pike": "possible", "Joan Piker": None, "": None}


@pytest.mark.parametrize(("name", "confidence"), STAFF.items(), ids=STAFF.keys())
def test_staff_are_known_by_the_name_that_the_school_gave(inspector, name, confidence):
    findings = found(inspector, "lovely", Category.STAFF_PERSONAL_ACCOUNT, author=Author("u9", name))
    assert [f.confidence.value for f in findings] == ([confidence] if confidence else [])


def test_the_schools_own_posts_may_be_proud_but_not_name_in_full(inspector):
    own = {"by_page": True, "place": Place.OWN_POST}
    assert [f.confidence for f in found(inspector, "well done ayaan", **own)] == [Confidence.POSSIBLE]
    assert [f.confidence for f in found(inspector, "well done Ayaan Khan", **own)] == [Confidence.SURE]
    assert found(inspector, "it was bloody cold, what a shite day", **own) == []


def test_a_comment_carries_all_that_applies(inspector):
    findings = found(
        inspector, "Alfie Harrison is a fucking thief, ring 07700 900123", attachment=Attachment("photo")
    )
    assert {f.category for f in findings} == {
        Category.PUPIL_NAMED, Category.PROFANITY, Category.PERSONAL_DETAILS, Category.VISITOR_MEDIA,
    }  # fmt: skip


def test_every_finding_says_why_in_a_sentence(inspector):
    for finding in found(inspector, "Alfie Harrison, ayaan: you fucking w4nker 07700 900123 a@b.example"):
        assert finding.why.endswith((".", ")."))
        assert "." in finding.rule


def test_a_detector_that_fails_is_reported_and_the_others_go_on():
    def fails(_comment):
        raise KeyError("Alfie Harrison")

    inspection = Inspector(
        {"broken": fails, "media": build(ROSTER, RULES).inspect and (lambda _c: [])}
    ).inspect(a_comment())
    assert [(f.detector, f.error) for f in inspection.failures] == [("broken", "KeyError")]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged_and_places_lie_inside_it(inspector_for_any_text, text):
    first = inspector_for_any_text.inspect(a_comment(text))
    assert first.failures == ()
    assert first == inspector_for_any_text.inspect(a_comment(text))
    for finding in first.findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)


@pytest.fixture(scope="module")
def inspector_for_any_text():
    return build(ROSTER, RULES)


LONG = {
    "one letter": "a" * 63_000,
    "emoji": "😀" * 10_000,
    "combining marks": "e" + "\u0301" * 8_000,
    "spaced letters": "a b " * 15_000,
    "digits": "1 " * 30_000,
    "stars": "*" * 60_000,
    "at signs": "a@" * 30_000,
    "dashes": "f-" * 30_000,
    "words": "the choir sang for Alfie Harrisons mum and 07 " * 2_000,
    "addresses": "14 mill lane " * 4_000,
}


@pytest.mark.parametrize("message", LONG.values(), ids=LONG.keys())
def test_a_huge_comment_is_judged_to_its_end_within_bounds(inspector, message):
    """A bound against patterns that explode, far above what it takes; the timings are benchmarks."""
    began = time.perf_counter()
    findings = found(inspector, message + " you fucking disgrace, alfie harrison")
    assert time.perf_counter() - began < 15
    assert {Category.PROFANITY, Category.PUPIL_NAMED} <= {f.category for f in findings}
