"""A file of any kind as rows of text: CSV by delimiter and encoding, XLSX by sheet."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bot.rosters.errors import RosterError

LARGEST = 20_000_000
LOOKED_AT = 25  # rows, in search of the header
DELIMITERS = ",;\t|"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# Two bytes that UTF-8 writes for a letter such as ë; in Windows-1252 they would be "Ã«".
UTF8_LETTER = re.compile(rb"[\xc3-\xc9][\x80-\xbf]")

Row = tuple[int, list[str]]  # the line on which it begins, and its cells
IsHeader = Callable[[Sequence[str]], bool]


def rows_of(path: Path, is_header: IsHeader) -> Iterator[Row]:
    """Every row that is not blank; `is_header` tells which delimiter and which sheet is meant."""
    content = _content(path)
    if content.startswith(OLD_EXCEL):
        raise RosterError(
            f"{path.name}: is an old or a password-protected Excel file. Save it as .xlsx without a password, or as CSV."
        )
    if content.startswith(b"PK\x03\x04"):
        from bot.rosters.workbook import workbook_rows  # openpyxl takes its time, and most files are CSV

        return workbook_rows(path.name, content, is_header)
    return _csv_rows(path.name, _text(path.name, content), is_header)


def _content(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RosterError(f"{path.name}: is no file. Name the exported file.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise RosterError(
            f"{path}: can't be read ({type(error).__name__}). Name the exported file."
        ) from None
    if len(content) > LARGEST:
        raise RosterError(f"{path.name}: is larger than any roster (over {LARGEST // 1_000_000} MB).")
    return content


def _text(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = () if b"\x00" in content else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and UTF8_LETTER.search(content):
                # Read as Windows-1252 every ë of it would turn into Ã«, and no name would be found.
                line = content.count(b"\n", 0, error.start) + 1
                raise RosterError(
                    f"{name}, line {line}: a letter is not UTF-8, but others are. Was the file cut off, or put"
                    " together from two? Export it again."
                ) from None
    raise RosterError(f"{name}: is no text file. Export it again as CSV or XLSX.")


def _csv_rows(name: str, text: str, is_header: IsHeader) -> Iterator[Row]:
    # Strict: a quote that is never closed would swallow the rest of the file without a word.
    reader = csv.reader(_lines(text), delimiter=_delimiter(text, is_header), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cells) and not "".join(cells).isspace():
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"{name}, line {begins}: can't be read as CSV ({error}).") from None


def _delimiter(text: str, is_header: IsHeader) -> str:
    """The one with which a header is found; failing that, the one seen most."""
    begins = list(islice(_lines(text), LOOKED_AT))
    by_count = sorted(DELIMITERS, key=lambda d: -sum(line.count(d) for line in begins))
    for delimiter in by_count:
        try:
            if any(is_header(cells) for cells in csv.reader(begins, delimiter=delimiter)):
                return delimiter
        except csv.Error:
            continue
    return by_count[0]


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text, newline="")
