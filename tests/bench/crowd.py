"""A roll of any size from a seed: a few names that many have, many names that few have. Nobody on it is real."""

from __future__ import annotations

import random
from itertools import accumulate

from bot.domain.roster import Pupil, PupilId, Roster
from tests.bench.school import FIRST, LAST

SEED = 11
FIRSTS, LASTS = 2_500, 9_000  # different names that are about
_FLAT = 40  # the higher, the less the commonest stands out: of 50,000 some 300 are called Olivia
_BEGIN = (
    "Al",
    "Bel",
    "Cor",
    "Dar",
    "El",
    "Fen",
    "Gar",
    "Hal",
    "Is",
    "Jor",
    "Kel",
    "Lor",
    "Mar",
    "Nor",
    "Or",
    "Per",
)
_MIDDLE = ("a", "be", "ci", "do", "er", "fi", "li", "mo", "na", "ri", "si", "ta", "ve", "yo")
_FIRST_END = ("bel", "den", "fa", "lyn", "mir", "nia", "ra", "sha", "ton", "wen", "zar", "zy")
_LAST_END = ("bury", "croft", "dale", "field", "ham", "ley", "low", "man", "shaw", "stead", "well", "wick")


def crowd(pupils: int, seed: int = SEED) -> Roster:
    """So many pupils, in thirteen years of up to sixteen classes."""
    chance = random.Random(seed)
    firsts = _drawn(chance, ("Olivia", *FIRST), _FIRST_END, FIRSTS, pupils)
    lasts = _drawn(chance, LAST, _LAST_END, LASTS, pupils)
    return Roster(
        tuple(
            Pupil(
                PupilId(f"P{n:06}"),
                first,
                last,
                year_group=f"Year {n % 13 + 1}",
                class_name=f"{n % 13 + 1} {'ABCDEFGHIJKLMNOP'[n % 16]}",
            )
            for n, (first, last) in enumerate(zip(firsts, lasts, strict=True), 1)
        )
    )


def _drawn(
    chance: random.Random, known: tuple[str, ...] | list[str], ends: tuple[str, ...], names: int, many: int
) -> list[str]:
    made = [begin + middle + end for begin in _BEGIN for middle in _MIDDLE for end in ends]
    longer = [
        begin + middle + other + end
        for begin in _BEGIN
        for middle in _MIDDLE
        for other in _MIDDLE
        for end in ends
    ]
    chance.shuffle(made)
    chance.shuffle(longer)
    about = list(dict.fromkeys((*known, *made, *longer)))[:names]
    return chance.choices(
        about, cum_weights=list(accumulate(1 / (n + _FLAT) for n in range(1, names + 1))), k=many
    )
