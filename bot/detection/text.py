"""As typed and as matched: a folded copy of the words, and the way back from it to the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.domain.finding import Span

# Letters that look like another letter and that NFKD leaves alone: Cyrillic, Greek, small capitals, Latin
# letters with a stroke or hook. Only true look-alikes, so that a Ukrainian sentence does not turn into English.
_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмтвнАВЕКМНОРСТУХІЈЅԌԚԜαβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
        "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡıłøđŀħŧƒɩɾʋǝɐ",
        "aeopcyxijshdqwkmtbhabekmhopctyxijsgqwabyenikvoptuxwabezhikmnoptyx"
        "abcdefghijklmnoprstuvwyzagilodlhtfirvea",
        strict=True,
    )
)
_SEVERAL = {"ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ẞ": "ss", "Æ": "ae", "Œ": "oe"}
_SIGNS = {
    **dict.fromkeys("’‘‛ʼ`´′＇ʹ", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("∗✱✲⁎＊", "*"),
    "\u2028": "\n",
    "\u2029": "\n",
}
_SQUARED = range(0x1F170, 0x1F18A)
_CIRCLED = range(0x1F150, 0x1F16A)
_SURROGATES = range(0xD800, 0xE000)
_DROPPED = {"Mn", "Me", "Cf", "Cc"}  # marks, zero widths, soft hyphens, text direction, tags, NUL
_PLAIN = re.compile(r"[\n\t -_a-~]*\Z")
_WORD = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """A run of letters and digits in folded text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; places[i] is the place in the original that gave folded character i."""

    original: str
    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The place in the original, with the marks that were dropped from its last letter."""
        after = self.places[end] if end < len(self.places) else len(self.original)
        return Span(self.places[start], max(after, self.places[end - 1] + 1))

    def is_capital(self, place: int) -> bool:
        """Whether the author typed a capital letter here."""
        return self.original[self.places[place]].isupper()

    def gap(self, before: Word, after: Word) -> str:
        """What stands between two words."""
        return self.text[before.end : after.start]


def fold(message: str) -> Folded:
    """Lower case, without accents, disguises and invisible characters."""
    if _PLAIN.match(message):
        return Folded(message, message.lower(), range(len(message)))
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(message):
        for letter in fold_char(char):
            letters.append(letter)
            places.append(place)
    return Folded(message, "".join(letters), places)


def folded(word: str) -> str:
    """The text of fold(), where the way back does not matter."""
    return fold(word).text


def words(text: str) -> list[Word]:
    """The words of folded text. Apostrophes and hyphens part them: the gap between two tells."""
    return [Word(found.group(), *found.span()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=65536)
def fold_char(char: str) -> str:
    """One character as matched: none, one or several."""
    code = ord(char)
    if code in _SURROGATES:
        return "\ufffd"
    for block in (_SQUARED, _CIRCLED):
        if code in block:
            return chr(ord("a") + code - block.start)
    if char in _SIGNS or char in "\n\r\t":
        return _SIGNS.get(char, char)
    decomposed = _SEVERAL.get(char) or unicodedata.normalize("NFKD", char)
    return "".join(_fold_part(part) for part in decomposed)


def _fold_part(part: str) -> str:
    if unicodedata.category(part) in _DROPPED:
        return ""
    like = _LOOK_ALIKES.get(part) or _SEVERAL.get(part) or _SIGNS.get(part)
    return like or _LOOK_ALIKES.get(part.lower(), part.lower())
