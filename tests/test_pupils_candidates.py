"""Every place where a pupil may be named, however it is typed, with its exact span in the original."""

from __future__ import annotations

import pytest

from bot.detection.pupils import lexicon
from bot.detection.pupils.calls import Calls
from bot.detection.pupils.candidates import CandidateFinder
from bot.detection.reading import read
from bot.domain.roster import Pupil, PupilId, Roster
from tests.cast import a_comment
from tests.classroom import RULES

PUPILS = {
    "A": ("Alfie", "Thornbury"),
    "L": ("Lily-Mae", "van der Berg"),
    "O": ("Zoë", "O'Brien"),
    "K": ("Katherine", "Denholm"),
    "B": ("Ruby", "Marsh"),
    "J": ("Josh", "Pell"),
    "C": ("Ocean", "Quayle"),
    "X": ("Max", "Tattersall"),
    "G": ("Grace", "Young"),
    "H": ("Hamza", "Aziz"),
}
FINDER = CandidateFinder(
    Calls(
        Roster(
            tuple(
                Pupil(PupilId(key), *names, middle_names="Jane" if key == "K" else None)
                for key, names in PUPILS.items()
            )
        ),
        lexicon.load(RULES),
    )
)


def found(message: str) -> list[tuple[str, str, str]]:
    """The words of the original, how much of a name they are, and whose."""
    reading = read(a_comment(message))
    places = [(reading.folded.span(c.start, c.end), c) for c in FINDER.find(reading)]
    return [(message[s.start : s.end], c.full, "".join(sorted(c.pupils))) for s, c in places]


