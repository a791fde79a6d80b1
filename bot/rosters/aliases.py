"""Another name of one pupil, as the school adds it: one that would find every second comment is refused."""

from __future__ import annotations

import re
from collections.abc import Set

from bot.domain.roster import Pupil
from bot.rosters.reading import clean

LEAST_LETTERS = 3
LONGEST = 60
MOST = 20
A_NAME = re.compile(r"[^\W_]([^\W_]|[ '’.&-])*")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The commonest words of comments. A name list can't hold them all; these would be found on every page.
COMMON = _set(
    """
    the and for are but not you all any can had her was one our out day get has him his how man new now old see two
    way who boy did its let put say she too use dad mum mummy daddy nan nana gran grandad granny aunt auntie uncle son
    girl boys girls kid kids child children baby babe love lovely hun darling sweetie angel princess prince monkey
    pupil pupils teacher teachers school class year head miss sir everyone someone anybody nobody friend friends
    brother sister cousin that this with have from they will would there their what about which when make like time
    just know take people into your good some could them than then look only come over think also back after work
    first well even want because these give most very much many here been were said each thank thanks please sorry
    great amazing happy birthday today tomorrow week home family team star little big
    """
)


class NoAlias(ValueError):
    """Why a name can't be one; the text says what to do."""


def checked(said: str, pupil: Pupil, words: Set[str]) -> str:
    """The alias as it will be kept."""
    name = clean(said)
    letters = sum(c.isalpha() for c in name)
    if letters < LEAST_LETTERS:
        raise NoAlias(
            f"An alias needs at least {LEAST_LETTERS} letters: a shorter one is found in too many words."
        )
    if len(name) > LONGEST or not A_NAME.fullmatch(name):
        raise NoAlias(
            f"An alias is a name of letters, digits, blanks, - and ', and at most {LONGEST} signs long."
        )
    if name.casefold() in COMMON | words:
        raise NoAlias(
            "This is an ordinary word: it would flag comments that are about nobody. Add the surname to it."
        )
    if name.casefold() in {known.casefold() for known in (*pupil.called, *_full(pupil), *pupil.aliases)}:
        raise NoAlias(f"{pupil.id} is looked for under this name already.")
    if len(pupil.aliases) >= MOST:
        raise NoAlias(
            f"{pupil.id} has {MOST} aliases. Take one away first: schoolgate roster alias ID NAME --remove."
        )
    return name


def without(said: str, pupil: Pupil) -> tuple[str, ...]:
    """The aliases that are left."""
    name = clean(said).casefold()
    left = tuple(alias for alias in pupil.aliases if alias.casefold() != name)
    if len(left) == len(pupil.aliases):
        raise NoAlias(f"{pupil.id} has no such alias. Without a name the command lists them.")
    return left


def _full(pupil: Pupil) -> list[str]:
    return [f"{called} {pupil.last_name}".strip() for called in pupil.called]
