"""Swearing: our own British words, known again behind disguises, and mild ones only when they hit a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.detection.disguises import Disguises
from bot.detection.reading import Reading, by_the_school, read
from bot.detection.text import folded, words
from bot.detection.wordlist import Phrases, Profanity, WordListError
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding, Tier
from bot.domain.roster import Roster

__all__ = ["WordListError", "detector"]

_CHUNK = re.compile(r"\S+")
_LINK = re.compile(r"(?:https?:|www\.)|.*@[a-z0-9-]+\.[a-z]|.*\.(?:com|co\.uk|org|uk|net)\b")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]{1,3}){3,}[^\W_](?![^\W_])")
_LETTER = re.compile(r"[^\W_]")
_LONGEST_CHUNK = 60
AIMED = "language.at_a_person"
_TIERS = list(Tier)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a swear word stands in folded text, and how it was seen."""

    start: int
    end: int
    tier: Tier
    rule: str
    why: str
    confidence: Confidence = Confidence.SURE


def detector(profanity: Profanity, roster: Roster) -> Callable[[Comment], list[Finding]]:
    """Built once; the school's own post is never judged."""
    swearing = Swearing(profanity, _names(roster))

    def find(comment: Comment) -> list[Finding]:
        if by_the_school(comment):
            return []
        reading = read(comment)
        hits = (hit for hit in swearing.hits(reading) if hit.tier is not Tier.MILD or hit.rule == AIMED)
        return [_finding(hit, reading) for hit in _apart(hits)]

    return find


