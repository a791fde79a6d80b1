"""The words that detection goes by, read from moderation_rules/ and folded as comments are."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.detection.text import folded, words
from bot.domain.finding import Tier

PROFANITY_FILE = Path("language") / "profanity.toml"
T = TypeVar("T")


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

    def around(self, said: Sequence[str], place: int) -> bool:
        """Whether one of the phrases covers the word at `place`."""
        starts = ((n, place - back) for n in self._lengths for back in range(n) if place >= back)
        return any(tuple(said[start : start + n]) in self._phrases for n, start in starts)


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


def load(folder: Path) -> Profanity:
    """The words of language/; WordListError names the file and the slip."""
    return read_table(folder / PROFANITY_FILE, _profanity)


def read_table(path: Path, make: Callable[[Mapping[str, Any]], T]) -> T:
    """A TOML file made into what it stands for; WordListError says what is wrong in it."""
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
