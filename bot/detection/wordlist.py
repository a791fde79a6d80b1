"""The words that detection goes by, read from moderation_rules/ and folded as comments are."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.detection.text import folded, words
from bot.domain.finding import Tier

NAMES_FILE = Path("names") / "context.toml"
PROFANITY_FILE = Path("language") / "profanity.toml"
T = TypeVar("T")
_NAME_SETS = (
    "word_names",
    "word_surnames",
    "titles",
    "soft_titles",
    "before_the_verb_to_miss",
    "adult_kin",
    "own_kin",
    "articles",
    "places",
    "things",
    "seasons",
    "not_surnames",
)


class WordListError(Exception):
    """A word list that can't be used; the text names the file and what is wrong in it."""


class Phrases:
    """Short runs of words, looked up before or after a place in a text."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = frozenset(tuple(word.text for word in words(folded(phrase))) for phrase in phrases)
        self._lengths = sorted({len(phrase) for phrase in self._phrases} - {0}, reverse=True)

    def ending(self, said: Sequence[str], end: int) -> int:
        """How many words before `end` are one of the phrases; 0 if none."""
        return next((n for n in self._lengths if end >= n and tuple(said[end - n : end]) in self._phrases), 0)

    def starting(self, said: Sequence[str], start: int) -> int:
        """How many words from `start` on are one of the phrases; 0 if none."""
        return next((n for n in self._lengths if tuple(said[start : start + n]) in self._phrases), 0)

    def around(self, said: Sequence[str], place: int) -> bool:
        """Whether one of the phrases covers the word at `place`."""
        starts = ((n, place - back) for n in self._lengths for back in range(n) if place >= back)
        return any(tuple(said[start : start + n]) in self._phrases for n, start in starts)


@dataclass(frozen=True, slots=True)
class NameWords:
    """What tells a pupil's name from a word, a place or an adult."""

    word_names: frozenset[str]
    word_surnames: frozenset[str]
    titles: frozenset[str]
    soft_titles: frozenset[str]
    before_the_verb_to_miss: frozenset[str]
    adult_kin: frozenset[str]
    own_kin: frozenset[str]
    articles: frozenset[str]
    places: frozenset[str]
    things: frozenset[str]
    seasons: frozenset[str]
    not_surnames: frozenset[str]
    praise_before: Phrases
    child_after: Phrases
    famous: Phrases


@dataclass(frozen=True, slots=True)
class Framed:
    """A word that is rude only in a certain company."""

    tier: Tier
    person: bool
    phrases: Phrases
    not_before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profanity:
    """Swear words by tier, and what makes an innocent word rude or a mild one an insult."""

    listed: Mapping[str, Tier]
    inside: Mapping[str, Tier]
    beginnings: Mapping[str, Tier]
    framed: Mapping[str, Framed]
    person: Phrases
    insults: frozenset[str]
    said_of: Phrases
    insult_phrases: Phrases
    worse: frozenset[str]
    innocent: frozenset[str]


@dataclass(frozen=True, slots=True)
class WordList:
    """All of it."""

    names: NameWords
    profanity: Profanity


def load(folder: Path) -> WordList:
    """Both files of the folder; WordListError names the file and the slip."""
    return WordList(_read(folder / NAMES_FILE, _names), _read(folder / PROFANITY_FILE, _profanity))


def _read(path: Path, make: Callable[[Mapping[str, Any]], T]) -> T:
    try:
        return make(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise WordListError(f"{path.name}: the file is missing or can't be read ({path}).") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordListError(f"{path.name}: {error}.") from None
    except KeyError as error:
        raise WordListError(f"{path.name}: the entry {error} is missing.") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise WordListError(f"{path.name}: an entry is of the wrong kind ({error}).") from None


def _names(table: Mapping[str, Any]) -> NameWords:
    return NameWords(
        praise_before=Phrases(table["praise_before"]),
        child_after=Phrases(table["child_after"]),
        famous=Phrases(table["famous"].split(";")),
        **{name: _set(table[name]) for name in _NAME_SETS},
    )


def _profanity(table: Mapping[str, Any]) -> Profanity:
    at_a_person = table["at_a_person"]
    return Profanity(
        listed=_tiers(table["listed"]),
        inside=_tiers(table["inside"]),
        beginnings=_tiers(table["beginnings"]),
        framed={word: _framed(entry) for entry in table["framed"] for word in _set(entry["words"])},
        person=Phrases(table["frames"]["person"]),
        insults=_set(at_a_person["words"]),
        said_of=Phrases(at_a_person["said_of"]),
        insult_phrases=Phrases(at_a_person["phrases"]),
        worse=_set(at_a_person["worse"]),
        innocent=_set(table["innocent"]["words"]),
    )


def _framed(entry: Mapping[str, Any]) -> Framed:
    return Framed(
        Tier(entry["tier"]),
        bool(entry.get("person", False)),
        Phrases(entry["phrases"]),
        _set(entry.get("not_before", "")),
    )


def _set(text: str) -> frozenset[str]:
    return frozenset(folded(text).split())


def _tiers(table: Mapping[str, str]) -> dict[str, Tier]:
    """Word to tier; of a word listed twice the stronger tier holds."""
    found: dict[str, Tier] = {}
    for tier in Tier:
        found |= dict.fromkeys(_set(table.get(tier.value, "")), tier)
    return found
