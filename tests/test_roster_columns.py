"""Headers, titles above them, no header at all, dates, and columns that must not be taken over."""

from __future__ import annotations

import pytest

from bot.rosters import RosterError, pupils_of, read_pupils, read_staff, staff_of
from bot.rosters.reading import unbroken


@pytest.fixture
def file(tmp_path):
    def make(text, name="pupils.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return make


def names(pupils):
    return [(p.id, p.first_name, p.last_name) for p in pupils]


TITLES = {
    "a line": "Export of 2026-09-01\nUPN,Forename,Surname\nU1,Alfie,Quayle\n",
    "lines with commas": '"Larkfield Primary, Pupils",,\nPrinted 1 September 2026, 14:02, by the office\n\nUPN,Forename,Surname\nU1,Alfie,Quayle\n',
    "Excel's own": "sep=;\nUPN;Forename;Surname\nU1;Alfie;Quayle\n",
    "whole names between semicolons": "Pupils, all\nUPN;Name;Note\nU1;QUAYLE, Alfie;a, b, c\n",
    "a bar": "UPN|Forename|Surname\nU1|Alfie|Quayle\n",
    "the header again on each page": "UPN,Forename,Surname\nU1,Alfie,Quayle\nUPN,Forename,Surname\n",
}


@pytest.mark.parametrize("text", TITLES.values(), ids=TITLES)
def test_titles_above_the_header_are_passed_over(file, text):
    assert names(read_pupils(file(text))) == [("U1", "Alfie", "Quayle")]


def test_a_line_number_counts_the_titles_too(file):
    with pytest.raises(RosterError, match="line 5: the first name is missing"):
        read_pupils(file("Export\n\nUPN,Forename,Surname\nU1,Alfie,Quayle\nU2,,Marsh\n"))


HEADERLESS = {
    "id, first, last": ("1001,Alfie,Quayle\n1002,Ellie,Marsh\n", {"id", "first", "last"}),
    "and class and year": (
        "1001,Alfie,Quayle,4B,Year 4,77\n1002,Ellie,Marsh,4B,Year 4,78\n1003,Zoë,O’Brien,4B,Year 4,79\n",
        {"id", "first", "last", "class", "year"},
    ),
    "the surname first, in capitals": ("P1,QUAYLE,Alfie\nP2,MARSH,Ellie\n", {"id", "first", "last"}),
}


@pytest.mark.parametrize(("text", "has"), HEADERLESS.values(), ids=HEADERLESS)
def test_a_list_without_a_header_is_guessed_and_says_so(file, text, has):
    reading = pupils_of(file(text))
    assert reading.has == has
    assert "column 1 the id" in reading.assumed
    assert names(reading.people)[0][1:] == ("Alfie", "Quayle")
    assert names(reading.people)[1][1:] == ("Ellie", "Marsh")


def test_a_guess_is_never_taken_for_granted(file):
    with pytest.raises(RosterError, match="no header"):
        read_pupils(file(HEADERLESS["id, first, last"][0]))


NOT_GUESSED = {
    "no ids": "Alfie,Quayle,4B\nEllie,Marsh,4B\n",
    "an id twice": "1001,Alfie,Quayle\n1001,Ellie,Marsh\n",
    "two columns": "1001,Alfie Quayle\n1002,Ellie Marsh\n",
    "e-mail addresses": "1001,alfie@larkfield.example,Quayle\n1002,ellie@larkfield.example,Marsh\n",
    "a name is missing": "1001,Alfie,Quayle\n1002,,Marsh\n",
    "a register of marks": "1001,72,81\n1002,55,90\n",
    "rows of different length": "1001,Alfie\n1002,Ellie,Marsh\n",
}


@pytest.mark.parametrize("text", NOT_GUESSED.values(), ids=NOT_GUESSED)
def test_where_there_is_doubt_nothing_is_guessed_and_no_name_is_shown(file, text):
    with pytest.raises(RosterError, match="found no column") as refused:
        pupils_of(file(text))
    for name in ("Alfie", "alfie", "Quayle", "Ellie", "Marsh"):
        assert name not in str(refused.value)


def test_staff_without_a_header_are_not_guessed(file):
    with pytest.raises(RosterError, match="found no column"):
        staff_of(file("S1,Jo,Pike\nS2,Bram,Moor\n"))


BORN = {
    "ISO": "2015-10-14", "British": "14/10/2015", "dots": "14.10.2015", "dashes": "14-10-2015", "short": "14/10/15",
    "a month's name": "14 Oct 2015", "a long month's name": "14 October 2015", "Excel's own way": "14-Oct-15",
    "with a time": "14/10/2015 00:00:00", "ISO with a time": "2015-10-14T00:00:00", "a serial number": "42291",
    "a serial number with a point": "42291.0", "run together": "20151014", "ISO with slashes": "2015/10/14",
}  # fmt: skip
NOT_BORN = {
    "American": "10/14/2015", "no such day": "31/02/2015", "words": "autumn", "a year": "2015", "far off": "14/10/3015",
    "an id": "123456", "a name": "Quayle",
}  # fmt: skip


@pytest.mark.parametrize("said", BORN.values(), ids=BORN)
def test_a_date_of_birth_is_read_however_it_is_written(file, said):
    (pupil,) = read_pupils(file(f"UPN,Forename,Surname,DOB\nU1,Alfie,Quayle,{said}\n"))
    assert pupil.date_of_birth == "2015-10-14"


@pytest.mark.parametrize("said", NOT_BORN.values(), ids=NOT_BORN)
def test_a_date_that_is_none_is_named_by_line_and_not_repeated(file, said):
    with pytest.raises(RosterError, match="line 2: the date of birth is no date") as refused:
        read_pupils(file(f"UPN,Forename,Surname,DOB\nU1,Alfie,Quayle,{said}\n"))
    told = str(refused.value).replace("14/10/2015 or 2015-10-14", "")
    assert said not in told


PRIVATE = [
    "Medical notes", "MedicalConditions", "SEN", "SEN Provision", "SEND status", "Ethnicity", "ethnic_group", "Religion",
    "FSM", "Free School Meals Eligible", "Pupil Premium", "Home Address", "Post Code", "Postcode", "Mobile", "Email",
    "Telephone", "Allergies", "Dietary needs", "EAL", "Looked After", "In Care", "NHS Number", "Nationality",
    "First Language", "Disability", "Safeguarding", "EHCP", "Parent Contact 1", "Notes",
]  # fmt: skip
NEEDLESS = [
    "House",
    "Set",
    "Bus",
    "Present",
    "Locker",
    "Attendance %",
    "Sent home",
    "Spelling group",
]
SECRET = ["Password", "Initial Password", "user_pwd", "PIN", "Passcode", "LoginPassword", "secret word"]


@pytest.mark.parametrize("column", PRIVATE)
def test_what_we_must_not_hold_is_named_and_not_taken_over(file, column):
    reading = pupils_of(file(f"UPN,Forename,Surname,{column}\nU1,Alfie,Quayle,zzz\n"))
    assert reading.private == (column,)
    assert "zzz" not in str(reading)


@pytest.mark.parametrize("column", NEEDLESS)
def test_what_is_merely_not_needed_is_no_matter(file, column):
    reading = pupils_of(file(f"UPN,Forename,Surname,{column}\nU1,Alfie,Quayle,zzz\n"))
    assert (reading.private, reading.secret, reading.others) == ((), (), (column,))


@pytest.mark.parametrize("column", SECRET)
def test_what_looks_like_a_password_is_told_apart(file, column):
    reading = pupils_of(file(f"UPN,Forename,Surname,{column}\nU1,Alfie,Quayle,zzz\n"))
    assert reading.secret == (column,)
    assert "zzz" not in str(reading)


def test_broken_rows_can_be_passed_over_but_not_half_of_the_file(file):
    rows = [f"U{n},Name{n},Quayle" for n in range(95)] + [",Ellie,Marsh"] * 5
    reading = pupils_of(file("\n".join(["UPN,Forename,Surname", *rows])))
    assert len(unbroken(reading, skip=True).people) == 95
    with pytest.raises(RosterError, match="line 97: the id is missing"):
        unbroken(reading)
    worse = pupils_of(file("\n".join(["UPN,Forename,Surname", *rows[:4], *rows[95:]])))
    with pytest.raises(RosterError, match="more than half"):
        unbroken(worse, skip=True)


def test_a_child_is_not_passed_over_for_a_cell_that_can_be_left_empty(file):
    text = "UPN,Forename,Surname,DOB,Photo Consent\nU1,Alfie,Quayle,soon,perhaps\n"
    reading = unbroken(pupils_of(file(text)), skip=True)
    assert [(p.id, p.date_of_birth, p.image_consent) for p in reading.people] == [("U1", None, None)]
    assert len(reading.bad_cells) == 2


FACEBOOK_IDS = {
    "digits": ("100000000000042", True),
    "rounded by Excel": ("1E+14", False),
    "a name": ("jo.pike", False),
}


@pytest.mark.parametrize(("said", "good"), FACEBOOK_IDS.values(), ids=FACEBOOK_IDS)
def test_a_facebook_id_is_all_of_its_digits(file, said, good):
    path = file(f"Staff ID,Forename,Surname,Facebook ID\nS1,Jo,Pike,{said}\n")
    if good:
        assert read_staff(path)[0].facebook_id == said
    else:
        with pytest.raises(RosterError, match="line 2: the Facebook id is no number"):
            read_staff(path)


@pytest.mark.parametrize("said", ["P1;P2", "P1 P2", '"P1, P2"', "P1;;P2;P1"])
def test_children_of_staff_are_ids(file, said):
    (member,) = read_staff(file(f"Staff ID,Forename,Surname,Children\nS1,Jo,Pike,{said}\n"))
    assert member.children == ("P1", "P2")


def test_what_a_terminal_would_obey_is_in_nothing_that_is_shown(file):
    reading = pupils_of(file("UPN,Forename,Surname,Me\x1b[31mdical,\x1b\nU1,Alfie,Quayle,,\n"))
    assert (reading.private, reading.others) == ((), ("Me[31mdical",))
    staff = staff_of(file("Staff ID,Forename,Surname,Children\nS1,Jo,Pike,P1\x1b[2J\n"))
    assert staff.people[0].children == ()
    assert "line 2: the list of children can't be one" in staff.bad_cells[0]
