"""The spaCy pipeline: our words in, spans of pupils out, nothing kept, and the same model from the same comments."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from bot.detection.pupils import lexicon, named, pipeline
from bot.detection.pupils.pipeline import MODEL, Words, for_roster
from tests.cast import a_comment
from tests.classroom import ROSTER, RULES

KNOWN = lexicon.load(RULES)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return for_roster(ROSTER, KNOWN)


def spans(nlp: Language, message: str) -> list[Any]:
    doc = nlp.make_doc(message)
    doc._.comment = a_comment(message)
    return list(nlp(doc).spans["pupils"])


def test_spacy_loads_the_model_and_it_says_what_it_is() -> None:
    nlp = spacy.load(MODEL)
    assert nlp.pipe_names == ["schoolgate_candidates", "schoolgate_pupil_judge", "schoolgate_described"]
    assert isinstance(nlp.tokenizer, Words)
    assert (nlp.meta["name"], nlp.meta["lang"]) == ("pupils", "en")


def test_without_a_roster_it_finds_nobody() -> None:
    assert len(spacy.load(MODEL)("well done Alfie Thornbury").spans["pupils"]) == 0


SPANS = {
    "a full name": ("Well done Alfie Thornbury!", [("Alfie Thornbury", {"P001"})]),
    "a shared name": ("well done alfie", [("alfie", {"P001", "P009"})]),
    "two": ("Ellie Marsh and Putri sang", [("Ellie Marsh", {"P002"}), ("Putri", {"P013"})]),
    "after emoji and marks": ("😀a\u0301 Ellie Marsh", [("Ellie Marsh", {"P002"})]),
    "none": ("What a lovely concert", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("message", "found"), SPANS.values(), ids=SPANS)
def test_pupils_are_spans_with_label_ids_and_likelihood(
    nlp: Language, message: str, found: list[tuple[str, set[str]]]
) -> None:
    marked = spans(nlp, message)
    assert [(s.text, set(s._.pupils)) for s in marked] == found
    for span in marked:
        assert span.label_ == "PUPIL"
        assert 0.5 < span._.likelihood <= 1
        assert "bias" in span._.seen


TOKENIZER = spacy.load(MODEL).tokenizer
BLANKS = st.text(alphabet=" \t\n\r\u00a0\u2003a'-é😀\u0301", max_size=40)


@given(st.one_of(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80), BLANKS))
@settings(max_examples=500, deadline=None)
def test_the_text_comes_back_from_the_words_unchanged(text: str) -> None:
    assert TOKENIZER(text).text == text


def test_a_service_that_runs_for_months_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 comments of words that nobody used before leave the vocabulary as it was."""
    made: list[Language] = []

    def kept(*args: Any) -> Language:
        made.append(for_roster(*args))
        return made[0]

    monkeypatch.setattr(named, "for_roster", kept)
    find = named.detector(ROSTER, KNOWN)
    find(a_comment("well done alfie"))
    vocab = made[0].vocab
    before = (len(vocab.strings), sum(1 for _ in vocab))
    chance = random.Random(7)
    for _ in range(2_000):
        fresh = ["".join(chance.choices("abcdefghijklmnop", k=9)) for _ in range(12)]
        find(a_comment(" ".join((*fresh, "alfie thornbury"))))
    assert (len(vocab.strings), sum(1 for _ in vocab)) == before


def test_a_finding_stays_readable_after_the_words_are_forgotten() -> None:
    find = named.detector(ROSTER, KNOWN)
    (first,) = find(a_comment("xyzzyplugh says well done alfie thornbury"))
    find(a_comment("quuxfrob"))
    assert (first.rule, first.pupils) == ("names.full_name", ("P001",))


def _trainer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(MODEL.parent))
    monkeypatch.setattr("learning.STEPS", 20)
    return importlib.import_module("train")


@pytest.mark.slow
def test_training_twice_gives_the_same_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    train = _trainer(monkeypatch)
    files = [MODEL.parent / "corpus" / f"hand-{n}.jsonl" for n in (11, 12)]

    def weights() -> list[Any]:
        teacher = train.Teacher(1)
        hands = [train.Hand(file, teacher.known) for file in files]
        for hand in hands:
            hand.rows = hand.rows[:80]
        names = [example for hand in hands for example in teacher.all_of(hand)]
        told = [one for hand in hands for one in train.described(hand, teacher.known, teacher.vectors)]
        nlp = train.taught(names, told, ())
        return [w for part in LEARNT for w in nlp.get_pipe(part).weights.values()]

    for once, again in zip(weights(), weights(), strict=True):
        assert np.array_equal(once.seen, again.seen)
        assert np.array_equal(once.sense, again.sense)
        assert once.bias == again.bias != 0


LEARNT = ("schoolgate_pupil_judge", "schoolgate_described")


@pytest.mark.parametrize("part", LEARNT)
def test_what_was_learnt_survives_the_way_to_the_disk(tmp_path: Path, part: str) -> None:
    nlp = spacy.load(MODEL)
    nlp.to_disk(tmp_path / "kept")
    there: Any = spacy.load(tmp_path / "kept").get_pipe(part)
    here: Any = nlp.get_pipe(part)
    blank: Any = pipeline.blank().get_pipe(part)
    assert there.weights.keys() == here.weights.keys() == blank.weights.keys()
    for name, weights in here.weights.items():
        assert np.array_equal(there.weights[name].seen, weights.seen)
        assert np.array_equal(there.weights[name].sense, weights.sense)
        assert np.count_nonzero(weights.seen) > 1_000
        assert not np.any(blank.weights[name].seen)


BROKEN = {
    "no model": lambda folder: None,
    "no weights": lambda folder: (folder / "schoolgate_pupil_judge" / "names.npz").unlink(),
    "half the weights": lambda folder: _halve(folder / "schoolgate_pupil_judge" / "names.npz"),
    "half a glance": lambda folder: _halve(folder / "schoolgate_described" / "glance.npz"),
    "no configuration": lambda folder: (folder / "config.cfg").unlink(),
}


def _halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("harm", BROKEN.values(), ids=BROKEN)
def test_a_broken_model_is_an_error_and_not_silence(tmp_path: Path, harm: Any) -> None:
    folder = tmp_path / "pupils"
    if harm is not BROKEN["no model"]:
        spacy.load(MODEL).to_disk(folder)
    harm(folder)
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, the Inspector takes it
        for_roster(ROSTER, KNOWN, folder)
