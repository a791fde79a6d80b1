"""Personal details, visitors' media, staff accounts."""

from __future__ import annotations

import pytest

from bot.detection import details
from bot.domain.comment import Attachment, Author, Place
from bot.domain.finding import Category, Confidence
from tests.cast import a_comment
from tests.classroom import found, said

DETAILS = {
    "mobile": ("ring me on 07700 900123", "07700 900123", "details.phone"),
    "mobile in one": ("text 07700900123 x", "07700900123", "details.phone"),
    "international": ("+44 7700 900123", "+44 7700 900123", "details.phone"),
    "with a zero in brackets": ("+44 (0)7700 900123", "+44 (0)7700 900123", "details.phone"),
    "landline": ("home is 01632 960123", "01632 960123", "details.phone"),
    "London": ("020 7946 0123", "020 7946 0123", "details.phone"),
    "hyphens": ("07700-900-123", "07700-900-123", "details.phone"),
    "bold digits": ("𝟎𝟕𝟕𝟎𝟎 𝟗𝟎𝟎𝟏𝟐𝟑", "𝟎𝟕𝟕𝟎𝟎 𝟗𝟎𝟎𝟏𝟐𝟑", "details.phone"),
    "e-mail": ("write to jo.bloggs@mail.example please", "jo.bloggs@mail.example", "details.email"),
    "e-mail spelt out": ("jo (at) mail (dot) example", "jo (at) mail (dot) example", "details.email"),
    "address": (
        "we live at 14 Harbour Rise, Larkfield ZZ99 1AA",
        "14 Harbour Rise, Larkfield ZZ99 1AA",
        "details.address",
    ),
    "date of birth": ("her dob is 3/4/2016", "dob is 3/4/2016", "details.birth"),
    "born on": ("he was born on 3rd April 2016", "born on 3rd April 2016", "details.birth"),
    "car": ("black Golf AB12 CDE blocked us in", "AB12 CDE", "details.car"),
    "car in lower case": ("the reg is ab12cde", "ab12cde", "details.car"),
}


@pytest.mark.parametrize(("message", "words", "rule"), DETAILS.values(), ids=DETAILS)
def test_details_are_found_where_they_stand(message, words, rule):
    (finding,) = found(message, Category.PERSONAL_DETAILS)
    assert (said(finding, message), finding.rule) == (words, rule)


NONE = {
    "price": "£12.50 each or 3 for £30.00",
    "time": "10.30 to 11.45, doors 09:00",
    "score": "we won 21-19, 3-2 and 120/140",
    "year": "class of 1998 to 2004",
    "date": "14/07/2026 and 2026-07-14",
    "sort of long number": "order 1234567890 arrived",
    "ISBN": "ISBN 978 0 14 036112 4",
    "helpline": "Childline is 0800 1111, advice on 0800 144 8848",
    "public number": "call 0300 123 4567 or 999 or 111",
    "the school's own e-mail": "office@larkfield.example or head@mail.larkfield.example",
    "a postcode alone": "sat nav ZZ99 1AA",
    "at sign": "see you @ the gate @7pm",
    "a class name": "well done 4b12 abc",
    "born without a date": "he was born on a Tuesday",
    "barcode": "5 012345 678900",
}


@pytest.mark.parametrize("message", NONE.values(), ids=NONE)
def test_other_numbers_are_left_alone(message):
    assert found(message, Category.PERSONAL_DETAILS) == []


def test_what_stands_in_the_schools_post_is_no_secret():
    post = "Book with the office on 01632 960100 or bookings@hall.example"
    answer = "is it 01632 960100 or bookings@hall.example?"
    assert found(answer, Category.PERSONAL_DETAILS, parent_post=post) == []
    assert found(answer, Category.PERSONAL_DETAILS, parent_post="Book now")


def test_the_schools_own_post_is_watched_for_details():
    assert found("Ring Sam on 07700 900123", Category.PERSONAL_DETAILS, place=Place.OWN_POST)


