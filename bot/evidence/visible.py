"""Text made safe to look at: what can't be seen is named, so that the order on screen cannot lie."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

NAMES = {
    "\t": "TAB",
    "\r": "CR",
    "\x00": "NUL",
    "\x1b": "ESC",
    "\x7f": "DEL",
    "\x85": "NEL",
    "\u00ad": "SOFT HYPHEN",
    "\u034f": "CGJ",
    "\u061c": "ALM",
    "\u180e": "MVS",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2028": "LINE SEPARATOR",
    "\u2029": "PARAGRAPH SEPARATOR",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
MOST_MARKS = 4  # no living script stacks more; Zalgo does
EMOJI_JOINS = ("\ufe0f", "\u20e3")


@dataclass(frozen=True, slots=True)
class Piece:
    """Either words as they are, or the name of something that can't be seen."""

    text: str
    is_sign: bool = False


def lines(text: str, most: int) -> list[list[Piece]]:
    """The first lines of a text, each as its pieces."""
    ended = text.replace("\r\n", "\n")
    for sign in "\r\x85\u2028\u2029":
        ended = ended.replace(sign, sign + "\n")
    return [pieces(line) for line in ended.split("\n", most)[:most]]


def pieces(line: str) -> list[Piece]:
    """One line, cut into words and the names of what can't be seen."""
    found: list[Piece] = []
    for name, run in groupby(_named(line), key=lambda one: one[1]):
        characters = "".join(character for character, _ in run)
        if name is None:
            found.append(Piece(characters))
        elif name == "MARK":
            found.append(Piece(f"+{len(characters)} marks", is_sign=True))
        else:
            times = f" ×{len(characters)}" if len(characters) > 1 else ""
            found.append(Piece(name + times, is_sign=True))
    return found


def _named(line: str) -> Iterator[tuple[str, str | None]]:
    """Each character with the name to show in its place, or None to show itself."""
    marks = 0
    for n, character in enumerate(line):
        if unicodedata.category(character) in ("Mn", "Me") and not _is_selector(character):
            marks += 1
            yield character, "MARK" if marks > MOST_MARKS else _name(line, n)
        else:
            marks = 0
            yield character, _name(line, n)


def _name(line: str, n: int) -> str | None:
    character = line[n]
    if " " <= character <= "~" or _is_at_work(line, n):
        return None
    if character in NAMES:
        return NAMES[character]
    if character in BLANK_LETTERS or _is_selector(character):
        return _code(character)
    category = unicodedata.category(character)
    if category == "Cn" and 0x1F000 <= ord(character) <= 0x1FAFF:
        return None  # an emoji younger than our tables; the font may know it
    return _code(character) if category in ("Cc", "Cf", "Cs", "Co", "Cn") else None


def _is_at_work(line: str, n: int) -> bool:
    """Whether an invisible character does its honest job: inside an emoji, a flag or a script that needs it."""
    character = line[n]
    before = line[n - 1] if n else ""
    after = line[n + 1 : n + 2]
    if character in EMOJI_JOINS:
        return (
            _is_pictorial(before) or before in EMOJI_JOINS or (before != "" and before in "#*0123456789©®™")
        )
    if character == "\u200d":
        joins = (_is_pictorial(before) or before == "\ufe0f") and _is_pictorial(after)
        return joins or (_is_shaped(before) and _is_shaped(after))
    if character == "\u200c":
        return _is_shaped(before) and _is_shaped(after)
    if "\U000e0020" <= character <= "\U000e007f":
        return _is_in_flag(line, n)
    return False


def _is_in_flag(line: str, n: int) -> bool:
    """England, Scotland and Wales are a black flag followed by at most six tag characters."""
    start = n
    while start and "\U000e0020" <= line[start] <= "\U000e007f":
        start -= 1
        if n - start > 6:
            return False
    return line[start] == "\U0001f3f4"


def _is_pictorial(character: str) -> bool:
    return (
        character != ""
        and unicodedata.category(character) in ("So", "Sk", "Cn", "Sm")
        and character > "\u203b"
    )


def _is_shaped(character: str) -> bool:
    """Arabic and the scripts of India join and part their letters by invisible characters."""
    shaped = "\u0600" <= character <= "\u0dff" or "\ufb50" <= character <= "\ufdff"
    return character != "" and shaped and unicodedata.category(character)[0] in "LM"


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
