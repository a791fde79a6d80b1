"""Names as schools' systems write them become the names that people write."""

from __future__ import annotations

import pytest

from bot.rosters import names, read_pupils, read_staff

PROPER = {
    "plain": ("SMITH", "Smith"),
    "double-barrelled": ("SMITH-JONES", "Smith-Jones"),
    "two words": ("MARSH POOLE", "Marsh Poole"),
    "O'": ("O'BRIEN", "O'Brien"),
    "O with a curled apostrophe": ("O’BRIEN", "O’Brien"),
    "D'": ("D'ARCY-HOLT", "D'Arcy-Holt"),
    "Mc": ("MCDONALD", "McDonald"),
    "van der": ("VAN DER BERG", "van der Berg"),
    "de la": ("DE LA CRUZ", "de la Cruz"),
    "a particle alone is a name": ("LE", "Le"),
    "St": ("ST. JOHN", "St. John"),
    "diacritics": ("MÜLLER-ŁUKASZ", "Müller-Łukasz"),
    "apostrophe inside": ("SHA'NIYA", "Sha'niya"),
}
AS_THEY_ARE = [
    "McDonald",
    "van der Berg",
    "de Souza",
    "MacLeod",
    "O'Brien",
    "bell",
    "Ng",
    "X",
    "Ó Briain",
    "D'arcy",
]


@pytest.mark.parametrize(("shouted", "said"), PROPER.values(), ids=PROPER)
def test_capitals_become_a_name(shouted, said):
    assert names.proper(shouted) == said


@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_what_is_not_all_capitals_is_left_alone(name):
    assert names.proper(name) == name


@pytest.mark.parametrize(
    ("first", "said"), [("ALFIE", "Alfie"), ("JO", "Jo"), ("JP", "JP"), ("LILY-MAE", "Lily-Mae")]
)
def test_initials_that_a_child_goes_by_stay(first, said):
    assert names.proper_first(first) == said


WHOLE = {
    "surname first": ("SMITH, Alfie", ("Alfie", "", "SMITH")),
    "surname first with middle names": ("Smith, Alfie James Lee", ("Alfie", "James Lee", "Smith")),
    "in the order of speech": ("Alfie Smith", ("Alfie", "", "Smith")),
    "with a middle name": ("Alfie James Smith", ("Alfie", "James", "Smith")),
    "particles": ("Bram van der Berg", ("Bram", "", "van der Berg")),
    "particles and a middle name": ("Bram Jan van der Berg", ("Bram", "Jan", "van der Berg")),
    "double-barrelled": ("Ellie Marsh-Poole", ("Ellie", "", "Marsh-Poole")),
    "capitals last": ("Alfie James SMITH", ("Alfie", "James", "SMITH")),
    "two words in capitals last": ("Ellie MARSH POOLE", ("Ellie", "", "MARSH POOLE")),
    "capitals first": ("SMITH Alfie James", ("Alfie", "James", "SMITH")),
    "particles in capitals first": ("VAN DER BERG Bram", ("Bram", "", "VAN DER BERG")),
    "all in capitals": ("ALFIE SMITH", ("ALFIE", "", "SMITH")),
    "initials are no surname": ("JP Smith", ("JP", "", "Smith")),
    "one name only": ("Putri", ("Putri", "", "")),
    "nothing": ("", ("", "", "")),
}


@pytest.mark.parametrize(("whole", "parts"), WHOLE.values(), ids=WHOLE)
def test_a_whole_name_is_taken_apart(whole, parts):
    assert names.split_whole(whole) == parts


TITLES = {
    "before": ("Mrs Jo Pike", ("Mrs", "Jo Pike")),
    "after the comma": ("Pike, Miss Jo", ("Miss", "Pike, Jo")),
    "with a full stop": ("Dr. Jo Pike", ("Dr", "Jo Pike")),
    "none": ("Jo Pike", (None, "Jo Pike")),
    "a name that begins like one": ("Missy Drake", (None, "Missy Drake")),
}


@pytest.mark.parametrize(("name", "parts"), TITLES.values(), ids=TITLES)
def test_a_title_is_no_name(name, parts):
    assert names.without_title(name) == parts


