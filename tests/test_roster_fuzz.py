"""Whatever bytes come, a list is read whole or refused with a sentence that holds no name."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.roster import Pupil, PupilId
from bot.rosters import RosterError, names, pupils_of, read_pupils, read_staff, write_pupils
from bot.rosters.reading import clean

quietly = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.lists(st.lists(CELLS, max_size=8), max_size=8)


def read_or_refused(path, content):
    path.write_bytes(content)
    for read in (pupils_of, read_pupils, read_staff):
        with suppress(RosterError):
            read(path)


@quietly
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path, content):
    read_or_refused(tmp_path / "any.csv", content)
    read_or_refused(tmp_path / "any.csv", b"PK\x03\x04" + content)
    read_or_refused(tmp_path / "any.csv", b"upn,forename,surname\n" + content)


@quietly
@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_cells_below_a_header(tmp_path, rows, delimiter, encoding):
    text = "\n".join(
        delimiter.join(row) for row in [["UPN", "Forename", "Surname", "DOB", "Photo consent"], *rows]
    )
    read_or_refused(tmp_path / "any.csv", text.encode(encoding))


@quietly
@given(CELLS)
def test_any_text_is_a_name_or_not_without_an_error(text):
    names.proper(clean(text))
    first, middle, last = names.split_whole(clean(text))
    assert sorted(f"{first} {middle} {last}".replace(",", " ").split()) == sorted(
        clean(text).replace(",", " ").split()
    )


@quietly
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6))
def test_what_can_be_read_is_written_and_read_again_alike(tmp_path, rows):
    path = tmp_path / "once.csv"
    quoted = ['"{}","{}","{}"'.format(*(cell.replace('"', '""') for cell in row)) for row in rows]
    path.write_text("\n".join(["upn,forename,surname", *quoted]), encoding="utf-8", newline="")
    try:
        once = read_pupils(path)
    except RosterError:
        return
    write_pupils(tmp_path / "twice.csv", once)
    assert read_pupils(tmp_path / "twice.csv") == once


SPOILT = {
    "one column": (b"Name\nAlfie Quayle\nEllie Marsh\n", "found no column for an id"),
    "quotes that are never closed": (
        b'upn,forename,surname\n"U1,Alfie,Quayle\n' * 500,
        "can't be read as CSV",
    ),
    "a quote at the very start": (b'"upn,forename,surname\nU1,Alfie,Quayle\n' * 9000, "line 1"),
    "30 MB": (b"upn,forename,surname\n" + b"U1,Alfie,Quayle\n" * 1_900_000, "larger than any roster"),
    "two encodings": (
        "upn,forename,surname\nU1,Zoë,Quayle\n".encode() + "U2,Zoë,M\n".encode("cp1252"),
        "line 3",
    ),
    "cut off within a letter": (
        "upn,forename,surname\nU1,Zoë,Quayle\nU2,Ada,Zo\u00eb".encode()[:-1],
        "line 3",
    ),
    "a lost letter": (
        "upn,forename,surname\nU1,Zo\ufffd,Quayle\n".encode(),
        "line 2: the first name can't be one",
    ),
    "only blanks": (b" \n , , \n" * 50, "found no column"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "found no column"),
    "JSON": (b'{"pupils": [{"name": "Alfie Quayle"}]}', "found no column"),
}


@pytest.mark.parametrize(("content", "says"), SPOILT.values(), ids=SPOILT)
def test_what_is_no_list_is_refused_quickly_with_a_reason(tmp_path, content, says):
    path = tmp_path / "pupils.csv"
    path.write_bytes(content)
    began = time.monotonic()
    with pytest.raises(RosterError, match=says) as refused:
        read_pupils(path)
    assert time.monotonic() - began < 5
    for name in ("Alfie", "Quayle", "Ellie", "Marsh"):
        assert name not in str(refused.value)


def test_a_folder_or_an_endless_device_is_no_list(tmp_path):
    for path in (tmp_path, "/dev/zero"):
        with pytest.raises(RosterError, match="is no file"):
            read_pupils(tmp_path / path)


def test_random_noise_of_every_size(tmp_path):
    noise = random.Random(7)
    for size in (1, 2, 10, 1000, 100_000):
        read_or_refused(tmp_path / "noise.csv", noise.randbytes(size))


def test_fifty_thousand_pupils_are_written_and_read(tmp_path):
    """How fast is told in the README; here only that it is no matter of minutes."""
    pupils = [
        Pupil(
            PupilId(f"P{n:05}"),
            f"Name{n % 997}",
            f"Quayle-Zoë{n}",
            class_name="4B",
            aliases=("Smarsh",) * (n % 50 == 0),
        )
        for n in range(50_000)
    ]
    write_pupils(tmp_path / "pupils.csv", pupils)
    began = time.monotonic()
    assert read_pupils(tmp_path / "pupils.csv") == pupils
    assert time.monotonic() - began < 10
