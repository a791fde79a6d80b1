"""XLSX as schools export it, and workbooks that are broken, hostile or something else."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from bot.rosters import RosterError, pupils_of, read_pupils, read_staff

HEADER = ["UPN", "Surname", "Forename", "DOB"]
ROW = ["U1", "QUAYLE", "Alfie", datetime(2015, 10, 14, tzinfo=UTC).replace(tzinfo=None)]


@pytest.fixture
def workbook(tmp_path):
    """Sheets by name, each a list of rows."""

    def make(sheets, name="pupils.xlsx", hidden=()):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            sheet.sheet_state = "hidden" if title in hidden else "visible"
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return make


def names(pupils):
    return [(p.id, p.first_name, p.last_name, p.date_of_birth) for p in pupils]


def refusal(path):
    with pytest.raises(RosterError) as refused:
        read_pupils(path)
    return str(refused.value)


ALFIE = [("U1", "Alfie", "Quayle", "2015-10-14")]
SHEETS = {
    "one sheet": {"Sheet1": [HEADER, ROW]},
    "titles above the header": {
        "Sheet1": [["Export of 2026-09-01"], [], ["Larkfield", None, 7], HEADER, ROW]
    },
    "a cover sheet first": {
        "Cover": [["Larkfield Primary"], ["printed by the office"]],
        "Data": [HEADER, ROW],
    },
    "empty rows": {"Sheet1": [HEADER, [], ROW, [None, " "], []]},
    "a date": {"Sheet1": [HEADER, [*ROW[:3], date(2015, 10, 14)]]},
    "a date as text": {"Sheet1": [HEADER, [*ROW[:3], "14/10/2015"]]},
    "a date as a number": {"Sheet1": [HEADER, [*ROW[:3], 42291]]},
    "a formula that was never worked out": {"Sheet1": [[*HEADER, "Reg"], [*ROW, "=1+1"]]},
}


@pytest.mark.parametrize("sheets", SHEETS.values(), ids=SHEETS)
def test_a_workbook_is_read_like_a_csv_file(workbook, sheets):
    assert names(read_pupils(workbook(sheets))) == ALFIE


def test_the_name_of_the_file_does_not_matter(workbook):
    assert names(read_pupils(workbook({"S": [HEADER, ROW]}, name="pupils.csv"))) == ALFIE


def test_a_hidden_sheet_counts_only_where_no_other_has_the_list(workbook):
    old = [HEADER, ["U9", "Marsh", "Ellie", None]]
    assert names(read_pupils(workbook({"old": old, "new": [HEADER, ROW]}, hidden=["old"]))) == ALFIE


def test_numbers_stay_what_they_look_like(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Admission No", "Forename", "Surname", "Year", "Photo consent"])
    book.active.append([1234, "Alfie", "Quayle", 4.0, True])
    book.active.append([77, "Ellie", "Marsh", 5, False])
    book.active["A3"].number_format = "000000"
    book.save(tmp_path / "pupils.xlsx")
    found = read_pupils(tmp_path / "pupils.xlsx")
    assert [(p.id, p.year_group, p.image_consent) for p in found] == [
        ("1234", "4", True),
        ("000077", "5", False),
    ]


def test_a_facebook_id_that_excel_has_rounded_is_not_believed(workbook):
    path = workbook(
        {"S": [["Staff ID", "Forename", "Surname", "Facebook ID"], ["S1", "Jo", "Pike", 1234567890123456]]}
    )
    with pytest.raises(RosterError, match="line 2: the Facebook id is no number"):
        read_staff(path)


def test_a_wrong_row_is_named_by_the_sheets_own_number(workbook):
    told = refusal(
        workbook({"S": [["Export"], [], HEADER, ROW, [], ["U2", "Marsh", None, None], ["U1", "A", "B"]]})
    )
    assert "line 6: the first name is missing" in told
    assert "line 7: the id stands on line 4 too" in told
    assert "Marsh" not in told


def test_an_error_in_a_cell_is_an_empty_cell(workbook):
    assert "line 2: the first name is missing" in refusal(workbook({"S": [HEADER, ["U1", "Marsh", "#N/A"]]}))


def test_a_column_that_we_must_not_hold_is_named_here_too(workbook):
    path = workbook({"S": [[*HEADER, "Medical notes", "Password"], [*ROW, "zzz", "zzz"]]})
    reading = pupils_of(path)
    assert (reading.private, reading.secret) == (("Medical notes",), ("Password",))
    assert "zzz" not in str(reading)


def packed(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


OTHER = {
    "an old Excel file": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old or a password-protected"),
    "another archive": (packed(readme="hello"), "no Excel workbook"),
    "an empty archive": (packed(), "no text file"),
    "the shell of a workbook": (packed(**{"xl__workbook.xml": "<workbook/>"}), "can't be read as an Excel workbook"),
    "a part of a gigabyte": (packed(**{"xl__workbook.xml": "x", "xl__a.xml": b"0" * 31_000_000}), "unpacks to more"),
    "many large sheets": (
        packed(
            **{"xl__workbook.xml": "x"}, **{f"xl__worksheets__{n}.xml": b"0" * 26_000_000 for n in range(4)}
        ),
        "unpacks to more",
    ),
    "very many parts": (packed(**{"xl__workbook.xml": "x"}, **{f"p{n}": "" for n in range(1001)}), "unpacks to more"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "says"), OTHER.values(), ids=OTHER)
def test_what_is_no_workbook_of_ours_is_refused_with_a_reason(tmp_path, content, says):
    (tmp_path / "pupils.xlsx").write_bytes(content)
    began = time.monotonic()
    assert says in refusal(tmp_path / "pupils.xlsx")
    assert time.monotonic() - began < 10


def test_a_workbook_that_was_cut_off_is_refused_wherever_it_was_cut(workbook):
    path = workbook({"S": [HEADER, *([f"U{n}", "Quayle", "Alfie"] for n in range(200))]})
    content = path.read_bytes()
    for end in range(40, len(content), len(content) // 25):
        path.write_bytes(content[:end])
        assert "pupils.xlsx" in refusal(path)


def test_a_workbook_with_bytes_changed_is_read_or_refused_and_no_name_told(workbook):
    path = workbook({"S": [HEADER, ROW]})
    content, told = path.read_bytes(), []
    for n in range(0, len(content), max(1, len(content) // 150)):
        path.write_bytes(content[:n] + bytes([content[n] ^ 0x55]) + content[n + 1 :])
        try:
            read_pupils(path)
        except RosterError as refused:
            told.append(str(refused))
    assert len(told) > 20
    assert "quayle" not in "".join(told).lower()


def with_sheet(workbook, xml):
    """A workbook whose one sheet is this text."""
    path = workbook({"S": [HEADER, ROW]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def test_entities_within_entities_are_refused_quickly(workbook):
    bomb = '<!DOCTYPE z [<!ENTITY a0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    began = time.monotonic()
    assert "can't be read" in refusal(with_sheet(workbook, f"{bomb}]>{SHEET.format(cell)}"))
    assert time.monotonic() - began < 10


def test_a_row_at_the_far_end_of_the_sheet_costs_no_hours(workbook):
    cells = "".join(
        f'<c r="{column}{{row}}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in zip("ABC", ("UPN", "Surname", "Forename"), strict=True)
    )
    rows = "".join(f'<row r="{n}">{cells.format(row=n)}</row>' for n in (1, 999_999_999))
    began = time.monotonic()
    assert "nobody in it" in refusal(with_sheet(workbook, SHEET.format(rows)))
    assert time.monotonic() - began < 10


def test_more_rows_than_a_school_has_are_refused(workbook, monkeypatch):
    monkeypatch.setattr("bot.rosters.workbook.MOST_ROWS", 100)
    assert "no school" in refusal(workbook({"S": [HEADER, *[ROW] * 200]}))
