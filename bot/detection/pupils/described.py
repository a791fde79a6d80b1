"""Pupils described, not named: "the lad with the red glasses", "Mrs Patel's youngest", "her in the wheelchair".

What is seen are the words, the kinds of word (a child, a look, a role in a play) and their order; what each weighs was
learnt from comments. The words that weigh most are the place of the finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from bot.detection.pupils.judge import Floats, Vectors, Weights
from bot.detection.pupils.lexicon import Lexicon
from bot.detection.reading import Reading

BUCKETS = 1 << 17
GLANCES = 1 << 15
_MOST_WORDS = 400
_MOST_TOKENS = 1_200  # words and signs
_LONGEST = 14  # words of a place
_SCALE = 10.0
_MARKS = re.compile(r"[.!?,]")
_GROUPS = ("appearance", "aids", "school_roles_play", "kin_child", "jobs", "titles", "colours", "pets")
_PHRASES = ("happenings", "aids", "appearance")
_SEVERAL = frozenset(
    [
        "kids",
        "children",
        "boys",
        "girls",
        "lads",
        "lasses",
        "pupils",
        "students",
        "bairns",
        "weans",
        "youngsters",
        "kiddies",
        "twins",
        "infants",
        "kiddos",
        "teens",
        "teenagers",
        "toddlers",
        "tots",
        "laddies",
        "lassies",
    ]
)
_ADULTS = frozenset(
    [
        "man",
        "men",
        "woman",
        "women",
        "lady",
        "ladies",
        "gent",
        "gentleman",
        "bloke",
        "blokes",
        "chap",
        "fella",
        "guy",
        "mum",
        "mums",
        "dad",
        "dads",
        "parent",
        "parents",
        "nan",
        "nana",
        "grandad",
        "granny",
        "teacher",
        "teachers",
        "staff",
        "head",
        "headteacher",
        "driver",
        "ta",
        "coach",
        "ref",
        "vicar",
        "vet",
        "caretaker",
        "cook",
        "neighbour",
        "husband",
        "wife",
    ]
)
_PRONOUNS = frozenset(["he", "she", "him", "her", "his", "hers", "himself", "herself", "hes", "shes"])


class Seen(NamedTuple):
    """One feature and the word at which it stands; -1 for the whole comment."""

    feature: int
    place: int


class DescribedFeatures:
    """Makes what is seen of a comment."""

    def __init__(self, lexicon: Lexicon, vectors: Vectors) -> None:
        self._tags = lexicon.tags
        groups = {name: lexicon.group(name) for name in {*_GROUPS, *_PHRASES, "child_nouns"}}
        self._words = {name: frozenset(w for w in group if " " not in w) for name, group in groups.items()}
        self._phrases = {name: _by_first_word(groups[name]) for name in _PHRASES}
        self._vectors = vectors
        self.kinds = lru_cache(maxsize=20_000)(self._kinds_of)

    def tokens(self, reading: Reading) -> list[str]:
        """The words with the signs that end or part a sentence."""
        found: list[str] = []
        for n, word in enumerate(reading.said[:_MOST_WORDS]):
            found += _MARKS.findall(reading.gap(n)) if n else []
            found.append(word)
        if len(reading.said) <= _MOST_WORDS:
            found += _MARKS.findall(reading.gap(len(reading.said)))
        return found[:_MOST_TOKENS]

    def _kinds_of(self, word: str) -> tuple[str, ...]:
        kinds: list[str] = []
        if word in self._words["child_nouns"]:
            kinds.append("CHILDREN" if word in _SEVERAL else "CHILD")
        if word in _ADULTS:
            kinds.append("ADULT")
        if word in _PRONOUNS:
            kinds.append("PRON")
        kinds += [name.upper() for name in _GROUPS if word in self._words[name]]
        if word.isdigit():
            kinds.append("NUM")
        return tuple(kinds)

    def seen(self, tokens: Sequence[str]) -> list[Seen]:
        """All features, each once for each place. Written for speed: every comment comes by here."""
        row = ["^", *tokens, "$"]
        get = self._tags.get
        tags = [get(word, "?") if word.isalpha() else word for word in row]
        kinds = [self.kinds(word) for word in row]
        last = len(tokens) - 1
        found: list[Seen] = []
        for n, word in enumerate(row):
            place = min(max(n - 1, 0), last)
            texts = [f"u={word}"]
            texts += [f"c={kind}" for kind in kinds[n]]
            if n <= last + 1:
                texts += self._pairs(row, tags, kinds, n)
                if n <= last:
                    texts += self._threes(row, tags, kinds, n)
            found += [Seen(crc32(text.encode()) % BUCKETS, place) for text in texts]
        found += [Seen(crc32(text.encode()) % BUCKETS, -1) for text in self._whole(tokens, kinds)]
        return found

    def _pairs(self, row: list[str], tags: list[str], kinds: list[tuple[str, ...]], n: int) -> list[str]:
        word, after = row[n], row[n + 1]
        texts = [f"b={word} {after}", f"tb={tags[n]} {after}", f"bt={word} {tags[n + 1]}"]
        for kind in kinds[n]:
            texts.append(f"cb={kind} {after}")
            texts += [f"cc={kind} {other}" for other in kinds[n + 1]]
        texts += [f"bc={word} {other}" for other in kinds[n + 1]]
        return texts

    def _threes(self, row: list[str], tags: list[str], kinds: list[tuple[str, ...]], n: int) -> list[str]:
        word, middle, last = row[n], row[n + 1], row[n + 2]
        texts = [
            f"t={word} {middle} {last}",
            f"s={word} _ {last}",
            f"tt={tags[n]} {tags[n + 1]} {tags[n + 2]}",
        ]
        for other in kinds[n + 2]:
            texts += [f"sc={word} _ {other}", f"tc={word} {middle} {other}"]
        texts += [f"cs={kind} _ {last}" for kind in kinds[n]]
        if n + 3 < len(row):
            texts += [f"s2={word} _ _ {other}" for other in kinds[n + 3]]
        return texts

    def _whole(self, tokens: Sequence[str], kinds: list[tuple[str, ...]]) -> Iterator[str]:
        for name, phrases in self._phrases.items():
            if any(_stands(tokens, n, phrases.get(word, ())) for n, word in enumerate(tokens)):
                yield f"ph={name}"
        there = sorted({kind for found in kinds for kind in found})
        for n, kind in enumerate(there):
            yield from (f"co={kind} {other}" for other in there[n + 1 :])
        yield f"len={min(12, len(tokens) // 5)}"

    def sense(self, tokens: Sequence[str], post: Sequence[str]) -> Floats:
        """What the comment and the post are about."""
        return np.concatenate([self._vectors.mean(list(tokens)), self._vectors.mean(list(post))])


def _by_first_word(phrases: Iterable[str]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for phrase in sorted(phrases):
        words = phrase.split(" ")
        if len(words) > 1:
            found.setdefault(words[0], []).append(words)
    return found


def _stands(tokens: Sequence[str], n: int, phrases: Iterable[list[str]]) -> bool:
    return any(list(tokens[n : n + len(words)]) == words for words in phrases)


class Glance:
    """Single words only, each weighed once and remembered: most comments are not worth a second look."""

    def __init__(self, features: DescribedFeatures, weights: Weights) -> None:
        self._weights = weights
        self._features = features
        self._worth = lru_cache(maxsize=50_000)(self._worth_of)

    def _worth_of(self, word: str) -> tuple[float, int]:
        found = glanced(self._features, [word])
        return float(self._weights.seen[found].sum()), len(found)

    def enough(self, tokens: Sequence[str]) -> bool:
        """Whether this comment may pick somebody out."""
        found = [self._worth(word) for word in set(tokens)]
        total = sum(worth for worth, _ in found) * _SCALE / math.sqrt(sum(count for _, count in found))
        return total + self._weights.bias >= 0


def glanced(features: DescribedFeatures, tokens: Iterable[str]) -> npt.NDArray[np.int64]:
    """The features of single words."""
    texts = [f"u={word}" for word in set(tokens)] + [
        f"c={k}/{w}" for w in set(tokens) for k in features.kinds(w)
    ]
    return np.sort(np.fromiter((crc32(text.encode()) % GLANCES for text in texts), dtype="int64"))


class DescribedJudge:
    """How likely it is that a comment picks out one pupil, and by which words."""

    def __init__(self, features: DescribedFeatures, weights: Weights, glance: Glance) -> None:
        self._features = features
        self._weights = weights
        self._glance = glance

    def judge(self, reading: Reading, post: Sequence[str]) -> tuple[float, tuple[int, int]]:
        """Likelihood, and the words (of the reading) that speak most for it."""
        tokens = self._features.tokens(reading)
        if not tokens or not self._glance.enough(tokens):
            return 0.0, (0, 0)
        seen = self._features.seen(tokens)
        w = self._weights
        features = distinct(seen)
        logit = float(w.seen[features].sum()) * share(features)
        logit += float(self._features.sense(tokens, post) @ w.sense) + w.bias
        likelihood = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        return likelihood, (_place(seen, tokens, w.seen) if likelihood > 0.1 else (0, 0))


def distinct(seen: Sequence[Seen]) -> npt.NDArray[np.int64]:
    """Each feature once."""
    return np.fromiter({one.feature for one in seen}, dtype="int64")


def share(features: npt.NDArray[np.int64]) -> float:
    """What each feature counts for: of a long comment less than of a short one."""
    return _SCALE / math.sqrt(len(features))


def _place(seen: Sequence[Seen], tokens: Sequence[str], weights: Floats) -> tuple[int, int]:
    """The run of words with the greatest weight, counted in words and not in signs."""
    worth = np.full(len(tokens), -0.02)
    for one in seen:
        if one.place >= 0:
            worth[one.place] += weights[one.feature]
    best, begins, total, start = -math.inf, 0, 0.0, 0
    ends = 1
    for n, value in enumerate(worth):
        if total <= 0 or n - start >= _LONGEST:
            total, start = 0.0, n
        total += float(value)
        if total > best:
            best, begins, ends = total, start, n + 1
    before = sum(1 for token in tokens[:begins] if not _MARKS.fullmatch(token))
    words = sum(1 for token in tokens[begins:ends] if not _MARKS.fullmatch(token))
    return before, before + max(1, words)
