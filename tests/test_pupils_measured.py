"""On the comments of two hands that nobody trained on or looked at, naming is found about as well as it was. Figures only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.detection import build
from bot.domain.finding import Category, Confidence
from bot.domain.roster import Roster
from bot.pages import shapes
from bot.rosters import read_pupils, read_staff
from tests.classroom import RULES

MEASURED = Path(__file__).parent.parent / "models" / "corpus" / "measured"
HANDS = ("hand-21", "hand-22")
PRECISION, RECALL = 0.85, 0.88


def counted(hand: str, least: tuple[Confidence, ...]) -> tuple[int, int, int]:
    """How many comments are rightly flagged, wrongly flagged, and missed."""
    pupils, staff = (MEASURED / f"{hand}-{what}.csv" for what in ("roster", "staff"))
    inspector = build(Roster(tuple(read_pupils(pupils)), tuple(read_staff(staff))), RULES)
    right = wrong = missed = 0
    for line in (MEASURED / f"{hand}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        must, may = row["expect"]["must"], row["expect"]["may"]
        if "pupil_named" in may and "pupil_named" not in must:
            continue
        findings = inspector.inspect(shapes.comment(row, None)).findings
        flagged = any(f.category is Category.PUPIL_NAMED and f.confidence in least for f in findings)
        right += flagged and "pupil_named" in must
        wrong += flagged and "pupil_named" not in must
        missed += not flagged and "pupil_named" in must
    return right, wrong, missed


@pytest.mark.slow
def test_the_figures_on_measured_hands_do_not_fall() -> None:
    acted_on = (Confidence.SURE, Confidence.LIKELY)
    right, wrong, missed = (sum(n) for n in zip(*(counted(hand, acted_on) for hand in HANDS), strict=True))
    precision, recall = right / (right + wrong), right / (right + missed)
    print(f"pupil named: precision {precision:.3f}, recall {recall:.3f} of {right + missed}")
    assert (precision >= PRECISION, recall >= RECALL) == (True, True), (precision, recall)