@pytest.fixture
def pupil(tmp_path):
    """The one pupil of a list with this header and row."""

    def read(header, row):
        (tmp_path / "pupils.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
        (found,) = read_pupils(tmp_path / "pupils.csv")
        return found

    return read


def called(p):
    return (p.first_name, p.preferred_name, p.middle_names, p.last_name, p.aliases)


LEGAL = {
    "legal and preferred forename": (
        "UPN,Legal Surname,Legal Forename,Preferred Forename",
        "U1,QUAYLE,Alfred,Alfie",
        ("Alfred", "Alfie", None, "Quayle", ()),
    ),
    "the preferred surname is the name, the legal one an alias": (
        "UPN,Legal Surname,Preferred Surname,Legal Forename,Preferred Forename",
        "U1,QUAYLE,Holt,Alfred,Alfie",
        ("Alfred", "Alfie", None, "Holt", ("Alfred Quayle", "Alfie Quayle")),
    ),
    "Wonde: the plain name beside the legal one is the usual one": (
        "id,mis_id,upn,surname,forename,middle_names,legal_surname,legal_forename",
        "A1,17,U1,Holt,Alfie,James,Quayle,Alfred",
        ("Alfred", "Alfie", "James", "Holt", ("Alfred Quayle", "Alfie Quayle")),
    ),
    "the same twice is one": (
        "UPN,Legal Surname,Preferred Surname,Legal Forename,Preferred Forename",
        "U1,QUAYLE,Quayle,Alfie,ALFIE",
        ("Alfie", None, None, "Quayle", ()),
    ),
    "no preferred surname in this row": (
        "UPN,Legal Surname,Preferred Surname,Forename",
        "U1,Quayle,,Alfie",
        ("Alfie", None, None, "Quayle", ()),
    ),
    "SIMS: a preferred name that is all of it": (
        'UPN,Forename,Surname,"Preferred Name"',
        'U1,Alfred,Quayle,"QUAYLE, Alfie"',
        ("Alfred", "Alfie", None, "Quayle", ()),
    ),
    "a preferred name with the surname behind it": (
        "UPN,Forename,Surname,Preferred Name",
        "U1,Alfred,Quayle,Alfie Quayle",
        ("Alfred", "Alfie", None, "Quayle", ()),
    ),
    "only chosen names": (
        "Admission Number,Chosen Forename,Chosen Surname",
        "1,Alfie,Quayle",
        ("Alfie", None, None, "Quayle", ()),
    ),
    "whose names they are": (
        "Student UPN,Pupil Forename,Pupil: Legal Surname",
        "U1,Alfie,Quayle",
        ("Alfie", None, None, "Quayle", ()),
    ),
    "a whole name in capitals": (
        "UPN,Student Name",
        'U1,"O\'BRIEN, ZOË MAY"',
        ("Zoë", None, "May", "O'Brien", ()),
    ),
}


@pytest.mark.parametrize(("header", "row", "expected"), LEGAL.values(), ids=LEGAL)
def test_legal_usual_and_preferred_names_are_brought_together(pupil, header, row, expected):
    assert called(pupil(header, row)) == expected


def test_a_letter_written_as_two_signs_is_one_and_what_cannot_be_seen_is_gone(pupil):
    found = pupil("UPN,Forename,Surname", "U1,Zoe\u0308\u200e,\u200bQuay\u00adle")
    assert called(found) == ("Zoë", None, None, "Quayle", ())


def test_staff_go_by_the_name_that_parents_know(tmp_path):
    (tmp_path / "staff.csv").write_text(
        'Employee ID,Staff Name,Preferred Surname,Roles\nS1,"PIKE, Mrs Jo",,Cook\nS2,Dr Bram Moor,Holt,Teacher\n'
    )
    found = read_staff(tmp_path / "staff.csv")
    assert [(m.title, m.first_name, m.last_name, m.role) for m in found] == [
        ("Mrs", "Jo", "Pike", "Cook"),
        ("Dr", "Bram", "Holt", "Teacher"),
    ]
