"""Names behind signs: d.u.a., j*sh, gr@ce, M🏊A🏊X, o c e a n, #TeamAlfie, ecarg."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.detection.pupils.calls import Calls, Way
from bot.detection.reading import Reading
from bot.domain.roster import PupilId

LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "€": "e", "|": "l", "£": "l", "+": "t", "9": "g"})  # fmt: skip
_CHUNK = re.compile(r"\S+")
_EDGE = "\"'()[]{}<>,;:?…."
_STARS = "*•#_-~^x"
_ADDRESS = re.compile(r"://|www\.|@\w+\.|\.(com|uk|org|net|example|co)\b")
_PRICE = re.compile(r"[£$€]?\d[\d.,:/-]*\w{0,2}")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LEAST_JOINED = 6
_LONGEST = 40
_COMMON = 5_000
_CHEERS = frozenset(
    [
        "team",
        "go",
        "well",
        "done",
        "super",
        "our",
        "for",
        "no",
        "one",
        "love",
        "the",
        "and",
        "my",
        "mr",
        "happy",
        "birthday",
        "justice",
        "legend",
        "hero",
        "star",
        "forever",
        "rip",
        "get",
        "bring",
        "back",
        "best",
        "proud",
        "of",
        "is",
        "good",
        "luck",
        "amazing",
        "queen",
        "king",
        "class",
        "champ",
        "player",
        "train",
        "vote",
        "vs",
    ]
)


@dataclass(frozen=True, slots=True)
class Unveiled:
    """What stands behind the signs from `start` to `end` of the folded text."""

    start: int
    end: int
    form: str
    manner: str


def unveil(reading: Reading, calls: Calls) -> Iterator[Unveiled]:
    """Every name that is written so that a plain look does not find it."""
    text = reading.folded.text
    if len(reading.words) == 0:
        return
    for chunk in _CHUNK.finditer(text):
        said = chunk.group()
        if said.isalpha():
            continue
        if len(said) > _LONGEST or _ADDRESS.search(said):
            continue
        yield from _chunk(reading, said, chunk.start(), calls)
    yield from _spaced(reading, calls)


def _chunk(reading: Reading, said: str, place: int, calls: Calls) -> Iterator[Unveiled]:
    if said.startswith("#"):
        yield from _hashtag(reading, said, place, calls)
        return
    core = said.strip(_EDGE)
    start = place + said.index(core) if core else place
    while core and not core[-1].isalnum() and core[-1] not in "*@$€":
        core = core[:-1]
    while core and not core[0].isalnum() and core[0] not in "*@$€":
        core, start = core[1:], start + 1
    if len(core) < 3 or (core.isalnum() and core.isalpha()) or _PRICE.fullmatch(core):
        return
    for possessive in ("'s", "s"):
        bare = core.removesuffix(possessive)
        if found := _behind(bare, calls):
            yield Unveiled(start, start + len(bare), found, "hidden")
            return
        if "'" not in core:
            break
    if found := _behind(core, calls):
        yield Unveiled(start, start + len(core), found, "hidden")


def _behind(core: str, calls: Calls) -> str | None:
    letters = "".join(char for char in core if char.isalpha())
    if len(letters) < 2:
        return None
    parts = re.split(r"[^a-z0-9]+", core)
    if len(parts) > 1 and all(len(part) == 1 for part in parts if part) and _is(letters, calls):
        return letters
    decoded = core.translate(LEET)
    if decoded != core and decoded.isalpha():
        for form in (decoded, decoded.replace("i", "l")):
            if _is(form, calls):
                return form
    others = [char for char in core if not char.isalnum() and char not in "'/&,"]
    if not others:
        return None
    if _is(letters, calls) and len(letters) > 2 and not all(_plain(part, calls) for part in parts if part):
        return letters
    if "*" in core or any(ord(char) > 0x2000 for char in others):
        return _starred(core, calls)
    return None


def _starred(core: str, calls: Calls) -> str | None:
    """j*sh, h***y: at least two letters given, and one name only that fits best."""
    given = re.sub(r"[^a-z]", "*", core.translate(LEET).replace("️", ""))
    if sum(char != "*" for char in given) < 2 or given[0] == "*":
        return None
    fits = [
        form
        for form in calls.like(given[0], len(given))
        if all(a in ("*", b) for a, b in zip(given, form, strict=True))
    ]
    return sorted(fits)[0] if fits and "*" in given and 2 * given.count("*") <= len(given) + 1 else None


def _hashtag(reading: Reading, said: str, place: int, calls: Calls) -> Iterator[Unveiled]:
    body = re.match(r"#([^\W_]+)", said)
    if not body:
        return
    places = reading.folded.places
    typed = "".join(reading.folded.original[places[place + 1 + n]] for n in range(len(body.group(1))))
    humps = [(hump.start(), hump.end()) for hump in _CAMEL.finditer(typed)]
    if len(humps) > 1 and typed.isascii():
        for start, end in humps:
            word = typed[start:end].lower()
            if len(word) > 2 and calls.is_name(word):
                yield Unveiled(place + 1 + start, place + 1 + end, word, "hashtag")
        return
    for start, end, form in run_together(body.group(1), calls):
        yield Unveiled(place + 1 + start, place + 1 + end, form, "hashtag")


def run_together(said: str, calls: Calls) -> list[tuple[int, int, str]]:
    """Names in teamalfie, alfieholt, gracieandnoah: cut so that every part is a name or a cheer."""
    if len(said) < _LEAST_JOINED or len(said) > _LONGEST or not said.isalpha():
        return []
    best: dict[int, tuple[int, list[tuple[int, int, str]]]] = {0: (0, [])}
    for end in range(1, len(said) + 1):
        for start in range(max(0, end - 16), end):
            if start not in best:
                continue
            part = said[start:end]
            cost, names = best[start]
            if len(part) > 2 and calls.is_name(part) and not (start == 0 and end == len(said)):
                option = (cost + 1, [*names, (start, end, part)])
            elif part in _CHEERS or (part == "s" and end == len(said)):
                option = (cost + 2, names)
            elif len(part) > 2 and calls.lexicon.rank.get(part, 10**6) < _COMMON:
                option = (cost + 3, names)
            else:
                continue
            if end not in best or option[0] < best[end][0]:
                best[end] = option
    return best.get(len(said), (0, []))[1]


def _spaced(reading: Reading, calls: Calls) -> Iterator[Unveiled]:
    """Rows of single letters: o c e a n, M 🏊 A 🏊 X."""
    words = reading.words
    n = 0
    while n < len(words):
        end = n
        while end < len(words) and len(words[end].text) == 1 and words[end].text.isalpha():
            if end > n and (len(reading.gap(end)) > 8 or "\n" in reading.gap(end)):
                break
            end += 1
        if end - n >= 3:
            yield from _in_a_row(reading, n, end, calls)
        n = max(end, n + 1)


def _in_a_row(reading: Reading, n: int, end: int, calls: Calls) -> Iterator[Unveiled]:
    letters = "".join(reading.said[n:end])
    start = 0
    while start < len(letters) - 2:
        length = next(
            (
                k
                for k in range(min(len(letters) - start, calls.longest_run), 2, -1)
                if _is(letters[start : start + k], calls)
            ),
            0,
        )
        if length:
            first, last = reading.words[n + start], reading.words[n + start + length - 1]
            yield Unveiled(first.start, last.end, letters[start : start + length], "hidden")
        start += length or 1


def _is(form: str, calls: Calls) -> bool:
    return len(form) > 2 and calls.is_name(form)


def _plain(part: str, calls: Calls) -> bool:
    return len(part) > 2 and (part in calls.lexicon.rank or calls.is_name(part))


def letters_only(reading: Reading, calls: Calls) -> Iterator[tuple[int, int, frozenset[PupilId]]]:
    """T.C., M.A.T., T-L M: nothing but the initials of a whole name, as words `start` … `end` - 1."""
    n = 0
    while n < len(reading.words):
        end = n
        while end < len(reading.words) and len(reading.said[end]) == 1 and reading.capital(end):
            if end > n and not (
                reading.gap(end) in (".", "-", ". ") or (end - n == 2 and reading.gap(end) == " ")
            ):
                break
            end += 1
        signed = 2 <= end - n <= 4 and "." in reading.gap(n + 1) + reading.gap(end)
        if signed and (whose := calls.by_initials("".join(reading.said[n:end]))):
            yield n, end, whose
        n = max(end, n + 1)


def turned_round(said: str, calls: Calls) -> str | None:
    """ecarg: only a whole plain name, and only where the letters are no word."""
    back = said[::-1]
    found = len(said) > 3 and back != said and calls.is_name(back) and said not in calls.lexicon.rank
    own = {call.way for call in calls.first(back)} & {Way.FIRST, Way.KNOWN_AS}
    return back if found and own else None
