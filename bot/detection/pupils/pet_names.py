"""Pet names that are made, not listed: rubes, chlo, devvy, tommo, kacperek, joãozinho."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEAST = 4
_STEM = re.compile(r"[^aeiouy]*[aeiouy]+[^aeiouy]+")
_SHORT = re.compile(r"[^aeiouy]*[aeiouy]+[^aeiouy]?")
_ENDINGS = ("y", "ie", "i", "o", "s", "z", "ers", "kins", "bob", "bear", "boo", "pops")
_FOREIGN = (
    "ek",
    "us",
    "cia",
    "sia",
    "ka",
    "unia",
    "us",
    "ito",
    "ita",
    "inho",
    "inha",
    "zinho",
    "zinha",
    "ik",
    "chik",
    "ica",
    "el",
    "ko",
)


def pet_names(name: str) -> Iterator[str]:
    """What a family makes of a name. Many of these nobody says; what is a word or another name, the caller drops."""
    if len(name) < 3 or not name.isalpha():
        return
    made: set[str] = set()
    bare = name.rstrip("aeiouy")
    stems = {name, bare} | {found.group() for found in (_STEM.match(name),) if found}
    for stem in stems:
        if len(stem) < 2:
            continue
        made |= {stem, *(stem + ending for ending in (*_ENDINGS, *_FOREIGN))}
        if stem[-1] not in "aeiouy":
            made |= {f"{stem}{stem[-1]}{ending}" for ending in ("y", "ie", "i", "o", "ers")}
    if short := _SHORT.match(name):
        made |= {short.group(), f"{short.group()}s", f"{short.group()}z"}
    made |= {f"{name}bob", f"{name[0]}dog", f"{name}kins", name[:-1] if len(name) > 4 else name}
    yield from sorted(form for form in made - {name} if len(form) >= _LEAST)
