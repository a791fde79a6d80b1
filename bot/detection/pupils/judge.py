"""Is this candidate a pupil? The trained part: a weight for everything that is seen, and the sense of the words around."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.features import Features
from bot.detection.pupils.scene import MOST_WORDS, Scene

BUCKETS = 1 << 17
Floats = npt.NDArray[np.float32]


class Vectors:
    """What the commonest words mean, in a few numbers each; without the file, nothing is known of any word."""

    def __init__(self, words: Sequence[str], table: npt.NDArray[np.int8]) -> None:
        self._places = {word: n for n, word in enumerate(words)}
        self._table = table
        self.size = int(table.shape[1])
        self._nothing = np.zeros(self.size, dtype="float32")
        self._sum = lru_cache(maxsize=64)(self._summed)

    def of(self, word: str) -> Floats:
        """The word's numbers; zeros for a word that is not known."""
        place = self._places.get(word)
        if place is None:
            return self._nothing
        known: Floats = self._table[place].astype("float32") / np.float32(127)
        return known

    def mean(self, words: Sequence[str]) -> Floats:
        """The sense of several words together."""
        return self._mean(*self._sum(tuple(words)))

    def mean_without(self, words: tuple[str, ...], left_out: Sequence[str]) -> Floats:
        """The same of all but some of them; the sum of all is kept for the next name of the comment."""
        (total, known), (own, fewer) = self._sum(words), self._summed(left_out)
        return self._mean(total - own, known - fewer)

    def _mean(self, total: npt.NDArray[np.int64], known: int) -> Floats:
        if not known:
            return self._nothing
        return (total / (known * 127)).astype("float32")

    def _summed(self, words: Sequence[str]) -> tuple[npt.NDArray[np.int64], int]:
        places = [self._places[word] for word in words if word in self._places]
        return self._table[places].sum(axis=0, dtype="int64"), len(places)


@dataclass(frozen=True)
class Weights:
    """What was learnt."""

    seen: Floats
    sense: Floats
    bias: float


class Judge:
    """How likely it is that a candidate is the pupil."""

    def __init__(self, features: Features, vectors: Vectors, weights: Weights) -> None:
        self._features = features
        self._vectors = vectors
        self._weights = weights

    def likelihood(self, scene: Scene, candidate: Candidate) -> tuple[float, list[str]]:
        """Between 0 and 1, and what it was judged by."""
        seen = self._features.strings(scene, candidate)
        sense = sense_of(self._features, self._vectors, scene, candidate)
        w = self._weights
        logit = float(w.seen[buckets(seen)].sum() + sense @ w.sense) + w.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit)))), seen


def buckets(strings: Sequence[str]) -> npt.NDArray[np.int64]:
    """Where the weights of what was seen are kept."""
    return np.fromiter({zlib.crc32(s.encode()) % BUCKETS for s in strings}, dtype="int64")


def sense_of(features: Features, vectors: Vectors, scene: Scene, candidate: Candidate) -> Floats:
    """The name as a word, the words around it, the whole text and the post; and how well the name goes with those."""
    before, after = features.window(scene, candidate)
    own = vectors.of(candidate.form if features.by_itself(candidate) else "")
    text = vectors.mean_without(scene.opening, scene.opening[candidate.first : candidate.last])
    post = vectors.mean(scene.post_words[:MOST_WORDS])
    alike = np.array([_alike(own, text), _alike(own, post)], dtype="float32")
    return np.concatenate([own, *(vectors.of(word) for word in (*before, *after)), text, post, alike])


def _alike(left: Floats, right: Floats) -> float:
    length = float(np.sqrt(left @ left) * np.sqrt(right @ right))
    return float(left @ right) / length if length else 0.0


def read_vectors(folder: Path) -> Vectors:
    """The exported words; none at all where the file is missing, and the judge goes by what it sees."""
    file = folder / "vectors.npy"
    if not file.exists():
        return Vectors([], np.zeros((0, 64), dtype="int8"))
    return Vectors((folder / "words.txt").read_text(encoding="ascii").split(), np.load(file))
