"""The spaCy pipeline of models/pupils: words, what the roster could mean here, the judgement in context.

`spacy.load("models/pupils")` gives it; `for_roster` adds the school's roster. Pupils stand in `doc.spans["pupils"]`, each
span labelled PUPIL, with `span._.pupils` (ids), `span._.likelihood` and `span._.seen` (what it was judged by);
words that pick one out without a name stand in `doc.spans["described"]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import registry
from spacy.vocab import Vocab

from bot.detection.pupils import described, lexicon
from bot.detection.pupils.calls import Calls, form_of
from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.candidates import CandidateFinder
from bot.detection.pupils.described import DescribedFeatures, DescribedJudge, Glance
from bot.detection.pupils.features import Features
from bot.detection.pupils.judge import BUCKETS, Judge, Vectors, Weights, read_vectors
from bot.detection.pupils.lexicon import Lexicon
from bot.detection.pupils.scene import Scene, Staff, post_words
from bot.detection.pupils.which import meant
from bot.detection.reading import Reading, read
from bot.domain.comment import Comment, CommentId, PageId
from bot.domain.finding import Span as Place
from bot.domain.roster import PupilId, Roster, StaffMember

MODEL = Path(__file__).parents[3] / "models" / "pupils"
DESCRIBED = "schoolgate_described"
_LEAST_DESCRIBED = 0.1
_LEAST = 0.02  # what is less likely is not worth a span
_PARTS = re.compile(r"[^\W_]+|[\W_]+")  # words and what stands between them


class Judged(NamedTuple):
    """One candidate as it was judged: two in one word have the same span, so spaCy can't keep these apart."""

    candidate: Candidate
    likelihood: float
    seen: frozenset[str]
    pupils: frozenset[PupilId]


def _extend() -> None:
    for holder, name in (
        (Doc, "comment"),
        (Doc, "reading"),
        (Doc, "scene"),
        (Doc, "judged"),
        (Span, "seen"),
    ):
        holder.set_extension(name, default=None, force=True)
    Span.set_extension("pupils", default=frozenset(), force=True)
    Span.set_extension("likelihood", default=0.0, force=True)


