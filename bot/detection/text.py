"""Text as typed and text as matched, with the way back from the one to the other."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bot.domain.finding import Span

# Letters of other alphabets and signs that are drawn like ours; NFKC leaves them alone.
LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕһԁɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοινκρтмнвгѵԛԝᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ’‘ʼ`´“”",
    "aeopcyxijshdgabezhikmnoptyxaoivkptmhbrvqwabcdefghijklmnoprtuvwyz'''''\"\"",
)
SQUARED = {0x1F130: 26, 0x1F150: 26, 0x1F170: 26, 0x1F1E6: 26}  # letters in squares, circles and as flags


@dataclass(frozen=True, slots=True)
class Folded:
    """Lower case, plain letters, nothing invisible; `places` leads each character back to the original."""

    text: str
    places: tuple[int, ...]
    length: int  # of the original

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original that became text[start:end]."""
        first = self.places[start] if start < len(self.places) else self.length
        last = self.places[end - 1] + 1 if end > start else first
        return Span(first, last)


def fold(text: str) -> Folded:
    """Fold character by character, so that every one keeps its place."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in character.lower() if character.isascii() else _plain(character):
            letters.append(letter)
            places.append(place)
    return Folded("".join(letters), tuple(places), len(text))


def _plain(character: str) -> str:
    """What a reader sees in this character; nothing if it can't be seen."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    code = ord(character)
    for first, count in SQUARED.items():
        if first <= code < first + count:
            return chr(ord("a") + code - first)
    opened = unicodedata.normalize("NFKD", character)
    kept = "".join(c for c in opened if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return kept.translate(LOOK_ALIKES).lower().replace("ł", "l").replace("ø", "o").replace("đ", "d")
