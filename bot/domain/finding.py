"""Reasons to worry about one comment, and what detection could not judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.roster import PupilId


class Category(StrEnum):
    """What a finding is about."""

    PUPIL_NAMED = "pupil_named"
    PUPIL_DESCRIBED = "pupil_described"
    PROFANITY = "profanity"
    ABUSE = "abuse"
    THREAT = "threat"
    HATE = "hate"
    SEXUAL = "sexual"
    PERSONAL_DETAILS = "personal_details"
    VISITOR_MEDIA = "visitor_media"
    STAFF_PERSONAL_ACCOUNT = "staff_personal_account"
    STAFF_ALLEGATION = "staff_allegation"
    CONCERN = "concern"
    SAFEGUARDING = "safeguarding"
    SPAM = "spam"


class Tier(StrEnum):
    """How strong a swear word is, in Ofcom's four steps."""

    MILD = "mild"
    MEDIUM = "medium"
    STRONG = "strong"
    STRONGEST = "strongest"


class Confidence(StrEnum):
    """How far a finding may be trusted; only `sure` and `likely` lead to an act or an alert."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the original message, in code points: message[start:end]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to worry about one comment."""

    category: Category
    rule: str  # "names.full_name", as the console shows it
    why: str  # one sentence that a head can read aloud
    confidence: Confidence
    span: Span | None = None  # None: not about words
    pupils: tuple[PupilId, ...] = ()
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A detector that could not judge. Its error's class only: the text may quote the comment."""

    detector: str
    error: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that detection has to say about one comment."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
