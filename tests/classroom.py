"""The pupils and staff of the tests of detection, all invented."""

from __future__ import annotations

from pathlib import Path

from bot import detection
from bot.detection import Inspector
from bot.domain.comment import Comment
from bot.domain.finding import Category, Finding
from bot.domain.roster import Pupil, PupilId, Roster, StaffId, StaffMember
from tests.cast import a_comment

RULES = Path(__file__).parent.parent / "moderation_rules"


def pupil(number: int, first: str, last: str, preferred: str | None = None, room: str = "Oak") -> Pupil:
    return Pupil(PupilId(f"P{number:03}"), first, last, preferred, class_name=room)


ROSTER = Roster(
    (
        pupil(1, "Alfie", "Thornbury"),
        pupil(2, "Ellie", "Marsh"),
        pupil(3, "Grace", "Denholm"),
        pupil(4, "William", "Ackroyd", "Will"),
        pupil(5, "Summer", "Day"),
        pupil(6, "Zoë", "O'Brien"),
        pupil(7, "Lily-Mae", "van der Berg"),
        pupil(8, "Łukasz", "Wiśniewski"),
        pupil(9, "Alfie", "Quayle"),
        pupil(10, "Rowan", "Pell", room="Rowan"),
        pupil(11, "Harry", "Potts"),
        pupil(12, "May", "Underhay"),
        pupil(13, "Putri", ""),
        pupil(14, "Mason", "Threlkeld"),
    ),
    (
        StaffMember(StaffId("S1"), "Grace", "Lavender", "Miss", "Teacher", "Gracie Lav"),
        StaffMember(StaffId("S2"), "Harry", "Hancock", "Mr", "Caretaker", "9000123"),
        StaffMember(StaffId("S3"), "Joan", "Cockburn", "Mrs", "Headteacher"),
    ),
)


def inspector(sites: tuple[str, ...] = ("www.larkfield.example",)) -> Inspector:
    return detection.build(ROSTER, RULES, sites)


_INSPECTOR = inspector()


def found(message: str, category: Category, **fields: object) -> list[Finding]:
    """The findings of one category in a visitor's comment, with no detector failing."""
    comment: Comment = a_comment(message, **fields)
    inspection = _INSPECTOR.inspect(comment)
    assert inspection.failures == ()
    return [finding for finding in inspection.findings if finding.category is category]


def said(finding: Finding, message: str) -> str:
    """The words that a finding points at."""
    assert finding.span is not None
    return message[finding.span.start : finding.span.end]
