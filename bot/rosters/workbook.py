"""XLSX: the first sheet that has a header we know, its last saved values as text. No macro or formula is run."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from bot.rosters.errors import RosterError
from bot.rosters.sheets import LOOKED_AT, IsHeader, Row

# Unpacked. A list of 50,000 pupils with ten columns is 25 MB; a zip bomb is a gigabyte.
LARGEST_WHOLE = 100_000_000
LARGEST_PART = 30_000_000  # of what is no sheet: openpyxl keeps it in memory
MOST_PARTS = 1000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LAST_ROW = 1_048_576  # Excel's own limit; a file may claim any number
EXACT = 10**15  # from here on Excel has rounded


def workbook_rows(name: str, content: bytes, is_header: IsHeader) -> Iterator[Row]:
    """The rows of the sheet that has the header, or of the first sheet that has any."""
    _guard(name, content)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and drawings, which nobody here looks at
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            yield from _counted(name, _best(book, is_header))
    except RosterError:
        raise
    except Exception as error:  # noqa: BLE001 - a broken workbook makes openpyxl raise almost anything
        raise RosterError(
            f"{name}: can't be read as an Excel workbook ({type(error).__name__}). Save it again as .xlsx or CSV."
        ) from None


def _guard(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RosterError(
            f"{name}: is a damaged Excel file ({type(error).__name__}). Was it copied whole? Export it again."
        ) from None
    if not any(part.filename.lower().endswith("workbook.xml") for part in parts):
        raise RosterError(f"{name}: is packed, but no Excel workbook. Save it as .xlsx or CSV.")
    # zipfile stops reading at the size that the archive declares, so that may be believed.
    others = [part.file_size for part in parts if "/worksheets/" not in part.filename]
    if (
        len(parts) > MOST_PARTS
        or max(others, default=0) > LARGEST_PART
        or sum(part.file_size for part in parts) > LARGEST_WHOLE
    ):
        raise RosterError(
            f"{name}: unpacks to more than any roster. Save the one sheet with the list as .xlsx or CSV."
        )


def _best(book: Any, is_header: IsHeader) -> Iterator[Row]:
    sheets = sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
    begins = [[cells for _, cells in islice(_rows(sheet), LOOKED_AT)] for sheet in sheets]
    for sheet, rows in zip(sheets, begins, strict=True):
        if any(is_header(cells) for cells in rows):
            return _rows(sheet)
    return next((_rows(sheet) for sheet, rows in zip(sheets, begins, strict=True) if rows), iter(()))


def _counted(name: str, rows: Iterator[Row]) -> Iterator[Row]:
    for n, row in enumerate(rows):
        if n >= MOST_ROWS:
            raise RosterError(f"{name}: has more than {MOST_ROWS:,} rows, which is no school.")
        yield row


def _rows(sheet: Any) -> Iterator[Row]:
    # What the file says of its own size is often wrong, and would make a blank row of every missing one.
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(max_row=LAST_ROW), 1):
        texts = [_text(cell) for cell in cells[:MOST_COLUMNS]]
        while texts and not texts[-1].strip():
            texts.pop()
        if texts:
            yield line, texts


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, str):
        return "" if cell.data_type == "e" else value  # #N/A, #REF!
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    if value != value or abs(value) >= EXACT:  # not a number, or no longer the one that was typed
        return f"{value:E}"
    if value == int(value):
        # 001234 is often the number 1234, shown with six places.
        zeros = len(number_format) if re.fullmatch("0+", number_format) else 0
        return str(int(value)).zfill(zeros)
    return str(value)
