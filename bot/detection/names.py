"""Pupils named in full or by first name: spaCy's tokens and matcher, then what a reader would rule out."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.detection.text import Folded, fold
from bot.domain.comment import Comment, Tag
from bot.domain.finding import Category, Confidence, Finding, Span
from bot.domain.roster import PupilId, Roster

# Words, endings after an apostrophe, single signs. spaCy's own English tokenizer takes minutes over a comment of nothing
# but stars, as its search for suffixes begins anew at each of them.
TOKEN = re.compile(r"\w+|'\w+|[^\w\s]")
SLICE, OVERLAP = 40_000, 200


@dataclass(frozen=True, slots=True)
class Context:
    """The words that tell a child from a word, an adult, a place (moderation_rules/names/context.toml)."""

    word_names: frozenset[str]
    titles: frozenset[str]
    adults: frozenset[str]
    places: frozenset[str]
    frames: frozenset[str]
    after: frozenset[str]


def read_context(path: Path) -> Context:
    """The words of the file."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return Context(**{name: frozenset(words) for name, words in found.items()})


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a name of the roster stands: token numbers, and whose it may be."""

    start: int
    end: int
    pupils: tuple[PupilId, ...]
    full: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One stretch of a comment as tokens."""

    comment: Comment
    folded: Folded
    words: tuple[str, ...]
    starts: tuple[int, ...]

    def word(self, n: int) -> str:
        return self.words[n] if 0 <= n < len(self.words) else ""

    def span(self, start: int, end: int) -> Span:
        last = self.starts[end - 1] + len(self.words[end - 1])
        return self.folded.span(self.starts[start], last)

    def typed(self, n: int) -> str:
        """A token as it was typed."""
        if not 0 <= n < len(self.words):
            return ""
        span = self.span(n, n + 1)
        return self.comment.message[span.start : span.end]


def detector(roster: Roster, context: Context) -> Callable[[Comment], list[Finding]]:
    """Built once for a roster; spaCy is imported here and not before."""
    read = _reader(roster)
    not_surnames = _not_surnames(roster) | context.after
    staff = {_plain(f"{m.first_name} {m.last_name}") for m in roster.staff}

    def find(comment: Comment) -> list[Finding]:
        found: dict[tuple[int, int], Finding] = {}
        for reading, hits in read(comment):
            taken: set[int] = set()
            for hit in sorted(hits, key=lambda h: (not h.full, h.start, -h.end)):
                if taken & set(range(hit.start, hit.end)):
                    continue
                finding = _judge(reading, hit, context, staff, not_surnames)
                taken |= set(range(hit.start, hit.end)) if finding or hit.full else set()
                if finding and finding.span:
                    found[finding.span.start, finding.span.end] = finding
        return [found[place] for place in sorted(found)]

    return find


def _reader(roster: Roster) -> Callable[[Comment], Iterator[tuple[Reading, list[Hit]]]]:
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

    vocab = spacy.blank("en").vocab
    matcher = PhraseMatcher(vocab, attr="ORTH")
    whose: dict[str, tuple[tuple[PupilId, ...], bool]] = {}
    for kind, names in (("full", _full_names(roster)), ("first", _first_names(roster))):
        for name, pupils in names.items():
            whose[f"{kind} {name}"] = (tuple(pupils), kind == "full")
            matcher.add(f"{kind} {name}", [Doc(vocab, words=TOKEN.findall(name))])

    def read(comment: Comment) -> Iterator[tuple[Reading, list[Hit]]]:
        folded = fold(comment.message)
        for offset in range(0, max(len(folded.text), 1), SLICE - OVERLAP):
            tokens = list(TOKEN.finditer(folded.text, offset, offset + SLICE))
            words = tuple(token.group() for token in tokens)
            reading = Reading(comment, folded, words, tuple(token.start() for token in tokens))
            found = matcher(Doc(vocab, words=list(words)))
            hits = [Hit(start, end, *whose[vocab.strings[key]]) for key, start, end in found]
            yield reading, hits

    return read


def _full_names(roster: Roster) -> dict[str, list[PupilId]]:
    found: dict[str, list[PupilId]] = defaultdict(list)
    for pupil in roster.pupils:
        for first in pupil.called:
            for name in {
                _plain(f"{first} {pupil.last_name}"),
                _plain(f"{first} {pupil.last_name}".replace("-", " ")),
            }:
                found[name].append(pupil.id)
    return found


def _first_names(roster: Roster) -> dict[str, list[PupilId]]:
    found: dict[str, list[PupilId]] = defaultdict(list)
    for pupil in roster.pupils:
        for first in pupil.called:
            if len(first) > 1:
                found[_plain(first)].append(pupil.id)
    return found


