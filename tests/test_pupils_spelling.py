"""Nearly the same name: one slip of the finger, long letters, the same by ear."""

from __future__ import annotations

import pytest

from bot.detection.pupils.spelling import NearNames, one_slip, sound, unstretched

ONE_SLIP = {
    "two letters swapped": ("alfie", "alfei"),
    "the first two swapped": ("marsh", "amrsh"),
    "the last letter missing": ("alfie", "alfi"),
    "a letter missing": ("katherine", "kathrine"),
    "a letter doubled": ("alfie", "alffie"),
    "one too many at the end": ("alfie", "alfies"),
    "one wrong letter": ("alfie", "alfoe"),
    "the first letter wrong": ("alfie", "elfie"),
    "one letter against none": ("a", ""),
}
MORE_THAN_ONE = {
    "the same": ("alfie", "alfie"),
    "two wrong": ("alfie", "elfia"),
    "two missing": ("katherine", "kathrin"),
    "two swapped that are not neighbours": ("alfie", "aefil"),
    "swapped and one wrong": ("alfie", "alfea"),
    "two too many": ("ruby", "rubies"),
    "another name": ("grace", "gross"),
    "backwards": ("ruby", "ybur"),
}


@pytest.mark.parametrize(("name", "typed"), ONE_SLIP.values(), ids=ONE_SLIP)
def test_one_slip_is_seen_from_both_sides(name: str, typed: str) -> None:
    assert one_slip(name, typed)
    assert one_slip(typed, name)


@pytest.mark.parametrize(("name", "typed"), MORE_THAN_ONE.values(), ids=MORE_THAN_ONE)
def test_more_or_less_is_no_slip(name: str, typed: str) -> None:
    assert not one_slip(name, typed)
    assert not one_slip(typed, name)


STRETCHED = {
    "graaaace": ("graace", "grace"),
    "alfieeee": ("alfie", "alfiee"),
    "aaaa": ("a", "aa"),
    "abbbccc": ("abbc", "abbcc", "abc", "abcc"),
    "annnaaa": ("ana", "anaa", "anna", "annaa"),
    "grace": (),
    "miss": (),
    "aaron": (),
    "": (),
}


@pytest.mark.parametrize(("word", "forms"), STRETCHED.items(), ids=STRETCHED)
def test_long_letters_are_read_as_one_and_as_two(word: str, forms: tuple[str, ...]) -> None:
    assert unstretched(word) == forms


def test_a_word_of_nothing_but_long_letters_stays_cheap() -> None:
    assert len(unstretched("".join(letter * 4 for letter in "abcdefghijklmnop" * 50))) < 70


ALIKE = [
    ("philip", "filip"),
    ("caitlin", "katelyn"),
    ("sophie", "sofi"),
    ("zac", "zak"),
    ("aisha", "ayesha"),
    ("john", "jon"),
    ("thomas", "tomas"),
    ("isabel", "izabel"),
    ("jessica", "jesika"),
]
UNLIKE = [
    ("max", "mac"),
    ("grace", "craig"),
    ("eva", "ada"),
    ("musa", "mustafa"),
    ("ella", "nella"),
    ("oscar", "lascar"),
    ("ruby", "robert"),
    ("amy", "may"),
    ("thea", "leah"),
]


@pytest.mark.parametrize(("name", "heard"), ALIKE)
def test_spellings_by_ear_sound_alike(name: str, heard: str) -> None:
    assert sound(name) == sound(heard) != ""


@pytest.mark.parametrize(("name", "other"), UNLIKE)
def test_other_names_sound_unlike(name: str, other: str) -> None:
    assert sound(name) != sound(other)


NEAR = NearNames(["alfie", "katherine", "sophie", "max", "lukasz", "o brien"])
SLIPS = {
    "alfei": {"alfie"},
    "afie": {"alfie"},
    "elfie": {"alfie"},
    "kathrine": {"katherine"},
    "lukas": {"lukasz"},
    "alfie": set(),
    "akthrine": set(),  # two slips
    "mac": set(),  # max is too short for slips
    "maxx": set(),
    "tophie": set(),  # another first letter is another name
    "hello": set(),
    "alf": set(),
    "": set(),
    "o brein": set(),
}
HEARD = {
    "sofie": {"sophie"},
    "sophy": {"sophie"},
    "alphie": {"alfie"},
    "luckas": {"lukasz"},
    "sophie": set(),
    "safe": set(),  # sounds alike, looks unlike
    "selfie": set(),
    "macks": set(),
    "hello": set(),
}


@pytest.mark.parametrize(("typed", "names"), SLIPS.items(), ids=SLIPS)
def test_slips_of_the_finger(typed: str, names: set[str]) -> None:
    assert NEAR.slips(typed) == names


@pytest.mark.parametrize(("typed", "names"), HEARD.items(), ids=HEARD)
def test_spellings_by_ear(typed: str, names: set[str]) -> None:
    assert NEAR.heard(typed) == names


def test_scripts_without_vowels_are_told_by_their_consonants() -> None:
    assert NEAR.skeleton("lksz") == {"lukasz"}
    assert NEAR.skeleton("lukasz") == NEAR.skeleton("mdrst") == set()


def test_what_is_much_too_long_is_no_name_and_not_looked_for() -> None:
    assert NEAR.slips("a" * 1_000_000) == NEAR.heard("a" * 1_000_000) == set()
