"""What stands around a name: a title, an adult, a place, another surname, praise for a child."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from bot.detection.reading import Reading
from bot.detection.roster_names import Mention, Name, RosterNames, split
from bot.detection.wordlist import NameWords
from bot.domain.roster import PupilId

_KISSES = re.compile(r"x+o?x*|xoxo|love|lol")
_NO_INITIAL = "aix"
_GOES_ON = {
    "and",
    "for",
    "on",
    "in",
    "at",
    "from",
    "with",
    "you",
    "x",
    "xx",
    "xxx",
    "who",
    "who's",
    "but",
    "so",
    "we",
}
_LEAST_LETTERS = 5  # a family name this long may have one letter wrong
_MINE = {"my", "our"}


@dataclass(frozen=True, slots=True)
class Surname:
    """What the word after a first name says about whose it is."""

    class Kind(Enum):
        NONE = auto()
        OTHER = auto()
        INITIAL = auto()
        NEARLY = auto()

    kind: Kind
    pupils: tuple[PupilId, ...] = ()


def tagged(reading: Reading, mention: Mention) -> bool:
    """Inside a tag, which is somebody's account: a primary pupil has none."""
    span = reading.span(mention.start, mention.end)
    return any(
        tag.type in (None, "user", "page")
        and tag.offset <= span.start
        and span.end <= tag.offset + tag.length
        for tag in reading.comment.tags
    )


def author(reading: Reading) -> Name:
    """The author's name as words."""
    writer = reading.comment.author
    return split(writer.name) if writer and writer.name else ()


def title(reading: Reading, mention: Mention, words: NameWords) -> bool:
    """Mr, coach, Uncle. "Miss" counts before a first name, unless somebody is missed."""
    before = reading.word(mention.start - 1)
    if reading.gap(mention.start).strip(" .") or mention.start == 0:
        return False
    if before in words.soft_titles:
        verb = reading.word(mention.start - 2) in words.before_the_verb_to_miss
        return not mention.full and not (verb and not reading.capital(mention.start - 1))
    return before in words.titles


def kin(reading: Reading, mention: Mention, words: NameWords) -> bool:
    """My husband Jack; Jack, my husband."""
    here = mention.start
    before = {reading.word(here - 2), reading.word(here - 3)}
    if reading.joined(here) and reading.word(here - 1) in words.adult_kin and before & _MINE:
        return True
    if reading.joined(here) and reading.word(here - 1) in words.own_kin and "my" in before:
        return True
    return reading.word(mention.end) in _MINE and reading.word(mention.end + 1) in words.adult_kin


def the_writer(reading: Reading, mention: Mention) -> bool:
    """The author's own first name, signed or introduced."""
    own = author(reading)
    if not own or reading.word(mention.start) != own[0]:
        return False
    rest = [word for word in reading.said[mention.end :] if not _KISSES.fullmatch(word)]
    return not rest or introduces_oneself(reading, mention) or tuple(rest) == own[1:]


def introduces_oneself(reading: Reading, mention: Mention) -> bool:
    """I'm Jack; Jack here."""
    before = reading.said[max(0, mention.start - 2) : mention.start]
    said = " ".join(before).endswith(("i m", "im", "i am", "name is", "this is", "names"))
    return (said and reading.joined(mention.start)) or (
        reading.word(mention.end) == "here" and mention.start == 0
    )


def a_thing(reading: Reading, mention: Mention, words: NameWords) -> bool:
    """An Oscar, the Rose, any Zara jumpers."""
    return reading.joined(mention.start) and reading.word(mention.start - 1) in words.articles


def staff_after(reading: Reading, mention: Mention, names: RosterNames) -> bool:
    """The full name of a member of staff."""
    said = reading.said
    return any(tuple(said[mention.start : mention.start + len(name)]) == name for name in names.staff)


