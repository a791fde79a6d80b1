"""Swearing, by better-profanity's matcher with our own British words on folded text."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.detection.text import Folded, fold
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding, Tier
from bot.domain.roster import Roster

# A token: letters, and the signs that people put in place of letters. Bounded: nobody swears in 40 letters.
TOKEN = re.compile(r"[a-z0-9@$!*#'€+|-]{1,400}")
SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z0-9@$!*][ ._-]{1,2}){3,14}[a-z0-9@$!*](?![a-z0-9'])")
LONGEST_TOKEN = 40
DISGUISES = {
    "a": ("a", "@", "4", "*", "#"),
    "b": ("b", "8"),
    "c": ("c", "k", "*"),
    "e": ("e", "3", "*", "€", "#"),
    "g": ("g", "9"),
    "h": ("h", "*"),
    "i": ("i", "1", "!", "|", "*", "#"),
    "k": ("k", "c", "*"),
    "l": ("l", "1", "|", "*"),
    "n": ("n", "*"),
    "o": ("o", "0", "*", "#"),
    "s": ("s", "$", "5", "z"),
    "t": ("t", "7", "+", "*"),
    "u": ("u", "v", "*", "@", "#"),
}
SIGNS = set("@$!*#€+|0123456789")
# Stems that no innocent word holds: found inside longer tokens too.
STEMS = {"fuck": Tier.STRONGEST, "cunt": Tier.STRONGEST, "bollock": Tier.MEDIUM, "dickhead": Tier.STRONG}
STEMS |= {"arsehole": Tier.STRONG, "bastard": Tier.STRONG, "shithead": Tier.STRONG, "wanker": Tier.STRONG}
MASKED = re.compile(r"([a-z])([a-z]?)[*#]{2,6}([a-z]{0,4})")
MASKS = {
    "f": Tier.STRONGEST,
    "c": Tier.STRONGEST,
    "sh": Tier.MEDIUM,
    "s": Tier.MEDIUM,
    "b": Tier.MEDIUM,
    "tw": Tier.STRONG,
    "w": Tier.STRONG,
}
# Thrown at somebody: "you are such a …", "what a …", "pack of …".
AIMED = re.compile(
    r"(?:\b(?:you|u|ya|yer|youre|you're|he's|hes|she's|shes|they're|theyre|ur)"
    r"|\b(?:you|u|they|he|she|teachers?|staff|head|lot|parents?) (?:are|r|is)"
    r"|\b(?:what|such|like) an?|\b(?:pack|bunch|load|bag) of)"
    r"(?: (?:a|an|all|just|such|nothing|but|absolute|total|complete|utter|right|proper|fat|stupid|lazy|silly|old|little"
    r"|ugly|miserable|nasty|fucking|bloody|massive|pair|load|bunch|pack|of)){0,5} $"
)
LOOK_BACK = 90


@dataclass(frozen=True, slots=True)
class Word:
    """One listed word; with a frame it counts only when it is thrown at somebody."""

    text: str
    tier: Tier
    frame: bool


@dataclass(frozen=True, slots=True)
class WordList:
    """What moderation_rules/language/profanity.toml says."""

    words: tuple[Word, ...]
    innocent: frozenset[str]
    phrases: tuple[str, ...]


class WordListError(Exception):
    """A slip in the word list, with its place."""


def read_words(path: Path) -> WordList:
    """The words of the file; a slip is named with its place."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WordListError(f"{path.name}: can't be read: {error}") from None
    words = []
    for n, entry in enumerate(found.get("word", []), 1):
        tier = entry.get("tier")
        if tier not in list(Tier):
            raise WordListError(f"{path.name}, word {n}: no tier '{tier}'. It is one of: {', '.join(Tier)}.")
        if not isinstance(entry.get("words"), list):
            raise WordListError(f"{path.name}, word {n}: 'words' is to be a list of words.")
        words += [Word(_plain(word), Tier(tier), bool(entry.get("frame"))) for word in entry["words"]]
    innocent = frozenset(_plain(word) for word in found.get("innocent", {}).get("words", []))
    phrases = tuple(_plain(phrase) for phrase in found.get("phrases", {}).get("innocent", []))
    return WordList(tuple(words), innocent, phrases)


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of folded text that is a swear word."""

    start: int
    end: int
    word: Word
    plain: bool  # written as it is listed, without a disguise


def detector(words: WordList, roster: Roster) -> Callable[[Comment], list[Finding]]:
    """The words, with the names of everybody at the school let through."""
    matcher = Matcher(words, _names(roster))

    def find(comment: Comment) -> list[Finding]:
        if comment.by_page:
            return []
        folded = fold(comment.message)
        return [_finding(match, folded) for match in matcher.matches(folded.text)]

    return find


class Matcher:
    """Asks of each token once whether it is a listed word, plain or disguised."""

    def __init__(self, words: WordList, names: frozenset[str]) -> None:
        from better_profanity.varying_string import VaryingString

        listed = {word.text: word for word in words.words}
        self._listed = listed
        self._innocent = (words.innocent | names) - {w.text for w in words.words if not w.frame}
        self._phrases = _any_of(words.phrases)
        self._by_length: dict[int, list[tuple[object, Word]]] = defaultdict(list)
        for word in words.words:
            if len(word.text) < 4 and word.tier is not Tier.STRONGEST:
                continue  # too short to be known again behind a disguise
            pattern = VaryingString(word.text, char_map=DISGUISES)
            self._by_length[len(word.text)].append((pattern, word))
        self.known = lru_cache(maxsize=50_000)(self._known)

    def matches(self, text: str) -> Iterator[Match]:
        """Each swear word of a folded text once, in order."""
        innocent = [(m.start(), m.end()) for m in self._phrases.finditer(text)] if self._phrases else []
        last = 0
        for match in sorted(self._all(text), key=lambda m: (m.start, -m.end)):
            inside = any(start <= match.start and match.end <= end for start, end in innocent)
            if match.start >= last and not inside and _counts(match, text):
                last = match.end
                yield match

    def _all(self, text: str) -> Iterator[Match]:
        for token in TOKEN.finditer(text):
            yield from self._token(token.group(), token.start())
        for run in SPACED.finditer(text):
            joined = re.sub(r"[ ._-]", "", run.group())
            if found := self.known(joined):
                yield Match(run.start(), run.end(), found[0], plain=False)

    def _token(self, token: str, start: int) -> Iterator[Match]:
        stripped = token.strip("'-!*#+|") if token.strip("'-").isalpha() else token.strip("'-")
        body = stripped.removesuffix("'s")
        if not body or len(body) > LONGEST_TOKEN:
            return
        found = self.known(body) or self.known(body.rstrip("!")) or self.known(body.replace("-", ""))
        if found:
            at = start + token.index(body)
            yield Match(at, at + len(body), found[0], found[1])
        elif "-" in body:
            at = start + token.index(body)
            for part in body.split("-"):
                if part and (found := self.known(part)):
                    yield Match(at, at + len(part), found[0], found[1])
                at += len(part) + 1

    def _known(self, token: str) -> tuple[Word, bool] | None:
        """Which listed word a token is, and whether it is written plainly."""
        if token in self._listed:
            return self._listed[token], True
        if token in self._innocent or token.isdigit():
            return None
        if (masked := MASKED.fullmatch(token)) and (tier := _mask(masked)):
            return Word(token, tier, frame=False), False
        short = re.sub(r"(.)\1{2,}", r"\1", token)
        double = re.sub(r"(.)\1{2,}", r"\1\1", token)
        for form in dict.fromkeys((token, short, double)):
            if form != token and form in self._listed:
                return self._listed[form], False
            if word := self._disguised(form):
                return word, False
        return self._with_a_stem(short)

    def _disguised(self, form: str) -> Word | None:
        """Only where signs stand among letters: a plain word in no list is no swear word."""
        if not any(c in SIGNS for c in form) or not any(c.isalpha() for c in form):
            return None
        return next((word for pattern, word in self._by_length[len(form)] if pattern == form), None)

    def _with_a_stem(self, token: str) -> tuple[Word, bool] | None:
        for stem, tier in STEMS.items():
            if stem in token:
                return Word(token, tier, frame=False), False
        return None


def _mask(found: re.Match[str]) -> Tier | None:
    """'f***', 'sh**', 'c**t': what is left of a word that everybody knows."""
    first, second, rest = found.groups()
    length = len(found.group())
    if length < 4 or (second and first + second not in MASKS):
        return None
    if not second and not rest and first not in ("f", "c", "s"):
        return None
    return MASKS.get(first + second) or MASKS.get(first)


def _counts(match: Match, text: str) -> bool:
    """Mild words and words with an innocent sense count only when they are thrown at somebody."""
    if match.word.tier is not Tier.MILD and not match.word.frame:
        return True
    before = re.sub(r"[^a-z0-9']+", " ", text[max(0, match.start - LOOK_BACK) : match.start])
    return bool(AIMED.search(before))


def _finding(match: Match, folded: Folded) -> Finding:
    why = f"A swear word stands in it ({match.word.tier})."
    if not match.plain:
        why = f"A disguised swear word stands in it ({match.word.tier})."
    confidence = Confidence.SURE if match.plain else Confidence.LIKELY
    span = folded.span(match.start, match.end)
    return Finding(Category.PROFANITY, "language.word", why, confidence, span, tier=match.word.tier)


def _names(roster: Roster) -> frozenset[str]:
    """Everybody's names: Mr Hancock and Dick Cox swear by being called."""
    people = [(p.first_name, p.preferred_name, p.last_name) for p in roster.pupils]
    staff = [(s.first_name, None, s.last_name) for s in roster.staff]
    whole = [_plain(name) for names in people + staff for name in names if name]
    return frozenset(part for name in whole for part in (name, *re.split(r"[ '-]", name)) if part)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all phrases, with any spaces or hyphens between their words."""
    kinds = [r"[\s-]{1,3}".join(re.escape(word) for word in re.split(r"[\s-]", p)) for p in phrases]
    return re.compile(rf"\b(?:{'|'.join(kinds)})s?\b") if kinds else None


def _plain(text: str) -> str:
    return " ".join(fold(text).text.split())
