"""Turns of phrase that make a child of any word, and those that don't."""

import pytest

from bot.detection.pupils import lexicon, named
from bot.domain.comment import Comment, CommentId, PageId
from bot.domain.finding import Category, Confidence
from bot.domain.roster import Pupil, PupilId, Roster, StaffId, StaffMember
from bot.rules import RULES

NAMES = ("Will Harker", "Grace Thornbury", "May Field", "Alfie Marsh", "Summer Day")
PUPILS = tuple(Pupil(PupilId(f"P{n}"), *name.split(" ")) for n, name in enumerate(NAMES))
ROSTER = Roster(PUPILS, (StaffMember(StaffId("S1"), "Hope", "Carding", "Mrs"),))


@pytest.fixture(scope="module")
def find():
    return named.detector(ROSTER, lexicon.load(RULES))


def acted_on(find, message):
    findings = find(Comment(CommentId("1"), PageId("2"), message))
    return any(
        f.category is Category.PUPIL_NAMED and f.confidence is not Confidence.POSSIBLE for f in findings
    )


@pytest.mark.parametrize(
    "message",
    [
        "Will's coat is still on the peg in the hall",
        "wills dad was filming the whole thing",
        "grace's mum has the bag",
        "Happy birthday May! 7 today, what a big girl",
        "well done will xx",
        "Grace in year 4 has nits again",
        "Summer Day was star of the week",
        "well done summer day",
    ],
)
def test_a_frame_makes_a_child_of_a_word(find, message):
    assert acted_on(find, message)


@pytest.mark.parametrize(
    "message",
    [
        "the will's executor was a cousin of ours",
        "in May's newsletter it said Thursday",
        "it will be May in no time!",
        "thank you, grace be with you all",
        "well done, will there be photos",
        "a lovely sunny summer day",
        "our dog Alfie ate the programme",
        "our cat Grace sits on the wall",
        "my husband Will is coming on Friday",
        "happy birthday Mrs Field",
    ],
)
def test_a_word_stays_a_word_and_a_pet_a_pet(find, message):
    assert not acted_on(find, message)


def test_two_names_in_one_word_are_each_their_own_pupil(find):
    findings = find(Comment(CommentId("1"), PageId("2"), "#WellDoneAlfieAndGrace"))
    assert PupilId("P3") in {pupil for finding in findings for pupil in finding.pupils}
