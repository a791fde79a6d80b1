"""The school's naming rule and its allowed links: what they let stand is no finding, everything else stays one."""

from __future__ import annotations

import time

import pytest

from bot import rules
from bot.domain.comment import Place
from bot.domain.finding import Category, Confidence, Finding, Inspection, Span
from bot.domain.roster import Pupil, PupilId, Roster
from bot.policy import links
from bot.policy.links import Allowed, OwnPage
from bot.policy.naming import Naming, NamingFilter, NamingRule
from tests.cast import a_comment

ROSTER = Roster(
    (
        Pupil(PupilId("P1"), "Amara", "Okonjo"),
        Pupil(PupilId("P2"), "Siân", "O'Brien-Holt"),
        Pupil(PupilId("P3"), "Mason", "Mason"),
    )
)
ALLOWED = Allowed(
    ("www.larkfield.example", "gazette.example", "https://video.example/larkfield/"),
    (OwnPage("100000000000001", "Larkfield Primary School"),),
)
OWN = {"by_page": True, "place": Place.OWN_POST}


def named(message, words, rule="names.first_name", pupil="P1"):
    start = message.index(words)
    span = Span(start, start + len(words))
    return Finding(Category.PUPIL_NAMED, rule, "why", Confidence.LIKELY, span, (PupilId(pupil),))


def stands(finding, message, rule, **fields):
    """Whether the finding is still one after the rule for both places was asked."""
    sift = NamingFilter(Naming(rule, rule, ALLOWED), ROSTER).sift
    return sift(Inspection((finding,)), a_comment(message, **fields)).findings == (finding,)


N, F, A = NamingRule.NONE, NamingRule.FIRST_NAMES, NamingRule.ALL_BUT_FULL_NAMES
SAID = {
    "a first name": ("well done Amara", "Amara", "names.first_name", "P1", {N}),
    "an initial": ("well done Amara O", "Amara O", "names.first_name", "P1", {N}),
    "a full name": ("well done Amara Okonjo", "Amara Okonjo", "names.full_name", "P1", {N, F, A}),
    "a family name": ("the Okonjo girl", "Okonjo", "names.surname", "P1", {N, F}),
    "half of a double family name": ("the holt lass", "holt", "names.surname", "P2", {N, F}),
    "a family name without its signs": ("that OBrien girl", "OBrien", "names.surname", "P2", {N, F}),
    "a family name that is the first name too": ("well done Mason", "Mason", "names.first_name", "P3", {N}),
}


@pytest.mark.parametrize(("message", "words", "rule", "pupil", "flagged"), SAID.values(), ids=SAID)
@pytest.mark.parametrize("fields", [{}, OWN], ids=["visitor", "school"])
def test_the_rule_says_how_much_of_a_name_is_too_much(message, words, rule, pupil, flagged, fields):
    finding = named(message, words, rule, pupil)
    assert {r for r in NamingRule if stands(finding, message, r, **fields)} == flagged


def test_each_place_has_its_own_rule():
    message = "well done Amara"
    finding = named(message, "Amara")
    sift = NamingFilter(Naming(F, N), ROSTER).sift
    for fields, kept in (({}, 1), ({"place": Place.VISITOR_POST}, 1), (OWN, 0), ({"by_page": True}, 0)):
        assert len(sift(Inspection((finding,)), a_comment(message, **fields)).findings) == kept, fields


def test_the_rule_touches_nothing_but_names():
    swearing = Finding(Category.PROFANITY, "language.word", "why", Confidence.SURE, Span(0, 4))
    described = Finding(Category.PUPIL_DESCRIBED, "described.role", "why", Confidence.LIKELY)
    for finding in (swearing, described):
        assert stands(finding, "https://gazette.example/x", A)


IN_A_LINK = {
    "the local paper": ("see https://gazette.example/amara-okonjo-wins", False),
    "our own site without https": ("see larkfield.example/amara-okonjo", False),
    "another site": ("see https://elsewhere.example/amara-okonjo", True),
    "a site that begins like the paper": ("see https://gazette.example.elsewhere.example/amara-okonjo", True),
    "beside the link": ("amara-okonjo is in https://gazette.example/news", True),
    "right after the link": ("https://gazette.example/news amara-okonjo", True),
}


@pytest.mark.parametrize(("message", "stays"), IN_A_LINK.values(), ids=IN_A_LINK)
def test_a_name_in_an_allowed_link_is_no_naming_and_the_words_beside_it_are(message, stays):
    assert stands(named(message, "amara-okonjo", "names.full_name"), message, N) is stays


LINKS = {
    "https": ("see https://gov.example/x, then", ["https://gov.example/x"]),
    "www": ("www.gov.example!", ["www.gov.example"]),
    "bare": ("buy at brightbadge.co.uk.", ["brightbadge.co.uk"]),
    "bare with a path": ("(thornwick.org.uk/fair?x=1)", ["thornwick.org.uk/fair?x=1"]),
    "shorteners": ("bit.ly/3x youtu.be/abc t.me/x", ["bit.ly/3x", "youtu.be/abc", "t.me/x"]),
    "capitals": ("GO TO BRIGHTBADGE.CO.UK NOW", ["BRIGHTBADGE.CO.UK"]),
    "two run together": (
        "https://a.example/xhttps://b.example/",
        ["https://a.example/x", "https://b.example/"],
    ),
    "not English": ("http://schöl.example/ü", ["http://schöl.example/ü"]),
    "no space after a full stop": ("It is off.News follows.No really.It is.To be fair", []),
    "times and prices": ("at 3.30pm, £3.50 p.p., 10.30a.m., v2.0.1, Yr.6", []),
    "e-mail": ("office@larkfield.example or jo.info@mail.example", []),
    "files": ("Menu.pdf and letter.docx", []),
    "dots": ("well... so...me people", []),
    "and/or": ("to/from, and/or, 24/7", []),
    "a.m. and so on": ("e.g. i.e. P.E. a.m.", []),
}


