"""Roster files as schools really export them: read whole or refused whole, with the line and the reason."""

from __future__ import annotations

import logging

import pytest

from bot.domain.roster import Pupil, PupilId, StaffId, StaffMember
from bot.rosters import RosterError, read_pupils, read_staff, write_pupils, write_staff

ROWS = "pupil_id,first_name,last_name\nP1,Zoë,O’Brien\nP2,Bram,van der Berg\n"
BOTH = [("P1", "Zoë", "O’Brien"), ("P2", "Bram", "van der Berg")]


@pytest.fixture
def file(tmp_path):
    """Write it, and hand back where it is."""

    def make(content, name="pupils.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return make


def names(pupils):
    return [(p.id, p.first_name, p.last_name) for p in pupils]


def refusal(path, read=read_pupils):
    with pytest.raises(RosterError) as refused:
        read(path)
    return str(refused.value)


ENCODED = {
    "UTF-8": ROWS.encode(),
    "UTF-8 with BOM": ROWS.encode("utf-8-sig"),
    "UTF-16": ROWS.encode("utf-16"),
    "Windows-1252": ROWS.encode("cp1252"),
    "Windows line ends": ROWS.replace("\n", "\r\n").encode(),
    "semicolons": ROWS.replace(",", ";").encode(),
    "tabs": ROWS.replace(",", "\t").encode(),
    "all in quotes": '"pupil_id","first_name","last_name"\n"P1","Zoë","O’Brien"\n"P2","Bram","van der Berg"\n'.encode(),
    "blank lines and no end": (ROWS.replace("\nP2", "\n,,\n\nP2").rstrip()).encode(),
    "padded": ROWS.replace(",", " , ").encode(),
    "empty cells beyond the header": ROWS.replace("Brien\n", "Brien,,\n").encode(),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_what_spreadsheets_write_is_read_alike(file, content):
    assert names(read_pupils(file(content))) == BOTH


HEADERS = {
    "SIMS": "Admission No,Legal Surname,Legal Forename,Preferred Forename,Reg Group,NC Year,DOB",
    "Arbor": "Student ID,Last Name,First Name,Preferred First Name,Registration Form,Year Group,Date of Birth",
    "Bromcom": "UPN,Surname,Forename,Known As,Tutor Group,National Curriculum Year,Date Of Birth",
    "plain, other signs": "pupil-id,last_name,FIRST NAME,preferred_name,class,year_group,date_of_birth",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_headers_are_matched_generously(file, header):
    (pupil,) = read_pupils(file(f"{header}\nP7,Quayle,Alfred,Alfie,4B,Year 4,2017-05-01\n"))
    expected = Pupil(PupilId("P7"), "Alfred", "Quayle", "Alfie", "Year 4", "4B", "2017-05-01")
    assert pupil == expected


def test_one_column_may_hold_the_whole_name(file):
    path = file('UPN,Name\nP1,"QUAYLE, Alfie"\nP2,Ellie Marsh\n')
    assert names(read_pupils(path)) == [("P1", "Alfie", "Quayle"), ("P2", "Ellie", "Marsh")]


CONSENTS = {
    "yes": True, "Y": True, "TRUE": True, "1": True, "granted": True,
    "no": False, "n": False, "False": False, "0": False, "refused": False, "withdrawn": False,
    "": None,
}  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), CONSENTS.items(), ids=CONSENTS)
def test_consent_is_read_as_schools_write_it(file, said, meant):
    (pupil,) = read_pupils(file(f"id,forename,surname,image_consent\nP1,Alfie,Quayle,{said}\n"))
    assert pupil.image_consent is meant


def test_staff_are_read_too(file):
    (member,) = read_staff(
        file("Staff ID,Title,Forename,Surname,Job Title,Facebook Name\nS1,Mrs,Jo,Pike,Cook,JoP\n")
    )
    assert member == StaffMember(StaffId("S1"), "Jo", "Pike", "Mrs", "Cook", "JoP")


def test_a_new_line_inside_quotes_does_not_shift_the_line_numbers(file):
    path = file('id,forename,surname,class\nP1,Alfie,Quayle,"Oak\nroom"\nP2,,Marsh,Elm\n')
    assert "line 4: the first name is missing" in refusal(path)


def test_a_formula_stays_text(file):
    (pupil,) = read_pupils(file("id,forename,surname\nP1,=1+1,\"=cmd|' /c calc'!A1\"\n"))
    assert (pupil.first_name, pupil.last_name) == ("=1+1", "=cmd|' /c calc'!A1")


def test_a_short_row_lacks_only_what_may_be_missing(file):
    (pupil,) = read_pupils(file("id,forename,surname,class,dob\nP1,Alfie,Quayle\n"))
    assert pupil.class_name is None


def test_a_pupil_with_one_name_is_said_to_have_one(file):
    assert names(read_pupils(file("id,forename,surname\nP1,Putri,-\n"))) == [("P1", "Putri", "")]
    assert "one name only has a -" in refusal(file("id,forename,surname\nP1,Putri,\n"))


BAD = {
    "no id": (",Alfie,Quayle", "line 3: the id is missing"),
    "no first name": ("P2,,Quayle", "line 3: the first name is missing"),
    "no last name": ("P2,Alfie,", "line 3: the last name is missing"),
    "the same id": ("P1,Alfie,Quayle", "line 3: the id stands on line 2 too"),
    "too many cells": ("P2,Alfie,Quayle,yes,no", "line 3: it has 5 cells, the header 4"),
    "consent in other words": ("P2,Alfie,Quayle,maybe", "line 3: the image consent is no consent"),
}


@pytest.mark.parametrize(("row", "says"), BAD.values(), ids=BAD)
def test_a_bad_row_is_named_by_line_and_reason(file, row, says):
    told = refusal(file(f"id,forename,surname,image_consent\nP1,Ellie,Marsh,yes\n{row}\n"))
    assert says in told
    assert "nothing was taken over" in told


def test_all_bad_rows_are_named_at_once_and_no_name_with_them(file, events):
    told = refusal(
        file("id,forename,surname\nP1,Ellie,Marsh\n,Alfie,Quayle\nP3,,Threlkeld\nP1,Harry,Potts\n")
    )
    assert all(f"line {line}:" in told for line in (3, 4, 5))
    for name in ("Ellie", "Marsh", "Alfie", "Quayle", "Threlkeld", "Potts"):
        assert name not in told + events()


def test_a_thousand_bad_rows_are_counted_and_not_listed(file):
    told = refusal(file("id,forename,surname\n" + ",,x\n" * 1000))
    assert "and 980 further lines" in told
    assert len(told.splitlines()) < 30


REFUSED = {
    "nothing at all": (b"", "found no column"),
    "only a header": (b"id,forename,surname\n", "there is nobody in it"),
    "a workbook by another name": (b"PK\x03\x04" + b"\x00" * 100, "is a damaged Excel file"),
    "not text": (b"id,forename,surname\nP1,\x00\x01,x\n", "is no text file"),
    "no id column": (b"forename,surname\nAlfie,Quayle\n", "no column for an id"),
    "no names": (b"id,class\nP1,Oak\n", "a first name and a last name"),
    "cut off in a quote": (b'id,forename,surname,class\nP1,Alfie,Quayle,Oak\nP2,Ellie,Marsh,"El', "line 3"),
    "a stray quote": (b'id,forename,surname,class\nP1,Alfie,Quayle,"Oak\nP2,Ellie,Marsh,Elm\n', "line 2"),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_roster_is_refused_with_a_reason(file, content, says):
    assert says in refusal(file(content))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "can't be read" in refusal(tmp_path / "none.csv")


def test_a_huge_file_is_not_even_read(file):
    assert "larger than any roster" in refusal(file(b"x" * 20_000_001))


def test_five_thousand_pupils_are_read(file):
    rows = "".join(f"P{n},First{n},Last{n}\n" for n in range(5000))
    assert len(read_pupils(file("id,forename,surname\n" + rows))) == 5000


PUPILS = [
    Pupil(PupilId("P1"), "Zoë", 'O"Brien, the', "Zo", "4", "Oak", "2017-05-01", True, False, None),
    Pupil(PupilId("P2"), "Putri", ""),
    Pupil(
        PupilId("P3"),
        "Ellie",
        "Marsh",
        middle_names="Ann Rose",
        aliases=("Ellie Moor", "Smarsh"),
        protected=True,
    ),
    Pupil(PupilId("P4"), "Harry", "Potts", left_on="2026-07-22"),
]
STAFF = [
    StaffMember(
        StaffId("S1"), "Jo", "Pike", "Mrs", "Cook", "JoP", "100000000000042", (PupilId("P1"), PupilId("P2"))
    ),
    StaffMember(StaffId("S2"), "Bram", "Moor"),
]


def test_what_is_written_is_read_again_alike(tmp_path):
    write_pupils(tmp_path / "pupils.csv", PUPILS)
    write_staff(tmp_path / "staff.csv", STAFF)
    assert read_pupils(tmp_path / "pupils.csv") == PUPILS
    assert read_staff(tmp_path / "staff.csv") == STAFF
    assert (tmp_path / "pupils.csv").stat().st_mode & 0o077 == 0


def test_a_list_that_the_services_group_may_read_stays_readable(tmp_path):
    path = tmp_path / "pupils.csv"
    write_pupils(path, PUPILS)
    path.chmod(0o644)
    write_pupils(path, PUPILS)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_old_file_and_no_scraps(tmp_path, monkeypatch):
    path = tmp_path / "pupils.csv"
    write_pupils(path, PUPILS)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr("bot.rosters.writing.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_pupils(path, [Pupil(PupilId("P9"), "A", "B")])
    assert path.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir()] == ["pupils.csv"]


def test_reading_logs_no_names(file, caplog):
    caplog.set_level(logging.DEBUG)
    read_pupils(file(ROWS))
    assert caplog.text == ""
