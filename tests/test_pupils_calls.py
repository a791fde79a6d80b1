"""What a child may be called: every way of the roster and of the word tables, and nobody by another's name."""

from __future__ import annotations

import pytest

from bot.detection.pupils import lexicon
from bot.detection.pupils.calls import Calls, Way
from bot.domain.roster import Pupil, PupilId, Roster
from tests.classroom import RULES


def child(letter: str, first: str, last: str, known_as: str | None = None, **fields: object) -> Pupil:
    return Pupil(PupilId(letter), first, last, known_as, **fields)  # type: ignore[arg-type]


CALLS = Calls(
    Roster(
        (
            child("A", "Alfie", "Thornbury"),
            child("L", "Lily-Mae", "van der Berg"),
            child("O", "Zoë", "O'Brien"),
            child("H", "Ewan", "Holt-Parry"),
            child("W", "William", "Ackroyd", "Bo"),
            child("K", "Katherine", "Denholm", middle_names="Rosalind Jane"),
            child("M", "Musa", "Qureshi"),
            child("S", "Sofiya", "Kovalenko"),
            child("D", "Dafydd", "McTavish", aliases=("Wobbles", "Wee Daf")),
            child("G", "Grace", "Young", left_on="2026-07-01"),
            child("Z", "Łukasz", "Wiśniewski"),
            child("N", "Siân", "Nowak"),
            child("B", "Ruby", "Marsh"),
            child("P", "Putri", ""),
            child("1", "Ivy", "Pell"),
            child("2", "Ivy", "Quayle"),
        )
    ),
    lexicon.load(RULES),
)

FIRST = {
    "as on the roster": ("alfie", Way.FIRST, "A"),
    "only name": ("putri", Way.FIRST, "P"),
    "both of that name": ("ivy", Way.FIRST, "12"),
    "double name": ("lily mae", Way.FIRST, "L"),
    "double name run together": ("lilymae", Way.FIRST, "L"),
    "half of a double name": ("lily", Way.PART, "L"),
    "the other half": ("mae", Way.PART, "L"),
    "legal name": ("william", Way.FIRST, "W"),
    "known as": ("bo", Way.KNOWN_AS, "W"),
    "nickname of the legal name": ("billy", Way.NICKNAME, "W"),
    "alias": ("wobbles", Way.ALIAS, "D"),
    "alias of two words": ("wee daf", Way.ALIAS, "D"),
    "middle name": ("rosalind", Way.MIDDLE, "K"),
    "second middle name": ("jane", Way.MIDDLE, "K"),
    "another spelling": ("kathryn", Way.SPELLING, "K"),
    "nickname": ("katie", Way.NICKNAME, "K"),
    "pet form": ("rubes", Way.NICKNAME, "B"),
    "diaeresis dropped": ("zoe", Way.FIRST, "O"),
    "circumflex dropped": ("sian", Way.FIRST, "N"),
    "Polish letter": ("lukasz", Way.FIRST, "Z"),
    "a leaver": ("grace", Way.FIRST, "G"),
}
NOBODY = "moses tom is the wilhelm oliver mr well brien van der berg thornbury quayle rose iam derek y x robbles 7 e"


@pytest.mark.parametrize(("form", "way", "pupils"), FIRST.values(), ids=FIRST)
def test_a_first_name_is_whose_and_how(form: str, way: Way, pupils: str) -> None:
    call = CALLS.first(form)[0]
    assert (call.way, sorted(call.pupils)) == (way, sorted(pupils))


@pytest.mark.parametrize("form", [*NOBODY.split(), "", "lily mae van", "jane rosalind"])
def test_nobody_is_called_so(form: str) -> None:
    assert CALLS.first(form) == ()


LAST = {
    "as on the roster": ("thornbury", "A"),
    "apostrophe": ("o brien", "O"),
    "apostrophe dropped": ("obrien", "O"),
    "several words": ("van der berg", "L"),
    "several words run together": ("vanderberg", "L"),
    "the last of them": ("berg", "L"),
    "double-barrelled": ("holt parry", "H"),
    "its first half": ("holt", "H"),
    "its second half": ("parry", "H"),
    "double-barrelled run together": ("holtparry", "H"),
    "Mc": ("mctavish", "D"),
    "Mc apart": ("mc tavish", "D"),
    "a leaver": ("young", "G"),
    "diacritics": ("wisniewski", "Z"),
    "a first name": ("alfie", ""),
    "the o of O'Brien": ("o", ""),
    "Mc dropped": ("tavish", ""),
    "O dropped": ("brien", "O"),
    "a small word of van der Berg": ("van", ""),
    "another": ("thorn", ""),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("form", "pupils"), LAST.values(), ids=LAST)
def test_a_family_name_is_whose(form: str, pupils: str) -> None:
    assert sorted(CALLS.last(form)) == sorted(pupils)


NEAR = {
    "alfei": "A",
    "rubyy": "B",
    "kathrine": "K",
    "daffyd": "D",
    "sofya": "S",
    "putir": "P",
    "self": "",
    "hello": "",
    "wobbels": "D",
    "billyy": "",
    "rosalynd": "",
    "rub": "",
}


@pytest.mark.parametrize(("typed", "pupils"), NEAR.items(), ids=NEAR)
def test_nearly_a_first_name_is_whose_and_never_nearly_a_nickname(typed: str, pupils: str) -> None:
    assert sorted({p for call in CALLS.near(typed) for p in call.pupils}) == sorted(pupils)


FOREIGN = {
    "Муса": "M",
    "মুসা": "M",
    "موسى": "M",
    "Софія": "S",
    "Рубі": "B",
    "саша": "",
    "Ольга": "",
    "مدرسة": "",
    "школа": "",
    "你好": "",
    "👏": "",
}


@pytest.mark.parametrize(("written", "pupils"), FOREIGN.items(), ids=FOREIGN)
def test_a_name_in_another_alphabet_is_whose(written: str, pupils: str) -> None:
    assert sorted({p for call in CALLS.foreign(written) for p in call.pupils}) == sorted(pupils)


INITIALS = {"at": "A", "lmv": "L", "lv": "L", "eh": "H", "ehp": "H", "wa": "W", "ba": "W", "ta": "", "zz": ""}


@pytest.mark.parametrize(("letters", "pupils"), INITIALS.items(), ids=INITIALS)
def test_initials_are_whose(letters: str, pupils: str) -> None:
    assert sorted(CALLS.by_initials(letters)) == sorted(pupils)


def test_an_empty_roster_calls_nobody() -> None:
    nobody = Calls(Roster(), lexicon.load(RULES))
    assert nobody.first("grace") == nobody.near("gracee") == nobody.foreign("Муса") == ()
    assert nobody.last("young") == nobody.by_initials("at") == frozenset()