@pytest.mark.parametrize("kind", ["photo", "video_inline", "animated_image_video", "album"])
def test_a_visitors_photo_or_video_is_flagged(kind):
    (finding,) = found("", Category.VISITOR_MEDIA, attachment=Attachment(kind))
    assert (finding.confidence, finding.span) == (Confidence.SURE, None)


@pytest.mark.parametrize("kind", ["sticker", "share", "animated_image_share", "unknown"])
def test_stickers_and_links_are_no_media(kind):
    assert found("", Category.VISITOR_MEDIA, attachment=Attachment(kind)) == []


def test_the_schools_own_photos_are_its_own():
    assert found("", Category.VISITOR_MEDIA, attachment=Attachment("photo"), by_page=True) == []


ACCOUNTS = {
    "Facebook name": (Author("1", "Gracie Lav"), Confidence.SURE),
    "Facebook name in other letters": (Author("1", "gracie  LAV"), Confidence.SURE),
    "Facebook id": (Author("9000123", None), Confidence.SURE),
    "the same name": (Author("1", "Joan Cockburn"), Confidence.POSSIBLE),
}


@pytest.mark.parametrize(("author", "confidence"), ACCOUNTS.values(), ids=ACCOUNTS)
def test_staff_are_known_by_their_accounts(author, confidence):
    (finding,) = found("Great day", Category.STAFF_PERSONAL_ACCOUNT, author=author)
    assert finding.confidence is confidence


@pytest.mark.parametrize("author", [None, Author(None, None), Author("", ""), Author("5", "Joan Cockbourne")])
def test_nobody_else_is_taken_for_staff(author):
    assert found("Great day", Category.STAFF_PERSONAL_ACCOUNT, author=author) == []


CONTACTS = ("01632 960500", "Office@thornwick.example", "12 Hollins Lane, Thornwick, ZZ98 1AB")
CONTACTED = {
    "the school's number": ("ring 01632 960500", []),
    "written otherwise": ("ring (01632)960500 or +44 1632 960500", []),
    "its mail elsewhere": ("write to office@thornwick.example", []),
    "its address": ("we are at 12 Hollins Lane, Thornwick ZZ98 1AB", []),
    "a neighbour with its postcode": ("he lives at 14 Hollins Lane, Thornwick ZZ98 1AB", ["details.address"]),
    "another number": ("ring 01632 960501", ["details.phone"]),
    "another's mail there": ("write to jo.bloggs@thornwick.example", ["details.email"]),
}


@pytest.mark.parametrize(("message", "rules"), CONTACTED.values(), ids=CONTACTED)
@pytest.mark.parametrize("by_page", [False, True])
def test_the_schools_own_contacts_are_nobodys_details(message, rules, by_page):
    found = details.detector((), CONTACTS)(a_comment(message, by_page=by_page))
    assert [finding.rule for finding in found] == rules


OFFICE = {
    "the office's number": ("please ring the school office on 01632 960744", True),
    "reception": ("Reception: 01632 960744", True),
    "us": ("call us today on 01632 960744", True),
    "a role's mail": ("bookings to clubs@chess.example", True),
    "a venue": ("we meet at Thornwick Village Hall, 3 High Street, Thornwick ZZ98 1AA", True),
    "a mobile": ("ring the school office on 07700 900123", False),
    "a person": ("ring Kelly at home on 01632 960744", False),
    "a person's mail": ("bookings to kelly.harker@mail.example", False),
    "a home": ("the walk begins at 3 High Street, Thornwick ZZ98 1AA", False),
}


@pytest.mark.parametrize(("message", "public"), OFFICE.values(), ids=OFFICE)
def test_what_the_school_says_is_public_is_so_only_in_its_own_posts(message, public):
    find = details.detector(())
    assert (find(a_comment(message, by_page=True, place=Place.OWN_POST)) == []) is public
    assert find(a_comment(message)) != []
