"""Is this nearly that name: one slip of the finger, or the same by ear."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_LEAST = 4  # shorter names have too many neighbours
_VOWELS = re.compile(r"[aeiouyw]+")
_BY_EAR = (
    ("sch", "x"),
    ("tch", "c"),
    ("ph", "f"),
    ("gh", ""),
    ("sh", "x"),
    ("ch", "c"),
    ("th", "t"),
    ("kh", "k"),
    ("dh", "d"),
    ("bh", "v"),
    ("ck", "k"),
    ("qu", "kw"),
    ("dge", "j"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("ge", "je"),
    ("gi", "ji"),
    ("x", "ks"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
    ("h", ""),
)
_DOUBLE = re.compile(r"(.)\1+")
_RUN = re.compile(r"(.)\1{2,}")


def sound(word: str) -> str:
    """Much the same for all spellings by ear: consonants by their sound, a mark for each vowel between."""
    said = word.replace("x", "ks") if not word.startswith("x") else word
    for letters, heard in _BY_EAR:
        said = said.replace(letters, heard)
    said = _DOUBLE.sub(r"\1", said)
    opening = "a" if said[:1] and said[0] in "aeiouy" else ""
    return opening + _DOUBLE.sub(r"\1", _VOWELS.sub("", said)) if said else ""


def unstretched(word: str) -> tuple[str, ...]:
    """graaaace: with the long letters as one and as two."""
    if not _RUN.search(word):
        return ()
    forms = {word}
    for run in _RUN.finditer(word):
        long, letter = run.group(), run.group(1)
        forms = {form.replace(long, letter * n, 1) for form in forms for n in (1, 2)}
        if len(forms) > 16:
            break
    return tuple(sorted(forms - {word}))


def one_slip(name: str, said: str) -> bool:
    """One letter wrong, missing, doubled or two swapped."""
    if name == said or abs(len(name) - len(said)) > 1:
        return False
    same = next((n for n, (a, b) in enumerate(zip(name, said, strict=False)) if a != b), None)
    if same is None:
        return True
    left, right = name[same:], said[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


class NearNames:
    """Finds the names that a word may be a slip of, at a cost that does not grow with the roster."""

    def __init__(self, names: Iterable[str]) -> None:
        self._shorter: defaultdict[str, set[str]] = defaultdict(set)
        self._heard: defaultdict[str, set[str]] = defaultdict(set)
        self._bones: defaultdict[str, set[str]] = defaultdict(set)
        self._longest = 0
        for name in names:
            if len(name) < _LEAST or not name.isalpha():
                continue
            self._longest = max(self._longest, len(name))
            for form in {name, *_less_one(name)}:
                self._shorter[form].add(name)
            if len(key := sound(name)) > 1:
                self._heard[key].add(name)
                self._bones[key.lstrip("a")].add(name)

    def slips(self, said: str) -> set[str]:
        """Names one slip away; of long names two are not needed, they are found by ear."""
        if not _LEAST <= len(said) <= self._longest + 1:
            return set()
        near = self._shorter.get(said, set()).union(*(self._shorter.get(f, ()) for f in _less_one(said)))
        return {name for name in near if one_slip(name, said) and _same_start(name, said)}

    def heard(self, said: str) -> set[str]:
        """Names that sound the same and do not look too unlike."""
        if not _LEAST <= len(said) <= self._longest + 2:
            return set()
        alike = self._heard.get(sound(said), ())
        return {name for name in alike if name != said and _much_alike(name, said)}

    def skeleton(self, said: str) -> set[str]:
        """Names with the same consonants, for scripts that write no vowels."""
        bones = sound(said).lstrip("a")
        return (
            set(self._bones.get(bones, ()))
            if len(bones) > 1 and not re.search("[aeiou]", said[1:-1])
            else set()
        )


def _less_one(word: str) -> set[str]:
    return {word[:n] + word[n + 1 :] for n in range(len(word))}


def _same_start(name: str, said: str) -> bool:
    """A slip on the first letter of a short name makes another name."""
    return name[0] == said[0] or sound(name) == sound(said) or (len(name) > 5 and name[:2] == said[1::-1])


def _much_alike(name: str, said: str) -> bool:
    if abs(len(name) - len(said)) > 2:
        return False
    shared = sum(min(name.count(letter), said.count(letter)) for letter in set(name))
    return shared >= 0.6 * max(len(name), len(said))
