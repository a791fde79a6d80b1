"""What the policy says about one comment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What becomes of the comment, mildest first."""

    NONE = "none"
    HIDE = "hide"
    DELETE = "delete"


class Urgency(StrEnum):
    """When people are told, calmest first."""

    NONE = "none"  # nobody is told
    DAILY = "daily"  # seen in the daily review
    SOON = "soon"  # gathered for some minutes, then one mail
    NOW = "now"  # at once, at any hour


class Role(StrEnum):
    """The parts that people play; one person may hold several."""

    HEADTEACHER = "headteacher"
    DEPUTY = "deputy"
    DSL = "dsl"
    DEPUTY_DSL = "deputy_dsl"
    ONLINE_SAFETY = "online_safety"
    ADMINISTRATORS = "administrators"
    SLT = "slt"
    HR = "hr"
    ICT_SUPPORT = "ict_support"
    DPO = "dpo"
    CHAIR_OF_GOVERNORS = "chair_of_governors"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done, how soon, who is told, and by which clause."""

    action: Action = Action.NONE
    urgency: Urgency = Urgency.NONE
    alert: tuple[Role, ...] = ()
    clause: str | None = None

    @property
    def flagged(self) -> bool:
        """Whether the comment becomes an incident."""
        return self.clause is not None
