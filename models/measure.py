"""The figures of models/README.md on the comments that nothing learnt from: `.venv/bin/python models/measure.py`.

Prints figures only, never a comment: who reads the measured comments can't measure on them any more.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot.detection.pupils import lexicon, named
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding
from bot.domain.roster import Pupil, Roster
from bot.pages import shapes
from bot.rosters import read_pupils, read_staff

HERE = Path(__file__).parent
RULES = HERE.parent / "moderation_rules"
MEASURED = HERE / "corpus" / "measured"


class Count:
    """Found, missed, false."""

    def __init__(self) -> None:
        self.found = self.missed = self.false = self.exact = 0

    def __str__(self) -> str:
        said, meant = self.found + self.false, self.found + self.missed
        exact = f" right pupils only {self.exact / max(1, self.found):.3f}" if self.exact else ""
        return f"precision {self.found / max(1, said):.3f} recall {self.found / max(1, meant):.3f}{exact} ({meant} comments)"


def schools() -> Iterator[tuple[list[tuple[dict, Comment]], Roster]]:
    for file in sorted(MEASURED.glob("hand-*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        pupils = read_pupils(file.with_name(f"{file.stem}-roster.csv"))
        staff = read_staff(file.with_name(f"{file.stem}-staff.csv"))
        yield [(row, shapes.comment(dict(row), None)) for row in rows], Roster(tuple(pupils), tuple(staff))


def kind_of(pupils: dict[str, Pupil], ids: set[str], message: str, known: lexicon.Lexicon) -> str:
    """How a pupil is named there, as far as plain letters tell."""
    said = f" {' '.join(message.lower().replace(chr(39), ' ').split())} "
    for i in ids:
        for name in pupils[i].called:
            if f" {name.lower()} {pupils[i].last_name.lower()}" in said:
                return "full name"
    words = {word.strip('.,!?;:()"“”’#@') for word in said.split()}
    for i in ids:
        for name in pupils[i].called:
            if name.lower() in words:
                return "word-name" if known.is_word(name.lower()) else "plain first name"
    return "nickname, slip, surname, hidden …"


def main() -> None:
    known = lexicon.load(RULES)
    for caution in named.CAUTIONS:
        counts: defaultdict[str, Count] = defaultdict(Count)
        ordinary = alarms = 0
        for rows, roster in schools():
            find = named.detector(roster, known, caution)
            pupils = {str(p.id): p for p in roster.pupils}
            for row, comment in rows:
                must, may = row["expect"]["must"], set(row["expect"]["may"])
                findings = find(comment)
                trusted = [f for f in findings if f.confidence is not Confidence.POSSIBLE]
                score(counts["pupil named, sure or likely"], must, may, trusted, Category.PUPIL_NAMED)
                score(counts["pupil named, possible too"], must, may, findings, Category.PUPIL_NAMED)
                score(counts["pupil described, likely"], must, may, trusted, Category.PUPIL_DESCRIBED)
                score(counts["pupil described, possible too"], must, may, findings, Category.PUPIL_DESCRIBED)
                if ids := set(must.get("pupil_named") or ()):
                    kind = kind_of(pupils, ids, comment.message, known)
                    score(counts[f"  {kind}"], must, may, trusted, Category.PUPIL_NAMED)
                if not must and not may:
                    ordinary += 1
                    alarms += bool(trusted)
        print(f"{caution}: {alarms} of {ordinary} comments that must raise nothing raise a pupil alarm")
        for name, count in counts.items():
            print(f"  {name:34} {count}")
    share = Counter(
        bool(row["expect"]["must"].get("pupil_named")) for rows, _ in schools() for row, _ in rows
    )
    print(f"{share.total()} comments, {share[True]} name a pupil")


def score(count: Count, must: dict, may: set[str], findings: list[Finding], category: Category) -> None:
    """Met when a pupil who is meant is among those named."""
    said = [f for f in findings if f.category is category]
    ids, got = set(must.get(category.value) or ()), {str(p) for f in said for p in f.pupils}
    if category.value in must:
        met = bool(said) and (not ids or bool(ids & got))
        count.found, count.missed = count.found + met, count.missed + (not met)
        count.exact += met and bool(ids) and got <= ids
    elif said and category.value not in may:
        count.false += 1


if __name__ == "__main__":
    main()
