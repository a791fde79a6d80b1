"""Turns of phrase that decide by themselves: in some even "will" and "may" are children, in one the author signs."""

from __future__ import annotations

from collections.abc import Set

_FRAMED = 0.8
_NOT_A_PUPIL = frozenset(
    {"staff_first", "staff_last", "famous", "brand", "character", "after_other_first_name", "-1:titles"}
)
_THANKS = frozenset({"-1=thanks", "-1=thankyou", "-1=thx", "-21=thank you", "-21=many thanks"})
_ALONE = frozenset({"+1=$", "+1=.", "+1=!", "+1=☺", "+1=,", "+1=x", "+1=xx", "+1=xxx"})
_SIGNED = frozenset({"author_first", "+1=here"})  # "Ellie here, who has the keys?" by Ellie Sandford
_IN_A_YEAR = frozenset(
    {"+12=in year", "+12=in yr", "+12=in reception", "+12=from year", "+12=from reception", "+12=in class"}
)


def at_least(seen: Set[str], manner: str) -> float:
    """How likely a pupil is by the frame alone; 0 where there is none."""
    if not seen.isdisjoint(_NOT_A_PUPIL) or manner not in ("plain", "run_on"):
        return 0.0
    belongs = "possessive:family" in seen and "-1:the" not in seen
    praised = "praised" in seen and not seen.isdisjoint(_ALONE) and seen.isdisjoint(_THANKS)
    return _FRAMED if belongs or praised or not seen.isdisjoint(_IN_A_YEAR) else 0.0


def signs(seen: Set[str]) -> bool:
    """Whether the author signs here and names nobody else."""
    return seen >= _SIGNED
