"""Findings in, decision out; pure, and it names its clause."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import replace

from bot.domain.comment import Comment, Place
from bot.domain.decision import Action, Decision, Role, Urgency
from bot.domain.finding import Category, Confidence, Finding, Inspection
from bot.domain.roster import PupilId
from bot.policy.clauses import Clause, Policy

COULD_NOT_BE_CHECKED = "could not be checked: a person must read it"
ACTIONS, URGENCIES = list(Action), list(Urgency)
TRUSTED = {
    "careful": {Confidence.SURE, Confidence.LIKELY},
    "balanced": {Confidence.SURE, Confidence.LIKELY},
    "quiet": {Confidence.SURE},
}


def decide(
    inspection: Inspection,
    comment: Comment,
    policy: Policy,
    caution: str = "balanced",
    protected: Set[PupilId] = frozenset(),
) -> Decision:
    """The strictest action, everybody who is to be told, the most urgent time, every clause cited."""
    decision = _decide(inspection, comment, policy, caution)
    about = [f for f in inspection.findings if _is_about(f, protected)]
    if not decision.flagged or not about:
        return decision
    urgency = URGENCIES[min(URGENCIES.index(decision.urgency) + 1, len(URGENCIES) - 1)]
    # Those of the pupils' clauses are told also where the school trusts only what is sure.
    tell = dict.fromkeys((*decision.alert, *_told(_clauses(about, comment, policy))))
    return replace(decision, urgency=urgency, alert=tuple(tell))


def _is_about(finding: Finding, protected: Set[PupilId]) -> bool:
    """Whether it may be said to mean a protected pupil. Nothing tells a reader so: that alone would give the child away."""
    return (
        finding.category in (Category.PUPIL_NAMED, Category.PUPIL_DESCRIBED)
        and finding.confidence is not Confidence.POSSIBLE
        and not protected.isdisjoint(finding.pupils)
    )


def _decide(inspection: Inspection, comment: Comment, policy: Policy, caution: str) -> Decision:
    trusted = [f for f in inspection.findings if f.confidence in TRUSTED[caution]]
    clauses = _clauses(trusted, comment, policy)
    if clauses:
        return _together(clauses)
    if inspection.failures:
        return Decision(Action.NONE, Urgency.SOON, (Role.HEADTEACHER,), COULD_NOT_BE_CHECKED)
    possible = _clauses(inspection.findings, comment, policy)
    if possible:
        return Decision(Action.NONE, Urgency.DAILY, (), _cited(possible))
    return Decision()


def _clauses(findings: Iterable[Finding], comment: Comment, policy: Policy) -> list[Clause]:
    """For each finding the first clause that covers it, each once, strictest first."""
    # The Page's own replies stand among the comments, but are the school's to change.
    place = Place.OWN_POST if comment.by_page else comment.place
    found: list[Clause] = []
    for finding in findings:
        clause = next((c for c in policy.clauses if c.covers(finding.category, finding.tier, place)), None)
        if clause and clause.asks_for_something and clause not in found:
            found.append(clause)
    return sorted(found, key=lambda c: (-ACTIONS.index(c.action), -URGENCIES.index(c.urgency)))


def _together(clauses: list[Clause]) -> Decision:
    urgency = max((c.urgency for c in clauses), key=URGENCIES.index)
    return Decision(clauses[0].action, urgency, _told(clauses), _cited(clauses))


def _told(clauses: Iterable[Clause]) -> tuple[Role, ...]:
    return tuple(dict.fromkeys(role for clause in clauses for role in clause.tell))


def _cited(clauses: list[Clause]) -> str:
    return "; ".join(f"{clause.id}: {clause.means}" for clause in clauses)
