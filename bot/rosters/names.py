"""Names as exports write them: in capitals, surname first, with a title, all in one cell."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Small words within a surname: small unless they are the whole of it.
PARTICLES = _set(
    "van der den de la le du da das do dos di del della von zu ter ten bin binti ibn bint al el y e"
)
TITLES = _set("mr mrs miss ms mx dr prof professor rev revd reverend sir dame lady lord fr sr")
VOWELS = frozenset("AEIOUY")


def proper(name: str) -> str:
    """'VAN DER BERG' → 'van der Berg'; a name that is not all capitals is left as it is."""
    if not name.isupper() or len(name) == 1:
        return name
    words = name.split(" ")
    return " ".join(_word(word, last=n == len(words) - 1) for n, word in enumerate(words))


def proper_first(name: str) -> str:
    """'ALFIE' → 'Alfie', but JP and TJ are called that."""
    if len(name) == 2 and VOWELS.isdisjoint(name):
        return name
    return proper(name)


def _word(word: str, *, last: bool) -> str:
    if not last and word.lower() in PARTICLES:
        return word.lower()
    return "-".join(_part(part) for part in word.split("-"))


def _part(part: str) -> str:
    found = re.fullmatch(r"(\w)(['’‘`])(.+)", part)  # O'BRIEN, D'ARCY
    if found:
        return found.group(1) + found.group(2) + _part(found.group(3))
    plain = part.capitalize()
    if len(part) > 3 and plain.startswith("Mc"):
        return "Mc" + plain[2:].capitalize()
    return plain


def split_whole(name: str) -> tuple[str, str, str]:
    """First, middle and last name of 'SMITH, Alfie James', 'Alfie James SMITH', 'SMITH Alfie' or 'Alfie Smith'."""
    last, comma, rest = (part.strip() for part in name.partition(","))
    if comma:
        first, _, middle = rest.partition(" ")
        return first, middle.strip(), last
    words = name.split()
    loud = [_loud(word) for word in words]
    if loud[:1] == [True] and not all(loud):
        quiet = loud.index(False)
        return words[quiet], " ".join(words[quiet + 1 :]), " ".join(words[:quiet])
    begins = _surname_begins(words, loud)
    return "".join(words[:1]), " ".join(words[1:begins]), " ".join(words[begins:])


def _loud(word: str) -> bool:
    """In capitals, and not for being initials: JP Smith is no Mr JP."""
    return word.isupper() and (len(word) > 2 or word.lower() in PARTICLES)


def _surname_begins(words: list[str], loud: list[bool]) -> int:
    """In 'Bram van der Berg' at the second word, in 'Alfie James SMITH' at the third."""
    begins = len(words) - 1
    small = [
        heard if not all(loud) and loud[-1] else word.lower() in PARTICLES
        for word, heard in zip(words, loud, strict=True)
    ]
    while begins > 1 and small[begins - 1]:
        begins -= 1
    return max(begins, 1)


def without_title(name: str) -> tuple[str | None, str]:
    """'Mrs Jo Pike' → 'Mrs', 'Jo Pike'; 'Pike, Mrs Jo' → 'Mrs', 'Pike, Jo'."""
    for word in name.replace(",", " ").split():
        if word.rstrip(".").lower() in TITLES:
            return word.rstrip("."), " ".join(name.replace(word, "", 1).split())
    return None, name
