"""Train models/pupils: `.venv/bin/python models/train.py`, about a minute on one core, the same result each time.

Learns from the hands in models/corpus (never from models/corpus/measured), from word-names put in the place of names in
those comments, and from the everyday use of word-names in comments that name nobody. `--without 1,14` leaves hands out and
scores on them, `--folds` does so for all in turn, `--seeds N` shows the spread.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from learning import Row, learn, report
from spacy.language import Language

from bot.detection.pupils import lexicon
from bot.detection.pupils.calls import Calls, Way
from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.candidates import CandidateFinder
from bot.detection.pupils.described import BUCKETS, GLANCES, DescribedFeatures, distinct, glanced, share
from bot.detection.pupils.features import Features
from bot.detection.pupils.judge import BUCKETS as NAME_BUCKETS
from bot.detection.pupils.judge import Vectors, Weights, buckets, read_vectors, sense_of
from bot.detection.pupils.pipeline import MODEL, blank, staff_of
from bot.detection.pupils.scene import Scene, Staff, post_words
from bot.detection.reading import read
from bot.domain.roster import Pupil, PupilId, Roster
from bot.pages import shapes
from bot.rosters import read_pupils, read_staff

HERE = Path(__file__).parent
RULES = HERE.parent / "moderation_rules"
CORPUS = HERE / "corpus"
SEED = 5
MOST_USES = 25  # of one word: "will" stands in every third comment
WORD_USES, IN_POSTS, PUT_IN_PLACE = (
    0.05,
    0.2,
    0.1,
)  # what a generated example weighs beside one written by hand
TIMES = 4
PASSED_OVER, MARGIN = 0.01, 0.3
LOOSE = 0.3  # how freely weights may grow
FOLDS = ((1, 14, 16, 23, 12, 29), (2, 13, 17, 24, 27, 18), (3, 11, 15, 6, 25, 26, 28))


@dataclass
class Example(Row):
    """One candidate and whether it is a pupil, or one comment and whether it describes one."""

    hand: int = 0
    kind: str = "written"


class Hand:
    """One author's comments and school."""

    def __init__(self, file: Path, known: lexicon.Lexicon) -> None:
        self.number = int(file.stem.split("-")[1])
        self.rows = [
            json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        pupils, staff = file.with_name(f"{file.stem}-roster.csv"), file.with_name(f"{file.stem}-staff.csv")
        members = read_staff(staff) if staff.exists() else []
        self.staff: Staff = staff_of(members)
        self.calls = Calls(Roster(tuple(read_pupils(pupils)), ()), known) if pupils.exists() else None

    def scenes(self, calls: Calls, rows: Iterable[dict] | None = None) -> Iterator[tuple[dict, Scene]]:
        finder = CandidateFinder(calls)
        for row in self.rows if rows is None else rows:
            reading = read(shapes.comment(dict(row), None))
            yield row, Scene(reading, finder.find(reading), calls, self.staff)


class Teacher:
    """Makes examples of hands."""

    def __init__(self, seed: int = SEED) -> None:
        self.known = lexicon.load(RULES)
        self.features = Features(self.known)
        self.vectors = read_vectors(lexicon.WORDS)
        self._random = random.Random(seed)
        self._words = sorted(word for word in self.known.word_names if len(word) > 1)
        made_up = ("Xqzarton", "Vlimsby", "Qoxley", "Zarnwick")
        pupils = [
            Pupil(PupilId(f"W{n}"), word.capitalize(), made_up[n % 4]) for n, word in enumerate(self._words)
        ]
        self._word_calls = Calls(Roster(tuple(pupils)), self.known)
        self._uses: Counter[str] = Counter()

    def all_of(self, hand: Hand) -> Iterator[Example]:
        if hand.calls:
            yield from self.written(hand)
            yield from self._put_in_place(hand)
        yield from self._word_uses(hand)

    def written(self, hand: Hand) -> Iterator[Example]:
        """The candidates of a comment, by the pupils that its author says are named."""
        assert hand.calls
        for row, scene in hand.scenes(hand.calls):
            for candidate, pupil in self._labelled(row, scene):
                yield self._example(hand, scene, candidate, pupil, 1.0, "written")

    def _labelled(self, row: dict, scene: Scene) -> Iterator[tuple[Candidate, bool]]:
        must, may = row["expect"]["must"], row["expect"]["may"]
        if "pupil_named" in may and "pupil_named" not in must:
            return
        ids = set(must.get("pupil_named") or [])
        for c in scene.candidates:
            pupil = bool(c.pupils & ids)
            if not pupil and any(call.pupils & ids for call in c.calls):
                continue
            same = sum(1 for other in scene.candidates if other.pupils & c.pupils & ids)
            if pupil and same > 1 and self.known.is_word(c.form) and not c.full:
                continue  # "will will be in goal": nobody says which of the two is the child
            yield c, pupil

    def _put_in_place(self, hand: Hand) -> Iterator[Example]:
        """Well done Alfie → well done grace."""
        assert hand.calls
        finder = CandidateFinder(self._word_calls)
        for row, scene in hand.scenes(hand.calls):
            if row.get("message_tags"):
                continue
            for c, pupil in self._labelled(row, scene):
                if (
                    not pupil
                    or c.full
                    or c.is_surname
                    or c.manner not in ("plain", "run_on")
                    or c.last - c.first != 1
                ):
                    continue
                place = scene.reading.folded.span(c.start, c.end)
                message = row["message"]
                for _ in range(TIMES):
                    word = _like(message[place.start : place.end], self._random.choice(self._words))
                    changed = {**row, "message": message[: place.start] + word + message[place.end :]}
                    reading = read(shapes.comment(changed, None))
                    other = Scene(reading, finder.find(reading), self._word_calls, hand.staff)
                    for found in other.candidates:
                        there = reading.folded.span(found.start, found.end).start == place.start
                        if there and found.way is Way.FIRST and not found.full:
                            yield self._example(hand, other, found, True, PUT_IN_PLACE, "put in place")

    def _word_uses(self, hand: Hand) -> Iterator[Example]:
        """Will there be a cake stall: in comments that name no pupil every word is a word; so in the school's posts."""
        quiet = [
            row for row in hand.rows if not {"pupil_named"} & {*row["expect"]["must"], *row["expect"]["may"]}
        ]
        posts = sorted({row.get("parent_post") or "" for row in hand.rows} - {""})
        said = [{"id": f"post-{n}", "message": post} for n, post in enumerate(posts)]
        for rows, weight, own in ((quiet, WORD_USES, None), (said, IN_POSTS, hand.calls)):
            for row, scene in hand.scenes(self._word_calls, rows):
                named = _pupils_in(row, hand, own)
                for c in scene.candidates:
                    if c.full or c.way is not Way.FIRST or c.form in hand.staff.firsts or c.form in named:
                        continue
                    self._uses[c.form] += 1
                    if own or self._uses[c.form] <= MOST_USES:
                        yield self._example(hand, scene, c, False, weight, "word")

    def _example(
        self, hand: Hand, scene: Scene, c: Candidate, pupil: bool, weight: float, kind: str
    ) -> Example:
        seen = buckets(self.features.strings(scene, c))
        sense = sense_of(self.features, self.vectors, scene, c)
        return Example(seen, 1.0, sense, pupil, weight, hand.number, kind)


def _pupils_in(row: dict, hand: Hand, calls: Calls | None) -> set[str]:
    """The names of a post that its school's pupils have, written as names are."""
    if calls is None:
        return set()
    return {
        c.form
        for _, scene in hand.scenes(calls, [row])
        for c in scene.candidates
        if scene.reading.named(c.first)
    }


def _like(typed: str, word: str) -> str:
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    return word.capitalize() if typed[:1].isupper() else word


@dataclass
class Told(Example):
    """A whole comment, and what is seen of it at a glance."""

    glanced: np.ndarray = field(default_factory=lambda: np.zeros(0, "int64"))


def described(hand: Hand, known: lexicon.Lexicon, vectors: Vectors) -> Iterator[Told]:
    """Whole comments, by whether their author says that a pupil is described."""
    features = DescribedFeatures(known, vectors)
    for row in hand.rows:
        must, may = row["expect"]["must"], row["expect"]["may"]
        if "pupil_described" in may and "pupil_described" not in must:
            continue
        reading = read(shapes.comment(dict(row), None))
        tokens = features.tokens(reading)
        if not tokens:
            continue
        seen = distinct(features.seen(tokens))
        sense = features.sense(tokens, post_words(reading))
        glance = glanced(features, tokens)
        yield Told(seen, share(seen), sense, "pupil_described" in must, 1.0, hand.number, glanced=glance)


def first_look(told: list[Told]) -> Weights:
    """By single words, so set that hardly a comment that describes a pupil is passed over."""
    rows = [Row(e.glanced, share(e.glanced), e.sense[:0], e.truth) for e in told]
    glance = learn(rows, GLANCES, LOOSE)
    worth = [float(glance.seen[r.seen].sum()) * r.share + glance.bias for r in rows if r.truth]
    least = float(np.quantile(worth, PASSED_OVER)) - MARGIN
    return Weights(glance.seen, glance.sense, glance.bias - least)


def taught(examples: list[Example], told: list[Told], fold: tuple[int, ...]) -> Language:
    """The pipeline, learnt from all hands but those of the fold; on those it is scored."""
    named = learn([e for e in examples if e.hand not in fold], NAME_BUCKETS, LOOSE)
    picked = learn([e for e in told if e.hand not in fold], BUCKETS, LOOSE)
    if fold:
        rest = [e for e in examples if e.hand in fold and e.kind == "written"]
        report(f"named, without hands {fold}", named.likelihoods(rest), rest, (0.4, 0.5, 0.7))
        rest = [e for e in told if e.hand in fold]
        report(f"described, without hands {fold}", picked.likelihoods(rest), rest, (0.1, 0.15, 0.2, 0.3))
    nlp = blank()
    nlp.get_pipe("schoolgate_pupil_judge").weights["names"] = Weights(named.seen, named.sense, named.bias)
    kept = nlp.get_pipe("schoolgate_described").weights
    kept["comments"] = Weights(picked.seen, picked.sense, picked.bias)
    kept["glance"] = first_look([e for e in told if e.hand not in fold])
    nlp.meta.update(name="pupils", version="1", description="Finds pupils of a roster in comments")
    return nlp


def main() -> None:
    """Train, or train and score on hands that were left out."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--without", default="", help="leave out these hands, score on them, keep nothing")
    asked.add_argument("--folds", action="store_true", help="the same for every hand in turn")
    asked.add_argument("--seeds", type=int, default=1, help="do it with so many seeds")
    asked.add_argument("--out", type=Path, default=MODEL)
    options = asked.parse_args()
    known = lexicon.load(RULES)
    hands = [Hand(file, known) for file in sorted(CORPUS.glob("hand-*.jsonl"))]
    left_out = [tuple(int(n) for n in options.without.split(","))] if options.without else []
    for seed in range(SEED, SEED + options.seeds):
        teacher = Teacher(seed)
        examples = [example for hand in hands for example in teacher.all_of(hand)]
        told = [example for hand in hands for example in described(hand, known, teacher.vectors)]
        for fold in FOLDS if options.folds else left_out:
            taught(examples, told, fold)
        if not options.folds and not left_out:
            taught(examples, told, ()).to_disk(options.out)
            written = sum(e.kind == "written" for e in examples)
            print(
                f"{written} candidates written by hand, {len(examples) - written} generated, {len(told)} comments"
            )


if __name__ == "__main__":
    main()