def place_after(reading: Reading, mention: Mention, words: NameWords, *, is_word: bool) -> bool:
    """Rowan class, Victoria Road; of a word also summer fair and poppy day."""
    if not reading.joined(mention.end) or "'" in reading.gap(mention.end):
        return False
    after = reading.word(mention.end)
    return after in words.places or (is_word and after in words.things)


def a_surname_itself(reading: Reading, mention: Mention, words: NameWords) -> bool:
    """Louise Mason, where Mason is on the roster as a first name."""
    before, here = mention.start - 1, mention.start
    if not reading.joined(here) or reading.gap(here) != " " or reading.word(here) not in words.word_surnames:
        return False
    return (
        reading.named(here)
        and reading.named(before)
        and not reading.opens_a_sentence(before)
        and reading.word(before) not in words.not_surnames
        and not words.praise_before.ending(reading.said, here)
    )


def surname(
    reading: Reading, mention: Mention, names: RosterNames, words: NameWords, firsts: Collection[str]
) -> Surname:
    """Whether the next word is this pupil's, nearly this pupil's or another's family name."""
    after, said = mention.end, reading.word(mention.end)
    if not reading.joined(after) or reading.gap(after) not in (" ", "-", "  "):
        return Surname(Surname.Kind.NONE)
    if len(said) == 1 and reading.capital(after) and said not in _NO_INITIAL and said.isalpha():
        meant = tuple(p for p in mention.pupils if names.last_names[p].startswith(said))
        return Surname(Surname.Kind.INITIAL if meant else Surname.Kind.OTHER, meant)
    near = tuple(p for p in mention.pupils if _one_slip(names.last_names[p], said))
    if near:
        return Surname(Surname.Kind.NEARLY, near)
    other = reading.named(mention.start) and _like_a_surname(reading, after, words, firsts)
    return Surname(Surname.Kind.OTHER if other else Surname.Kind.NONE)


def _like_a_surname(reading: Reading, n: int, words: NameWords, firsts: Collection[str]) -> bool:
    said = reading.word(n)
    return (
        reading.named(n)
        and len(said) > 1
        and said.isalpha()
        and said not in words.not_surnames
        and said not in firsts
    )


def _one_slip(name: str, said: str) -> bool:
    """One letter wrong, missing, doubled or two swapped, in a long name that begins right."""
    if min(len(name), len(said)) < _LEAST_LETTERS or name[0] != said[0] or name == said:
        return False
    same = next((n for n, (a, b) in enumerate(zip(name, said, strict=False)) if a != b), None)
    if same is None:
        return abs(len(name) - len(said)) == 1
    left, right = name[same:], said[same:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def praised(reading: Reading, mention: Mention, words: NameWords) -> bool:
    """Well done Grace; grace's mum. What follows must leave the name standing by itself."""
    after = mention.end
    if "'" in reading.gap(after) and after < len(reading.said):
        return bool(words.child_after.starting(reading.said, after))
    if not words.praise_before.ending(reading.said, mention.start) or not reading.joined(mention.start):
        return False
    return not reading.joined(after) or reading.word(after) in _GOES_ON


def beside(reading: Reading, mention: Mention, plain_firsts: Collection[str]) -> bool:
    """Alfie and Grace; Grace, Noah and the rest: another pupil's name in the same list."""
    return _listed_with(reading, mention.start, -1, plain_firsts) or _listed_with(
        reading, mention.end - 1, 1, plain_firsts
    )


def _listed_with(reading: Reading, n: int, step: int, plain_firsts: Collection[str]) -> bool:
    neighbour = n + step
    gap = reading.gap(max(n, neighbour)) if 0 <= neighbour < len(reading.said) else "."
    if reading.word(neighbour) in plain_firsts:
        return gap.strip() in (",", "&", "+", "/")
    if reading.word(neighbour) in ("and", "n"):
        return not gap.strip() and reading.word(neighbour + step) in plain_firsts
    return False


def season(reading: Reading, mention: Mention, words: NameWords) -> bool:
    """In May, last summer: a month has a capital too, so the capital says nothing."""
    return reading.word(mention.start) in words.seasons