class Swearing:
    """The word lists at work on one comment."""

    def __init__(self, profanity: Profanity, names: frozenset[str]) -> None:
        self._words = profanity
        self._innocent = (profanity.innocent | names) - profanity.listed.keys()
        self._tiers = {word: entry.tier for word, entry in profanity.framed.items()} | dict(profanity.listed)
        strongest_first = sorted(self._tiers, key=lambda word: (-_TIERS.index(self._tiers[word]), word))
        self._disguises = Disguises([w for w in strongest_first if self._tiers[w] is not Tier.MILD])
        self._mild = Disguises([w for w in strongest_first if profanity.listed.get(w) is Tier.MILD])
        self._chunk = lru_cache(maxsize=50_000)(self._judge_chunk)

    def hits(self, reading: Reading) -> Iterator[Hit]:
        """Everything that was seen, overlaps and all."""
        text = reading.folded.text
        for chunk in _CHUNK.finditer(text):
            for start, end, word, disguised in self._chunk(chunk.group()):
                yield self._hit(chunk.start() + start, chunk.start() + end, word, disguised)
        yield from self._spaced(text)
        for n, word in enumerate(reading.said):
            if word in self._words.framed:
                yield from self._framed(reading, n)
            if word in self._words.insults:
                yield from self._at_a_person(reading, n)

    def _hit(self, start: int, end: int, word: str, disguised: bool) -> Hit:
        tier = self._tier(word)
        if disguised:
            why = f"It holds a swear word in disguise ({tier})."
            return Hit(start, end, tier, "language.disguised", why, Confidence.LIKELY)
        return Hit(start, end, tier, "language.word", f"It holds a swear word ({tier}).")

    def _tier(self, word: str) -> Tier:
        """Of a listed word, or of the stem inside a longer one."""
        stems = {**self._words.inside, **self._words.beginnings}
        held = [tier for stem, tier in stems.items() if stem in word]
        return self._tiers.get(word) or max(held, key=_TIERS.index)

    def _judge_chunk(self, chunk: str) -> tuple[tuple[int, int, str, bool], ...]:
        """The swear words of one run of signs without a space; each run is asked only once."""
        if len(chunk) <= _LONGEST_CHUNK and _LINK.match(chunk):
            return ()
        plain = [
            (word.start, word.end, known, False)
            for word in words(chunk)
            if (known := self._plain(word.text)) is not None
        ]
        if plain or len(chunk) > _LONGEST_CHUNK:
            return tuple(plain)
        return tuple(self._behind(chunk))

    def _plain(self, word: str) -> str | None:
        """The listed word that a word of letters and digits is."""
        if word in self._words.listed:
            return word
        if word in self._innocent or word.isdigit() or len(word) < 3:
            return None
        stretched = self._disguises.unstretched(word) or self._mild.unstretched(word)
        if stretched and stretched in self._words.listed:
            return stretched
        inside = any(stem in word for stem in self._words.inside)
        begins = any(word.startswith(stem) for stem in self._words.beginnings)
        return word if inside or begins else None

    def _behind(self, chunk: str) -> Iterator[tuple[int, int, str, bool]]:
        """The word behind stars and signs, with or without the last sign of exclamation."""
        start = len(chunk) - len(chunk.lstrip("\"'([{.,;:!?-*_#~&"))
        for end in dict.fromkeys((len(chunk.rstrip("\"')]}.,;:!?~-")), len(chunk.rstrip("\"')]}.,;:?")))):
            core = chunk[start:end].removesuffix("'s")
            if core in self._innocent or all(part.text in self._innocent for part in words(core)):
                return
            word = self._disguises.behind(core) or self._mild.behind(core)
            if word:
                yield start, start + len(core), word, True
                return

    def _spaced(self, text: str) -> Iterator[Hit]:
        """Letters with spaces between them."""
        for run in _SPACED.finditer(text):
            places = [run.start() + letter.start() for letter in _LETTER.finditer(run.group())]
            letters = "".join(text[place] for place in places)
            for place, length, word in self._disguises.spaced(letters):
                yield self._hit(places[place], places[place + length - 1] + 1, word, disguised=True)

    def _framed(self, reading: Reading, n: int) -> Iterator[Hit]:
        """A word that is rude only in company: "you knob", never the knob of a door."""
        framed = self._words.framed[reading.word(n)]
        if reading.word(n + 1) in framed.not_before and reading.joined(n + 1):
            return
        if reading.word(n) in self._innocent and reading.capital(n):
            return
        said_of = framed.person and self._said_of(reading, n, self._words.person)
        if said_of or framed.phrases.around(reading.said, n):
            word, why = reading.words[n], f"It holds a word that is rude as it is used here ({framed.tier})."
            yield Hit(word.start, word.end, framed.tier, "language.framed", why)

    def _at_a_person(self, reading: Reading, n: int) -> Iterator[Hit]:
        """A mild word said of somebody: "you stupid cow"."""
        if self._said_of(reading, n, self._words.said_of) or self._words.insult_phrases.around(
            reading.said, n
        ):
            word, why = reading.words[n], "It holds a mild swear word that is aimed at a person."
            yield Hit(word.start, word.end, Tier.MILD, AIMED, why)

    def _said_of(self, reading: Reading, n: int, frames: Phrases) -> bool:
        """Whether "you", "such a" and the like stand before, with nothing kind between."""
        start = n
        while reading.joined(start):
            if frames.ending(reading.said, start):
                return True
            if reading.word(start - 1) not in self._words.worse:
                return False
            start -= 1
        return False


def _apart(hits: Iterator[Hit]) -> list[Hit]:
    """Of hits that overlap the strongest."""
    kept: list[Hit] = []
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -_TIERS.index(hit.tier))):
        if kept and hit.start < end:
            if _TIERS.index(hit.tier) > _TIERS.index(kept[-1].tier):
                kept[-1] = hit
        else:
            kept.append(hit)
        end = kept[-1].end
    return kept


def _finding(hit: Hit, reading: Reading) -> Finding:
    span = reading.folded.span(hit.start, hit.end)
    return Finding(Category.PROFANITY, hit.rule, hit.why, hit.confidence, span, tier=hit.tier)


def _names(roster: Roster) -> frozenset[str]:
    """Everybody's names: Mr Hancock and Mrs Cox swear by being called."""
    people = [(p.first_name, p.preferred_name or "", p.last_name) for p in roster.pupils]
    people += [(s.first_name, s.facebook_name or "", s.last_name) for s in roster.staff]
    return frozenset(word.text for names in people for name in names for word in words(folded(name)))