@pytest.mark.parametrize(("message", "found"), LINKS.values(), ids=LINKS)
def test_links_are_found_with_and_without_https(message, found):
    assert [link.address for link in links.find(message)] == found
    for link in links.find(message):
        assert message[link.span.start : link.span.end] == link.address


LEADS = {
    "our site": ("https://www.larkfield.example/news", True),
    "our site without www": ("larkfield.example", True),
    "a part of our site": ("https://mail.larkfield.example", True),
    "in capitals": ("HTTPS://LARKFIELD.EXAMPLE/", True),
    "the paper": ("http://sport.gazette.example/x", True),
    "an allowed path": ("video.example/larkfield/concert", True),
    "the same path as a whole": ("video.example/Larkfield", True),
    "our Page by id": ("https://www.facebook.com/100000000000001/posts/9", True),
    "our Page by id behind its name": ("https://m.facebook.com/Larkfield-100000000000001/", True),
    "our Page by query": ("https://www.facebook.com/permalink.php?story_fbid=1&id=100000000000001", True),
    "our Page by name": ("facebook.com/LarkfieldPrimarySchool", True),
    "another path": ("video.example/elsewhere", False),
    "a path that begins alike": ("video.example/larkfield-fans", False),
    "a name that ends alike": ("https://notlarkfield.example", False),
    "a name that begins alike": ("https://larkfield.example.pay.example/login", False),
    "our name before an at sign": ("https://www.larkfield.example@elsewhere.example/", False),
    "another Page": ("https://www.facebook.com/LarkfieldParentsChat", False),
    "a group": ("https://www.facebook.com/groups/555", False),
    "our Page's id elsewhere": ("https://elsewhere.example/100000000000001", False),
    "no address at all": ("https://[broken/x", False),
    "a number": ("https://203.0.113.9/x", False),
}


@pytest.mark.parametrize(("address", "allowed"), LEADS.values(), ids=LEADS)
def test_a_link_is_allowed_by_where_it_really_leads(address, allowed):
    (link,) = links.find(address)
    assert ALLOWED.covers(link) is allowed


LONG = ("a." * 30_000, "a" * 63_000, "http://" * 9_000, "bit.ly/" * 9_000, "a-" * 30_000, "a.co." * 12_000)


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:7])
def test_no_text_makes_the_search_for_links_slow(text):
    began = time.perf_counter()
    list(links.find(text))
    assert time.perf_counter() - began < 5


@pytest.fixture(scope="module")
def judges(tmp_path_factory):
    """One school that allows first names in visitors' comments and bars them from its own, one as it comes."""
    folder = tmp_path_factory.mktemp("school")
    (folder / "pupils.csv").write_text("pupil_id,first_name,last_name\nP1,Amara,Okonjo\n", encoding="utf-8")
    file = rules.policy_file("recommended", folder)
    usual = rules.judge(pupils=folder / "pupils.csv", staff=None, policy_file=file)
    turned = rules.judge(
        pupils=folder / "pupils.csv", staff=None, policy_file=file, naming=Naming(N, F, ALLOWED)
    )
    return {"usual": usual, "turned": turned}


DECIDED = {
    "visitor, full name, usual": ("usual", "well done Amara Okonjo", {}, "delete"),
    "visitor, first name, usual": ("usual", "well done Amara", {}, "delete"),
    "visitor, full name, first names allowed": ("turned", "well done Amara Okonjo", {}, "delete"),
    "visitor, first name, first names allowed": ("turned", "well done Amara", {}, None),
    "visitor, the paper's link": ("turned", "https://gazette.example/amara-okonjo", {}, None),
    "visitor, the paper's link and words": ("turned", "Amara Okonjo https://gazette.example/x", {}, "delete"),
    "school, full name, usual": ("usual", "well done Amara Okonjo", OWN, "none"),
    "school, first name, usual": ("usual", "well done Amara", OWN, None),
    "school, first name, none allowed": ("turned", "well done Amara", OWN, "none"),
    "school's reply, full name": ("usual", "well done Amara Okonjo", {"by_page": True}, "none"),
}


@pytest.mark.parametrize(("school", "message", "fields", "action"), DECIDED.values(), ids=DECIDED)
def test_the_service_judges_by_the_schools_own_rule(judges, school, message, fields, action):
    """What the rule forbids becomes an incident, also in the school's own posts; what it allows becomes none."""
    comment = a_comment(message, **fields)
    decision = judges[school].decide(judges[school].inspect(comment), comment)
    assert decision.flagged is (action is not None)
    assert decision.action.value == (action or "none")
