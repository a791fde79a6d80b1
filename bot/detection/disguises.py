"""Swear words behind a disguise: stretched, starred, in look-alike signs, with separators between the letters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from better_profanity.varying_string import VaryingString

# Signs and digits in place of letters. None is empty: VaryingString would branch without end.
CHARACTERS = {
    "a": ("a", "@", "4"),
    "b": ("b", "8"),
    "c": ("c", "(", "k"),
    "e": ("e", "3", "€"),
    "f": ("f", "ph"),
    "g": ("g", "9"),
    "h": ("h", "#"),
    "i": ("i", "1", "!", "|"),
    "k": ("k", "c", "x"),
    "l": ("l", "1", "|"),
    "o": ("o", "0", "°"),
    "s": ("s", "$", "5", "z", "§"),
    "t": ("t", "7", "+", "†"),
    "u": ("u", "v", "µ"),
}
_SIGNS = set("@4!13€0$57+|(89#v§†µ°") | {"ph"}
_STARS = "*#•●∙·_?%"
_STARRED = re.compile(rf"[a-z](?=[a-z]*[{_STARS}])[a-z{_STARS}]{{2,19}}")
_PARTED = re.compile(r"[a-z]+(?:[._~/'+-][a-z]+){1,11}")
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_STARRED_STEM = re.compile(r"f[u*#@][c*#]k|f[u*#@]c[*#]|c[*#@][n*#]t")
_PICTURE = re.compile(r"(?<=[a-z])[^\x00-\x7f]\ufe0f?(?=[a-z])")
_BY_ONE_LETTER = ("fuck", "shit", "cunt", "wank")  # what "s***" can only mean
_LEAST_LETTERS = 4
_LEAST_SQUEEZED = 6
_LONGEST = 24


class Disguises:
    """Knows a listed word again. Built once from the words that are worth looking for."""

    def __init__(self, words: Collection[str]) -> None:
        """The words with the strongest first: where two fit, that one is meant."""
        self._strongest_first = tuple(dict.fromkeys(words))
        self._words = frozenset(word for word in words if len(word) >= _LEAST_LETTERS)
        self._squeezed = {_DOUBLED.sub(r"\1", w): w for w in self._words if len(w) > _LEAST_SQUEEZED}
        self._by_length: dict[int, list[VaryingString]] = defaultdict(list)
        for word in sorted(self._words):
            for length in {len(word), len(word) + word.count("f")}:
                self._by_length[length].append(VaryingString(word, char_map=CHARACTERS))

    def unstretched(self, word: str) -> str | None:
        """shiiiit, bollllocks; also bolocks, of long words."""
        if len(word) > _LONGEST and len(set(word)) < 2:
            return None
        forms = (_RUN.sub(r"\1", word), _RUN.sub(r"\1\1", word), _DOUBLED.sub(r"\1", word))
        found = next((form for form in forms if form != word and form in self._words), None)
        return found or self._squeezed.get(forms[2])

    def behind(self, core: str) -> str | None:
        """The word behind stars, signs or separators; nothing for a plain word."""
        if not 3 <= len(core) <= _LONGEST or core.isdigit():
            return None
        core = _PICTURE.sub("*", core)
        parts = core.split("-") if "-" in core else ()
        within = (self._starred(part) or self._in_signs(part) for part in parts if len(part) > 2)
        return (
            self._starred(core)
            or self._parted(core)
            or self._in_signs(core)
            or next(filter(None, within), None)
        )

    def _starred(self, core: str) -> str | None:
        """sh*t, f**k, f***."""
        if not _STARRED.fullmatch(core):
            return None
        given = sum(char.isalpha() for char in core)
        if core.startswith("f*") and not core.strip("f*"):
            return "fuck"
        same_first = [w for w in self._strongest_first if w[0] == core[0] and w in self._words]
        if given == 1:
            same_first = [word for word in same_first if word.startswith(_BY_ONE_LETTER)]
        exact = _pattern(core, 0)
        found = [word for word in same_first if exact.fullmatch(word)]
        if not found and given > 2 and len(core) - given > 1:
            loose = _pattern(core, 2)
            found = [word for word in same_first if loose.fullmatch(word)]
        if found:
            return found[0]
        stem = _STARRED_STEM.search(core)
        return {"f": "fuck", "c": "cunt"}[stem.group()[0]] if stem else None

    def _parted(self, core: str) -> str | None:
        """f.u.c.k, knob-head."""
        joined = re.sub(r"[^a-z]", "", core) if _PARTED.fullmatch(core) else ""
        return joined if joined in self._words else None

    def _in_signs(self, core: str) -> str | None:
        """$h1t, phuck, fvck: better-profanity's own comparison."""
        letters = sum(char.isalpha() for char in core)
        if letters < 2 or not any(sign in core for sign in _SIGNS):
            return None
        return next((str(word) for word in self._by_length[len(core)] if word == core), None)

    def spaced(self, letters: str) -> Iterable[tuple[int, int, str]]:
        """The words in a row of single letters: place, length, word."""
        for word in sorted(self._words, key=len, reverse=True):
            place = letters.find(word)
            if place >= 0:
                yield place, len(word), word


def _pattern(core: str, more: int) -> re.Pattern[str]:
    """Each star is a letter; `more` lets a row of stars stand for some letters fewer or more."""

    def letters(run: re.Match[str]) -> str:
        length = len(run.group())
        return f"[a-z]{{{max(1, length - more)},{length + more}}}" if length > 1 else "[a-z]"

    return re.compile(re.sub(rf"[{_STARS}]+", letters, core))