WHOLE = {
    "full": ("so Alfie Thornbury did", ("Alfie Thornbury", "full", "A")),
    "shouted": ("ALFIE THORNBURY", ("ALFIE THORNBURY", "full", "A")),
    "turned": ("thornbury alfie", ("thornbury alfie", "turned", "A")),
    "turned with a comma": ("Thornbury, Alfie", ("Thornbury, Alfie", "turned", "A")),
    "middle name": ("katherine jane denholm", ("katherine jane denholm", "full", "K")),
    "middle initial": ("katherine j denholm", ("katherine j denholm", "full", "K")),
    "several words": ("lily mae van der berg sang", ("lily mae van der berg", "full", "L")),
    "a slip in the family name": ("Alfie Thornbery", ("Alfie Thornbery", "full", "A")),
    "a nickname and the family name": ("rubes marsh", ("rubes marsh", "full", "B")),
    "first name and initial": ("Alfie T scored", ("Alfie T", "initial", "A")),
    "in lower case": ("well done ruby m xx", ("ruby m", "initial", "B")),
    "initial and family name": ("R Marsh scored", ("R Marsh", "initials", "B")),
    "two initials": ("L-M van der Berg", ("L-M van der Berg", "initials", "L")),
    "initials only": ("A.T. was there", ("A.T", "", "A")),
    "hashtag": ("go #GoRubyMarsh", ("RubyMarsh", "full", "B")),
    "run together": ("well done rubymarsh", ("rubymarsh", "full", "B")),
    "spaced, then the family name": ("r u b y marsh", ("r u b y marsh", "full", "B")),
}
HIDDEN = {
    "possessive": ("is Ruby's coat", ("Ruby", "", "B")),
    "curly possessive": ("Ruby’s mum", ("Ruby", "", "B")),
    "family run-on": ("the thornburys", ("thornbury", "", "A")),
    "hashtag with a cheer": ("#TeamAlfie!", ("Alfie", "", "A")),
    "hashtag in lower case": ("#teamalfie", ("alfie", "", "A")),
    "hashtag backwards": ("#ecarg", ("ecarg", "", "G")),
    "run together with a cheer": ("teamalfie", ("alfie", "", "A")),
    "stretched": ("graaaace", ("graaaace", "", "G")),
    "stretched at the end": ("alfieeee!!", ("alfieeee", "", "A")),
    "spaced": ("was o c e a n there", ("o c e a n", "", "C")),
    "spaced in capitals": ("M A X!", ("M A X", "", "X")),
    "dotted": ("J.o.s.h did it", ("J.o.s.h", "", "J")),
    "dotted to the end": ("R.u.b.y.", ("R.u.b.y", "", "B")),
    "hyphens": ("J-o-s-h", ("J-o-s-h", "", "J")),
    "starred": ("that j*sh", ("j*sh", "", "J")),
    "two stars": ("that r**y", ("r**y", "", "B")),
    "three of five": ("a***e", ("a***e", "", "A")),
    "leet": ("gr@ce and", ("gr@ce", "", "G")),
    "leet digit": ("4lfie", ("4lfie", "", "A")),
    "emoji between the letters": ("M🏊A🏊X", ("M🏊A🏊X", "", "X")),
    "squared letter": ("🅰lfie", ("🅰lfie", "", "A")),
    "circled letters": ("ⓡⓤⓑⓨ", ("ⓡⓤⓑⓨ", "", "B")),
    "full width": ("ｒｕｂｙ", ("ｒｕｂｙ", "", "B")),
    "Cyrillic look-alikes": ("Аlfiе", ("Аlfiе", "", "A")),
    "zero width": ("Al\u200bfie", ("Al\u200bfie", "", "A")),
    "backwards": ("eifla was", ("eifla", "", "A")),
    "split in two": ("al fie pushed", ("al fie", "", "A")),
    "split with a dot": ("al.fie", ("al.fie", "", "A")),
    "split with a hyphen": ("al-fie", ("al-fie", "", "A")),
    "another alphabet": ("حمزة", ("حمزة", "", "H")),
    "one slip": ("where is alfei", ("alfei", "", "A")),
}
BEFORE = {
    "nothing": "",
    "emoji": "😀👩‍👧‍👦🏴 ",
    "combining marks": "a\u0301e\u0308o\u0323\u0302 ",
    "letters that fold to two": "straße ﬁ Æ ㎏ ",
    "a zero width": "\ufeff\u200b ",
    "a line": "Hello,\r\n\n",
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize(("message", "name"), [*WHOLE.values(), *HIDDEN.values()], ids=[*WHOLE, *HIDDEN])
def test_a_name_is_found_in_its_exact_place(before: str, message: str, name: tuple[str, str, str]) -> None:
    assert found(before + message) == [name]
    reading = read(a_comment(before + message))
    (candidate,) = FINDER.find(reading)
    span = reading.folded.span(candidate.start, candidate.end)
    assert span.start == len(before) + message.index(name[0])


SEVERAL = {
    "three in one word": ("alfierubyandjosh", ["alfie", "ruby", "josh"]),
    "a list": ("alfie, ruby n josh", ["alfie", "ruby", "josh"]),
    "a full stop between": ("it was alfie. thornbury is nice", ["alfie", "thornbury"]),
    "a comma between": ("alfie, thornbury", ["alfie", "thornbury"]),
    "a new line between": ("ruby\nmarsh", ["ruby", "marsh"]),
    "first and family name of two": ("ruby thornbury", ["ruby", "thornbury"]),
    "another initial": ("Ruby Q", ["Ruby"]),
    "an accent of its own": ("Zoe\u0308 O’Brien", ["Zoe\u0308 O’Brien"]),
    "the mark at the very end": ("well done Zoe\u0308", ["Zoe\u0308"]),
    "i is no initial": ("i marsh", ["marsh"]),
    "twice": ("ruby ruby", ["ruby", "ruby"]),
}


@pytest.mark.parametrize(("message", "names"), SEVERAL.values(), ids=SEVERAL)
def test_what_stands_apart_is_found_apart(message: str, names: list[str]) -> None:
    assert [name for name, _, _ in found(message)] == names


NOTHING = (
    "",
    "lovely day",
    "wellies and jellies",
    "£5 and 4.30pm, 7x8=56",
    "a b c d e f g",
    "jo*n",
    "f*** off",
    "*** 5*",
    "l0st my sh0e",
    "ra by",
    "is o n",
    "🇷🇺🇧🇾",
    "#MondayMotivation",
    "#teamwork",
    "P.T.A. and e.g. a.m.",
    "the maximum",
    "disgraceful",
    "gracious",
    "oceanographer",
    "well done 4A",
    "https://larkfield.example/4lf1e-x?grace1=josh2",
    "مدرسة جميلة",
    "школа",
    "a\u0301 \u0308",
    "\x00\ud800",
    "thorn bury",
)


@pytest.mark.parametrize("message", NOTHING, ids=ascii)
def test_nobody_is_seen_in_other_words(message: str) -> None:
    assert found(message) == []
