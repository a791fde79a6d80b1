"""Name detection on comments and rolls of any size: what it costs grows with the length and with nothing else.

Twice the text may make at most a little more than twice the calls, which are counted; what happens inside one call is
timed as well, four times the text against once, so that a busy machine changes nothing but a square would show.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.detection.pupils import lexicon, named
from bot.domain.comment import Author, Comment
from bot.domain.finding import Category, Finding
from bot.domain.roster import Roster
from tests.bench.crowd import crowd
from tests.cast import a_comment

RULES = Path(__file__).parents[1] / "moderation_rules"
LONGEST = 60_000
A_QUARTER = LONGEST // 4
SHORT = 4_000
TWICE = 2.5  # times the calls for twice the text
FOUR_TIMES = 9.0  # times the seconds for four times the text; a square takes sixteen
NOISE = 0.05  # seconds that are as good as none
TRIES = 5
SEVERAL = 30.0  # seconds: ten times what a slow machine takes
Find = Callable[[Comment], list[Finding]]

PROSE = "the children were so good today and we all had a lovely time at the fair, with cake and tea. "
REPEATED = {
    "prose": PROSE,
    "prose with names": f"{PROSE}Olivia and Alfie Blythe were brilliant. ",
    "one long word": "abcdefghij",
    "one long stretched word": "aaabbb",
    "stars": "*",
    "emoji": "🎉",
    "words between emoji": "🎉 good ",
    "exclamation marks": "!",
    "single letters": "a b c d ",
    "capital letters with stops": "A. B. ",
    "a name in single letters": "o l i v i a ",
    "one long hashtag": "TeamOlivia",
    "hashtags": "#TeamOlivia ",
    "one name without blanks": "olivia-",
    "the same name": "Olivia ",
    "the same name on lines": "Olivia\n",
    "a list": "Olivia and ",
    "full names": "Olivia Blythe, ",
    "family names": "Blythe ",
    "initials": "O Blythe ",
    "misspelt names": "olivvia harrriet ",
    "starred names": "ol*via ",
    "names with marks on them": "Ol\u0301\u0302ivia ",
    "names in another alphabet": "олівія ",
    "classes and years": "Olivia in 3 A and year 5 ",
    "NUL": "\x00",
}


@pytest.fixture(scope="module")
def known() -> lexicon.Lexicon:
    return lexicon.load(RULES)


@pytest.fixture(scope="module")
def find(known: lexicon.Lexicon) -> Find:
    """With a school's roster."""
    return named.detector(crowd(2_000), known)


@pytest.fixture(scope="module")
def many() -> Roster:
    return crowd(50_000)


@pytest.fixture(scope="module")
def find_many(known: lexicon.Lexicon, many: Roster) -> Find:
    return named.detector(many, known)


def _said(text: str) -> Comment:
    """By somebody called like a pupil, under a post that names one: the most that there can be to look at."""
    return a_comment(
        text, author=Author("u1", "Olivia Blythe"), parent_post="Olivia of 3 A, year 4, did well. " * 3
    )


def _long(part: str, length: int) -> Comment:
    return _said(("#" if part == REPEATED["one long hashtag"] else "Oh ") + part * (length // len(part)))


def _calls(find: Find, comment: Comment) -> int:
    """How many calls of functions it takes, ours and those of the library."""
    count = 0

    def one_more(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one_more)
    try:
        find(comment)
    finally:
        sys.setprofile(before)
    return count


def _seconds(find: Find, comment: Comment) -> float:
    began = time.process_time()
    find(comment)
    return time.process_time() - began


@pytest.mark.parametrize("kind", REPEATED)
def test_twice_the_text_takes_twice_the_calls(kind: str, find: Find) -> None:
    part = REPEATED[kind]
    find(_long(part, SHORT))  # what is looked up for the first time
    once, twice = _calls(find, _long(part, SHORT)), _calls(find, _long(part, 2 * SHORT))
    assert twice <= TWICE * once + 1_000


@pytest.mark.parametrize("kind", REPEATED)
def test_sixty_thousand_signs_take_four_times_as_long_as_a_quarter_of_them(kind: str, find: Find) -> None:
    part = REPEATED[kind]
    assert _at_most_four_times(find, _long(part, A_QUARTER), _long(part, LONGEST))


def _at_most_four_times(find: Find, quarter: Comment, whole: Comment) -> bool:
    """Once in some tries is enough: what a machine does beside it makes a text slower, never faster."""
    for _ in range(TRIES):
        seconds = _seconds(find, quarter), _seconds(find, whole)
        if seconds[1] < min(FOUR_TIMES * max(seconds[0], NOISE), SEVERAL):
            return True
    return False


@pytest.mark.parametrize("kind", REPEATED)
def test_what_is_found_in_a_long_text_lies_inside_it(kind: str, find: Find) -> None:
    comment = _long(REPEATED[kind], A_QUARTER)
    for finding in find(comment):
        assert finding.span
        assert 0 <= finding.span.start < finding.span.end <= len(comment.message)


def test_ten_thousand_names_are_found_in_one_comment(find_many: Find, many: Roster) -> None:
    firsts = [pupil.first_name for pupil in many.pupils[:10_000]]
    found = find_many(_said(" ".join(firsts)))
    assert len(found) > 0.9 * len(firsts)
    assert _at_most_four_times(find_many, _said(" ".join(firsts[:2_500])), _said(" ".join(firsts)))


def test_a_name_that_three_hundred_have_is_said_a_thousand_times(find_many: Find, many: Roster) -> None:
    olivias = {pupil.id for pupil in many.pupils if pupil.first_name == "Olivia"}
    assert 250 < len(olivias) < 350
    found = [
        f for f in find_many(a_comment("Well done Olivia! " * 1_000)) if f.category is Category.PUPIL_NAMED
    ]
    assert len(found) > 900
    assert all(set(f.pupils) == olivias for f in found)


def test_telling_three_hundred_namesakes_apart_a_thousand_times_takes_four_times_as_long_as_a_quarter(
    find_many: Find,
) -> None:
    """By class, year and family name, each of which is said each time."""
    part = "Olivia of 3 A, year 5, and Daisy Blythe. "
    assert _at_most_four_times(find_many, _said(part * 250), _said(part * 1_000))


def test_a_comment_costs_the_same_calls_whatever_the_roll(find: Find, find_many: Find) -> None:
    comment = _said(PROSE * 5)
    for one in (find, find_many):
        one(comment)
    assert _calls(find_many, comment) <= 1.5 * _calls(find, comment)


def test_a_comment_that_can_name_nobody_is_not_judged(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("judged")

    monkeypatch.setattr("bot.detection.pupils.judge.Judge.likelihood", never)
    assert not [f for f in find(a_comment(PROSE)) if f.category is Category.PUPIL_NAMED]
