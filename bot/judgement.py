"""Findings and decisions in the shape that other programs read."""

from __future__ import annotations

from bot.domain.decision import Decision
from bot.domain.finding import Finding


def finding_json(finding: Finding, message: str) -> dict[str, object]:
    """One finding; start and end count code points of the original message."""
    span = finding.span
    return {
        "category": finding.category.value,
        "start": span.start if span else None,
        "end": span.end if span else None,
        "text": message[span.start : span.end] if span else None,
        "pupils": list(finding.pupils),
        "tier": finding.tier.value if finding.tier else None,
        "confidence": finding.confidence.value,
        "rule": finding.rule,
        "why": finding.why,
    }


def decision_json(decision: Decision) -> dict[str, object]:
    """The decision, with the clause that it stands on."""
    return {
        "action": decision.action.value,
        "urgency": decision.urgency.value,
        "alert": [role.value for role in decision.alert],
        "clause": decision.clause,
    }
