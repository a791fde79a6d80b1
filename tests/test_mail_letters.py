"""Letters read well on a phone, hold nothing that they must not hold, and survive hostile names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import cast

import pytest

from bot.domain.finding import Category
from bot.domain.incident import Person
from bot.mail import letters
from bot.mail.paper import Envelope
from tests.cast import NOW

ENVELOPE = Envelope(
    "gate@larkfield.example",
    "Larkfield Primary School",
    Person("Helen Marsden", "head@larkfield.example"),
    "<incident-7.headteacher@larkfield.example>",
    NOW,
    "Europe/London",
    "https://gate.larkfield.example",
    "214 entries, ends 9f2c",
)
LINE = letters.AlertLine(
    7,
    ("pupil_named",),
    "now",
    "Larkfield",
    "comment",
    "hidden",
    "delete",
    "R1: No pupil is named.",
    NOW,
    ("headteacher",),
)


def parsed(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=SMTP))


def parts(content: bytes) -> tuple[str, str]:
    """The plain and the HTML part."""
    message = parsed(content)
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]
    plain, html = message.iter_parts()
    return str(plain.get_content()), str(html.get_content())


def test_one_incident_says_what_was_done_and_what_waits():
    plain, html = parts(letters.alert(ENVELOPE, [LINE], shadow=False))
    for text in (plain, re.sub(r"<[^>]+>", "", html)):
        assert "Incident 7: a pupil is named" in text
        assert "What was done: hidden." in text
        assert "waits for your decision: delete" in text
        assert "R1: No pupil is named." in text
        assert "Fri 20 Nov 2026, 22:04 GMT" in text
    assert "author's friends still do" in plain
    assert "https://gate.larkfield.example/incidents/7" in plain


def test_shadow_mode_says_that_nothing_was_touched():
    line = replace(LINE, done="it would be hidden")
    plain, _ = parts(letters.alert(ENVELOPE, [line], shadow=True))
    assert "Nothing on the Page was touched" in plain
    assert "it would be hidden" in plain
    assert "waits for your decision" not in plain


def test_many_incidents_are_one_letter_with_the_urgent_first():
    lines = [replace(LINE, incident=n, urgency="now" if n == 60 else "soon") for n in range(1, 81)]
    content = letters.alert(ENVELOPE, lines, shadow=False)
    plain, _ = parts(content)
    assert parsed(content)["Subject"] == "Schoolgate: 80 incidents, 1 urgent"
    assert plain.index("60. urgent: a pupil") < plain.index("1. a pupil")
    assert "30 more are in the log" in plain
    assert parsed(content)["X-Schoolgate-Incidents"].count(",") == 79


@pytest.mark.parametrize("category", ["safeguarding", "sexual"])
def test_what_is_locked_is_not_described(category):
    line = replace(LINE, categories=("abuse", category), clause="R12: Words that may mean a child at risk.")
    for lines in ([line], [line, replace(LINE, incident=8, categories=("spam",))]):
        plain, html = parts(letters.alert(ENVELOPE, lines, shadow=False))
        assert "See incident 7" in plain
        for told in (letters.in_plain_words(category), "abusive", "R12", "child"):
            assert told not in plain + html


@pytest.mark.parametrize(
    ("categories", "words"),
    [
        (("abuse",), "Incident 7: abusive words"),
        (("abuse", "threat"), "Incident 7: abusive words and a threat"),
        (("abuse", "profanity", "threat"), "Incident 7: abusive words, swearing and a threat"),
        ((), "Incident 7: a comment that could not be checked"),
        (("of_a_later_version",), "Incident 7: of a later version"),
    ],
)
def test_what_was_found_is_said_as_a_person_would(categories, words):
    plain, _ = parts(letters.alert(ENVELOPE, [replace(LINE, categories=categories)], shadow=False))
    assert plain.splitlines()[0] == words


def test_no_category_is_without_words_of_its_own():
    assert set(letters.PLAIN_WORDS) == set(Category)


def test_roles_are_said_in_full():
    plain, _ = parts(letters.alert(ENVELOPE, [replace(LINE, told=("headteacher", "dsl"))], shadow=False))
    assert "Told: headteacher, safeguarding lead" in plain


def test_without_a_console_the_letter_names_the_command_and_no_link():
    plain, html = parts(letters.alert(replace(ENVELOPE, base_url=None), [LINE], shadow=False))
    assert "schoolgate incidents" in plain
    assert "http" not in plain + html


def test_the_only_address_in_a_letter_is_the_console():
    for content in every_letter():
        _, html = parts(content)
        found = set(re.findall(r"(?:src|href|url|action)\s*[=(]\s*[\"']?([^\"')\s>]+)", html))
        assert all(link.startswith("https://gate.larkfield.example/") for link in found), found
        assert not re.search(r"<(img|script|link|iframe|form|object|svg|style)\b", html)


def test_a_late_letter_says_why():
    late = (NOW - timedelta(hours=24), NOW)
    plain, _ = parts(letters.alert(ENVELOPE, [LINE], shadow=False, late=late))
    assert "This letter is late: the mail server did not answer from Thu 19 Nov 2026, 22:04 GMT" in plain


def test_an_unwatched_page_is_said_plainly():
    content = letters.trouble(
        ENVELOPE, page="Larkfield", unwatched=True, sentence="The token has expired.", since=NOW
    )
    plain, _ = parts(content)
    assert parsed(content)["Subject"] == "Schoolgate: the Page is not watched"
    assert "The Page Larkfield has not been watched since Fri 20 Nov 2026, 22:04 GMT" in plain
    assert "The token has expired." in plain


def morning(**given):
    gaps = given.pop("gaps", ())
    figures = {
        "start": NOW - timedelta(days=1),
        "waiting": 0,
        "to_review": 0,
        "stuck": 0,
        "shadow": False,
    } | given
    return letters.morning(ENVELOPE, [letters.Watched("Larkfield", 143, 3, gaps)], **figures)


def test_a_quiet_morning_is_a_few_lines():
    plain, _ = parts(morning())
    assert (
        "was watched from Thu 19 Nov 2026, 22:04 GMT to Fri 20 Nov 2026, 22:04 GMT: 143 comments read, 3 flagged"
        in plain
    )
    assert len([line for line in plain.splitlines() if line.strip()]) <= 6


def test_a_gap_is_never_hidden():
    plain, _ = parts(morning(gaps=((NOW - timedelta(hours=5), NOW - timedelta(hours=2)),)))
    assert "It was NOT watched from Fri 20 Nov 2026, 17:04 GMT to Fri 20 Nov 2026, 20:04 GMT" in plain


def test_a_morning_with_work_says_where_it_waits():
    for figures in ({"waiting": 3}, {"to_review": 1}, {"stuck": 1}):
        assert "https://gate.larkfield.example/incidents" in parts(morning(**figures))[0]
    plain, _ = parts(morning(to_review=1, stuck=1))
    assert "1 possible one is worth a look" in plain
    assert "1 step could not be finished" in plain


def every_letter(envelope: Envelope = ENVELOPE) -> list[bytes]:
    return [
        letters.alert(envelope, [LINE], shadow=False),
        letters.alert(envelope, [LINE, replace(LINE, incident=8)], shadow=True),
        letters.trouble(envelope, page="Larkfield", unwatched=True, sentence="x", since=NOW),
        letters.recovered(envelope, page="Larkfield", since=NOW),
        letters.morning(
            envelope,
            [letters.Watched("L", 1, 1, ())],
            start=NOW,
            waiting=2,
            to_review=1,
            stuck=1,
            shadow=True,
        ),
    ]


HOSTILE = {
    "CRLF": "Larkfield\r\nBcc: evil@x.example",
    "LF": "Larkfield\nBcc: evil@x.example",
    "VT": "Lark\x0bfield",
    "U+2028": "Lark\u2028Bcc: evil@x.example",
    "NUL": "Lark\x00field",
    "encoded word": "=?utf-8?q?x=0D=0ABcc:_evil@x.example?=",
    "quotes": 'Sarah "x" <evil@x.example>',
    "right to left": "\u202eloohcs",
    "lone surrogate": "Lark\ud83d",
    "long": "L" * 500,
    "markup": "<script>alert(1)</script>{{7*7}}",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_headers_stay_intact_under_hostile_names(name):
    envelope = replace(ENVELOPE, school=name, to=Person(name, "head@larkfield.example"))
    for content in every_letter(envelope):
        message = parsed(content)
        head = content.partition(b"\r\n\r\n")[0].decode("ascii")
        names = {
            line.partition(":")[0].lower() for line in head.split("\r\n") if not line.startswith((" ", "\t"))
        }
        assert "bcc" not in names
        assert [a.addr_spec for a in message["To"].addresses] == ["head@larkfield.example"]
        assert [a.addr_spec for a in message["From"].addresses] == ["gate@larkfield.example"]
        assert len(message["Subject"]) <= 70
        assert b"\x00" not in content
        assert all(len(line) <= 998 for line in content.split(b"\r\n"))
        assert "<script" not in parts(content)[1]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_writes_no_line_of_its_own(name):
    line = replace(LINE, page=name)
    for content in (
        letters.alert(replace(ENVELOPE, school=name), [line], shadow=False),
        letters.trouble(ENVELOPE, page=name, unwatched=True, sentence=name, since=NOW),
    ):
        for part in parts(content):
            assert not re.search(r"^\s*(Bcc:|evil)", part, re.MULTILINE)
            assert not set(part) & set("\x00\x0b\u2028\u202e\ufffd\ud83d")


def test_an_address_in_other_letters_is_written_for_the_wire():
    to = Person("Helen Marsden", "head@l\u00e4rkfield.example")
    content = letters.alert(replace(ENVELOPE, to=to), [LINE], shadow=False)
    assert b"To: Helen Marsden <head@xn--lrkfield-0za.example>\r\n" in content


def test_a_long_list_of_incidents_stays_readable_in_its_header():
    content = letters.alert(ENVELOPE, [replace(LINE, incident=n) for n in range(1, 1001)], shadow=False)
    assert b"X-Schoolgate-Incidents: 1, 2, 3" in content
    assert b"=?utf-8" not in content.partition(b"\r\n\r\n")[0]


def test_the_same_letter_twice_is_the_same_letter():
    assert parsed(every_letter()[0])["Message-ID"] == ENVELOPE.message_id
    assert parsed(every_letter()[0])["Auto-Submitted"] == "auto-generated"
