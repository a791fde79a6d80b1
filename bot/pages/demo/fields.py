"""Which fields are asked for: `id,comments.limit(50).filter(stream){id,parent{id}}` as a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.pages.demo import trouble

_NAME = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*")
_MODIFIER = re.compile(r"\.([a-z_]+)\(([^()]*)\)\s*")
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field, how its list is wanted, and what is wanted of its members."""

    name: str
    modifiers: tuple[tuple[str, str], ...] = ()
    inner: tuple[Wanted, ...] | None = None
    inner_text: str = ""


@lru_cache(maxsize=256)
def parse(text: str) -> tuple[Wanted, ...]:
    """The fields of a query; GraphError where it can't be read."""
    reader = _Reader(text)
    found = reader.several(0)
    if reader.place < len(text):
        raise reader.error()
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def error(self) -> trouble.GraphError:
        rest = self.text[self.place : self.place + 20]
        return trouble.syntax(f'"Expected name or end at character {self.place}" before: {rest or "the end"}')

    def several(self, depth: int) -> tuple[Wanted, ...]:
        if depth > _DEEPEST:
            raise trouble.syntax(f'"Fields nest deeper than {_DEEPEST}"')
        found: dict[str, Wanted] = {}
        while True:
            one = self._one(depth)
            if one.name in found:
                raise trouble.syntax(f'"Field {one.name} specified more than once"')
            found[one.name] = one
            if not self._took(","):
                return tuple(found.values())

    def _one(self, depth: int) -> Wanted:
        name = _NAME.match(self.text, self.place)
        if not name:
            raise self.error()
        self.place = name.end()
        modifiers = []
        while modifier := _MODIFIER.match(self.text, self.place):
            modifiers.append((modifier[1], modifier[2].strip()))
            self.place = modifier.end()
        if not self._took("{"):
            return Wanted(name[1], tuple(modifiers))
        begin = self.place
        inner = self.several(depth + 1)
        inner_text = self.text[begin : self.place]
        if not self._took("}"):
            raise self.error()
        return Wanted(name[1], tuple(modifiers), inner, inner_text)

    def _took(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.place):
            return False
        self.place += 1
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1
        return True