class Words:
    """Our own words as spaCy's tokens; the text comes back from them unchanged."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        pieces: list[str] = []
        spaces: list[bool] = []
        for part in _PARTS.findall(text):
            for piece in (part,) if part[0].isalnum() else _gap(part):
                if piece == " " and spaces and not spaces[-1]:
                    spaces[-1] = True
                else:
                    pieces.append(piece)
                    spaces.append(False)
        return Doc(self._vocab, words=pieces, spaces=spaces)

    def to_disk(self, _path: Path, **_kwargs: object) -> None:
        """There is nothing to keep."""

    def from_disk(self, _path: Path, **_kwargs: object) -> Words:
        return self

    def to_bytes(self, **_kwargs: object) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: object) -> Words:
        return self


def _gap(gap: str) -> Iterable[str]:
    """A blank by itself and whatever else stands between two words."""
    if gap.startswith(" ") and len(gap) > 1:
        yield " "
        gap = gap[1:]
    tail = gap.endswith(" ") and len(gap) > 1
    if gap:
        yield gap[:-1] if tail else gap
    if tail:
        yield " "


@registry.tokenizers("schoolgate.words.v1")  # type: ignore[untyped-decorator]
def make_words() -> Callable[[Language], Words]:
    return lambda nlp: Words(nlp.vocab)


class Candidates:
    """What the roster could mean here."""

    def __init__(self) -> None:
        self._finder: CandidateFinder | None = None
        self._staff = Staff()

    def use(self, roster: Roster, known: Lexicon) -> None:
        """From now on look for these pupils."""
        self._finder = CandidateFinder(Calls(roster, known))
        self._staff = staff_of(roster.staff)

    def __call__(self, doc: Doc) -> Doc:
        doc._.reading = reading = read(doc._.comment or _bare(doc.text))
        if self._finder is None:
            return doc
        doc._.scene = Scene(reading, self._finder.find(reading), self._finder.calls, self._staff)
        return doc


class Learnt:
    """A component with weights, kept with the pipeline."""

    def __init__(self, **buckets: int) -> None:
        self.weights = {
            name: Weights(np.zeros(n, "float32"), np.zeros(0, "float32"), 0.0) for name, n in buckets.items()
        }

    def to_disk(self, path: Path, **_kwargs: object) -> None:
        path.mkdir(parents=True, exist_ok=True)
        for name, w in self.weights.items():
            seen = w.seen.astype("float16")
            np.savez_compressed(path / f"{name}.npz", seen=seen, sense=w.sense, bias=w.bias)

    def from_disk(self, path: Path, **_kwargs: object) -> Learnt:
        for name in self.weights:
            with (path / f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as kept:
                seen, sense = kept["seen"].astype("float32"), kept["sense"].astype("float32")
                self.weights[name] = Weights(seen, sense, float(kept["bias"]))
        return self


class PupilJudge(Learnt):
    """Which of the candidates are pupils, and whom they mean."""

    def __init__(self) -> None:
        super().__init__(names=BUCKETS)
        self._judge: Judge | None = None

    def use(self, known: Lexicon, words: Vectors) -> None:
        self._judge = Judge(Features(known), words, self.weights["names"])

    def __call__(self, doc: Doc) -> Doc:
        scene: Scene | None = doc._.scene
        spans: list[Span] = []
        doc._.judged = judged = list[Judged]()
        if scene is not None and self._judge is not None:
            for candidate in scene.candidates:
                likelihood, seen = self._judge.likelihood(scene, candidate)
                if likelihood >= _LEAST:
                    judged.append(Judged(candidate, likelihood, frozenset(seen), meant(scene, candidate)))
                    spans.append(_span(doc, scene, judged[-1]))
        doc.spans["pupils"] = spans
        return doc


class Described(Learnt):
    """Whether one pupil can be picked out without a name, and by which words."""

    def __init__(self) -> None:
        super().__init__(comments=described.BUCKETS, glance=described.GLANCES)
        self._judge: DescribedJudge | None = None

    def use(self, known: Lexicon, words: Vectors) -> None:
        features = DescribedFeatures(known, words)
        self._judge = DescribedJudge(
            features, self.weights["comments"], Glance(features, self.weights["glance"])
        )

    def __call__(self, doc: Doc) -> Doc:
        reading: Reading | None = doc._.reading
        spans: list[Span] = []
        if reading is not None and self._judge is not None and reading.words:
            likelihood, (start, end) = self._judge.judge(reading, post_words(reading))
            if likelihood >= _LEAST_DESCRIBED:
                place = reading.span(start, end)
                spans.append(_marked(doc, place, "PUPIL_DESCRIBED"))
                spans[0]._.likelihood = likelihood
        doc.spans["described"] = spans
        return doc


@Language.factory("schoolgate_candidates")
def make_candidates(nlp: Language, name: str) -> Candidates:  # noqa: ARG001 - spaCy asks for these names
    return Candidates()


@Language.factory("schoolgate_pupil_judge")
def make_pupil_judge(nlp: Language, name: str) -> PupilJudge:  # noqa: ARG001
    return PupilJudge()


@Language.factory(DESCRIBED)
def make_described(nlp: Language, name: str) -> Described:  # noqa: ARG001
    return Described()


def _marked(doc: Doc, place: Place, label: str) -> Span:
    span = doc.char_span(place.start, place.end, label=label, alignment_mode="expand")
    assert span is not None  # "expand" finds tokens for any place inside the text
    return span


def _span(doc: Doc, scene: Scene, judged: Judged) -> Span:
    place = scene.reading.folded.span(judged.candidate.start, judged.candidate.end)
    span = _marked(doc, place, "PUPIL")
    span._.pupils, span._.likelihood, span._.seen = judged.pupils, judged.likelihood, judged.seen
    return span


def blank() -> Language:
    """The pipeline before anything was learnt."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "schoolgate.words.v1"}}})
    nlp.add_pipe("schoolgate_candidates")
    nlp.add_pipe("schoolgate_pupil_judge")
    nlp.add_pipe(DESCRIBED)
    return nlp


def for_roster(roster: Roster, known: Lexicon, model: Path = MODEL) -> Language:
    """The trained pipeline, looking for the pupils of this roster."""
    nlp = spacy.load(model)
    # Nobody asks these words whether they look like a number or an address; and the commonest words stay when a comment's own words are forgotten.
    nlp.vocab.lex_attr_getters = {}  # type: ignore[attr-defined]
    for word in known.rank:
        _ = nlp.vocab[word]
    nlp.max_length = 10**9  # ours is linear; a comment is never refused for its length
    candidates, judge = nlp.get_pipe("schoolgate_candidates"), nlp.get_pipe("schoolgate_pupil_judge")
    assert isinstance(candidates, Candidates)
    assert isinstance(judge, PupilJudge)
    candidates.use(roster, known)
    words = read_vectors(lexicon.WORDS)
    judge.use(known, words)
    describing = nlp.get_pipe(DESCRIBED)
    assert isinstance(describing, Described)
    describing.use(known, words)
    return nlp


def staff_of(members: Iterable[StaffMember]) -> Staff:
    """The names that mean a member of staff."""
    firsts: set[str] = set()
    lasts: set[str] = set()
    fulls: set[str] = set()
    for member in members:
        firsts.add(form_of(member.first_name))
        lasts.add(form_of(member.last_name))
        fulls.add(form_of(f"{member.first_name} {member.last_name}"))
        if member.facebook_name:
            fulls.add(form_of(member.facebook_name))
            firsts.add(form_of(member.facebook_name).split(" ")[0])
    return Staff(frozenset(firsts) - {""}, frozenset(lasts), frozenset(fulls) - {""})


def _bare(text: str) -> Comment:
    return Comment(CommentId(""), PageId(""), text)


_extend()