def _not_surnames(roster: Roster) -> frozenset[str]:
    """Capitals that may follow a pupil's first name without making it somebody else's."""
    from spacy.lang.en.stop_words import STOP_WORDS

    ours = {_plain(p.last_name).partition(" ")[0] for p in roster.pupils}
    others = {_plain(first) for p in roster.pupils for first in p.called}
    return frozenset(ours | others | STOP_WORDS | {"xx", "xxx"})


def _plain(name: str) -> str:
    return " ".join(fold(name).text.split())


def _judge(
    reading: Reading, hit: Hit, context: Context, staff: set[str], not_surnames: frozenset[str]
) -> Finding | None:
    span = reading.span(hit.start, hit.end)
    if _tagged(span, reading.comment.tags) or _title_before(reading, hit, context):
        return None
    name = " ".join(reading.words[hit.start : hit.end])
    if hit.full:
        author = _plain(reading.comment.author.name or "") if reading.comment.author else ""
        if name == author or name in staff:
            return None
        return _finding(
            hit, span, Confidence.SURE, "names.full_name", "The full name of a pupil stands in it."
        )
    if _somebody_else(reading, hit, context, staff, not_surnames):
        return None
    return _first_name(reading, hit, span, context)


def _first_name(reading: Reading, hit: Hit, span: Span, context: Context) -> Finding | None:
    why = "The first name of a pupil stands in it."
    if len(hit.pupils) > 1:
        why = f"A first name that {len(hit.pupils)} pupils share stands in it."
    if reading.comment.by_page:
        return _finding(hit, span, Confidence.POSSIBLE, "names.first_name", why)
    if reading.word(hit.start) not in context.word_names:
        return _finding(hit, span, Confidence.LIKELY, "names.first_name", why)
    return _word_name(reading, hit, span, context)


def _word_name(reading: Reading, hit: Hit, span: Span, context: Context) -> Finding | None:
    """Grace, Will, May: a child only where the writing says so."""
    typed = reading.typed(hit.start)
    shouted = typed.isupper() and len(typed) > 1
    if not typed[:1].isupper() or shouted or _opens_a_sentence(reading, hit.start):
        return None
    framed = reading.word(hit.start - 1) in context.frames or reading.word(hit.end) in context.after
    confidence = Confidence.LIKELY if framed else Confidence.POSSIBLE
    why = "A first name of a pupil that is also a word; written like a name here."
    return _finding(hit, span, confidence, "names.word_name", why)


def _finding(hit: Hit, span: Span, confidence: Confidence, rule: str, why: str) -> Finding:
    pupils = tuple(dict.fromkeys(hit.pupils))
    return Finding(Category.PUPIL_NAMED, rule, why, confidence, span, pupils)


def _tagged(span: Span, tags: tuple[Tag, ...]) -> bool:
    """A tag is somebody's account: children of a primary school have none."""
    return any(
        tag.type in ("user", "page", None)
        and tag.offset <= span.start
        and span.end <= tag.offset + tag.length
        for tag in tags
    )


def _title_before(reading: Reading, hit: Hit, context: Context) -> bool:
    before = reading.word(hit.start - 1)
    if before == ".":
        before = reading.word(hit.start - 2)
    return before.rstrip(".") in context.titles


def _somebody_else(
    reading: Reading, hit: Hit, context: Context, staff: set[str], not_surnames: frozenset[str]
) -> bool:
    """The same first name, but a place, an adult of the writer's, the writer, or another surname after it."""
    before, after = reading.word(hit.start - 1), reading.word(hit.end)
    if after in context.places or before in context.adults:
        return True
    if f"{reading.word(hit.start)} {after}" in staff or _is_the_writer(reading, hit):
        return True
    typed = reading.typed(hit.end)
    looks_like_one = typed[:1].isupper() and typed[1:].islower() and after.isalpha()
    return looks_like_one and reading.typed(hit.start)[:1].isupper() and after not in not_surnames


def _is_the_writer(reading: Reading, hit: Hit) -> bool:
    """The author's own first name, in a sign-off or 'Jack here'."""
    author = reading.comment.author
    first = _plain(author.name).partition(" ")[0] if author and author.name else ""
    if reading.word(hit.start) != first:
        return False
    rest = {w for w in reading.words[hit.end :] if w.isalnum() and w not in ("x", "xx", "xxx")}
    return (
        not rest
        or reading.word(hit.end) in ("here", "again")
        or reading.word(hit.start - 1) in ("i'm", "am", "'m")
    )


def _opens_a_sentence(reading: Reading, start: int) -> bool:
    if start == 0 or reading.word(start - 1) in (".", "!", "?", "…", "-", ":"):
        return True
    return "\n" in reading.folded.text[reading.starts[start - 1] : reading.starts[start]]
