"""`python -m tests.bench.ours all|likely`: the whole of our name detection, as the rivals are asked."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.detection.pupils import lexicon, named
from bot.domain.finding import Category, Confidence
from bot.domain.roster import Roster
from bot.pages import shapes
from bot.rosters import read_pupils, read_staff
from tests.bench.hands import Hand, Named, Row, contend

RULES = Path(__file__).parents[2] / "moderation_rules"


def prepared(known: lexicon.Lexicon, hand: Hand, *, possible: bool) -> Named:
    staff = tuple(read_staff(hand.staff)) if hand.staff.exists() else ()
    find = named.detector(Roster(tuple(read_pupils(hand.roster)), staff), known)
    comments = {row["id"]: shapes.comment(dict(row), None) for row in hand.rows}

    def ids(row: Row) -> set[str]:
        found = (f for f in find(comments[row["id"]]) if f.category is Category.PUPIL_NAMED)
        return {p for f in found if possible or f.confidence is not Confidence.POSSIBLE for p in f.pupils}

    return ids


if __name__ == "__main__":
    tables = lexicon.load(RULES)
    contend(lambda hand: prepared(tables, hand, possible=sys.argv[1] == "all"))
