"""The school's naming rule: how much of a pupil's name may stand where. What it allows is no finding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.comment import Comment, Place
from bot.domain.finding import Category, Finding, Inspection, Span
from bot.domain.roster import Pupil, PupilId, Roster
from bot.policy import links
from bot.policy.links import Allowed

FULL_NAME = "names.full_name"


class NamingRule(StrEnum):
    """How much of a pupil's name may stand, strictest first."""

    NONE = "none"  # no pupil's name at all
    FIRST_NAMES = "first_names"  # first names and initials, no family name
    ALL_BUT_FULL_NAMES = "all_but_full_names"  # anything but first name and family name together


@dataclass(frozen=True, slots=True)
class Naming:
    """The rule for each place, and the links in which a name is no naming."""

    own_posts: NamingRule = NamingRule.FIRST_NAMES
    comments: NamingRule = NamingRule.NONE
    links: Allowed = field(default_factory=Allowed)


class NamingFilter:
    """Takes away what the rule allows; the rest of an inspection stays as it was."""

    def __init__(self, naming: Naming, roster: Roster) -> None:
        self._naming = naming
        self._pupils = by_id(roster)

    def sift(self, inspection: Inspection, comment: Comment) -> Inspection:
        own = comment.by_page or comment.place is Place.OWN_POST
        rule = self._naming.own_posts if own else self._naming.comments
        said = Said(comment.message, self._pupils, self._naming.links)
        kept = [
            f for f in inspection.findings if f.category is not Category.PUPIL_NAMED or said.breaks(f, rule)
        ]
        return replace(inspection, findings=tuple(kept))


class Said:
    """One text, as far as the names in it go."""

    def __init__(self, text: str, pupils: Mapping[PupilId, Pupil], allowed: Allowed) -> None:
        self._text = text
        self._pupils = pupils
        self._links = [link.span for link in links.find(text) if allowed.covers(link)]

    def breaks(self, finding: Finding, rule: NamingRule) -> bool:
        """Whether the rule forbids this name here."""
        if self.in_allowed_link(finding):
            return False
        if rule is NamingRule.NONE or finding.rule == FULL_NAME:
            return True
        return rule is NamingRule.FIRST_NAMES and self._gives_family_name(finding)

    def in_allowed_link(self, finding: Finding) -> bool:
        """A report in the local paper may have the name in its address."""
        return finding.span is not None and any(_inside(finding.span, link) for link in self._links)

    def _gives_family_name(self, finding: Finding) -> bool:
        """By the words themselves: a detector may find a family name in many ways."""
        span = finding.span
        said = set(plain_words(self._text[span.start : span.end])) if span else set()
        pupils = [self._pupils[p] for p in finding.pupils if p in self._pupils]
        return any(said & _family_words(pupil) for pupil in pupils)


def by_id(roster: Roster) -> dict[PupilId, Pupil]:
    return {pupil.id: pupil for pupil in roster.pupils}


def _inside(span: Span, link: Span) -> bool:
    return link.start <= span.start and span.end <= link.end


def _family_words(pupil: Pupil) -> set[str]:
    firsts = {word for name in pupil.called for word in plain_words(name)}
    return {word for word in plain_words(pupil.last_name) if len(word) > 1} - firsts


def plain_words(text: str) -> list[str]:
    """Lower case, without accents; an apostrophe parts nothing."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", re.sub("['’]", "", bare.casefold()))
