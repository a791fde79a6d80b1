"""From rows to pupils and staff; every row and cell that is wrong is named by its line."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Generic, TypeVar

from bot.domain.roster import Pupil, StaffMember
from bot.rosters import columns, headerless
from bot.rosters.columns import Header
from bot.rosters.errors import RosterError
from bot.rosters.people import Broken, Complain, pupil, staff_member
from bot.rosters.sheets import LOOKED_AT, Row, rows_of

MOST_PROBLEMS = 20
MOST_BROKEN = 0.5  # more broken rows than this, and the file is something else

Person = TypeVar("Person", Pupil, StaffMember)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Person]):
    """What a file says, and what is wrong with it."""

    file: str
    people: tuple[Person, ...]
    has: frozenset[str]  # which things it has a column for
    bad_rows: tuple[str, ...] = ()
    bad_cells: tuple[str, ...] = ()  # of people who can be taken over without them
    ids_of_bad_rows: frozenset[str] = frozenset()
    assumed: str | None = None  # what was guessed, where there is no header
    secret: tuple[str, ...] = ()  # columns that look like passwords
    private: tuple[str, ...] = ()  # columns that we must not hold
    others: tuple[str, ...] = ()  # columns that are not needed


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Person]):
    columns: columns.Names
    make: Callable[[Mapping[str, str], Complain], Person]
    may_lack_a_header: bool


PUPILS = _Kind(columns.PUPIL_COLUMNS, pupil, True)
STAFF = _Kind(columns.STAFF_COLUMNS, staff_member, False)


def read_pupils(path: Path) -> list[Pupil]:
    """All pupils of the file, or RosterError with every row that is wrong."""
    return list(certain(pupils_of(path)).people)


def read_staff(path: Path) -> list[StaffMember]:
    """All staff of the file, or RosterError with every row that is wrong."""
    return list(certain(staff_of(path)).people)


def pupils_of(path: Path) -> Reading[Pupil]:
    """The file with all that is wrong in it; RosterError where it is no list of pupils at all."""
    return _read(path, PUPILS)


def staff_of(path: Path) -> Reading[StaffMember]:
    """The file with all that is wrong in it; RosterError where it is no list of staff at all."""
    return _read(path, STAFF)


def certain(reading: Reading[Person]) -> Reading[Person]:
    """Nothing guessed and nothing broken, or RosterError."""
    if reading.assumed:
        raise RosterError(
            f"{reading.file}, line 1: there is no header. Give the columns names, or take the file over with"
            " schoolgate roster import, which asks whether it understood them."
        )
    return unbroken(reading)


def unbroken(reading: Reading[Person], *, skip: bool = False) -> Reading[Person]:
    """RosterError for what is broken; with `skip` only when that is too much to be an accident."""
    rows, people = len(reading.bad_rows), len(reading.people)
    if skip and rows <= (rows + people) * MOST_BROKEN:
        return reading
    problems: list[str] = told((*reading.bad_rows, *reading.bad_cells), reading.file)
    if problems:
        advice = "Mend these lines and try again" + (
            "; more than half of the file can't be passed over."
            if skip
            else ", or pass them over with --skip-broken."
        )
        raise RosterError("\n".join([*problems, f"{reading.file}: nothing was taken over. {advice}"]))
    return reading


def told(problems: Sequence[str], file: str) -> list[str]:
    """The first of them, and how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    return [*problems[:MOST_PROBLEMS], f"{file}: and {len(problems) - MOST_PROBLEMS} further lines."]


def _read(path: Path, kind: _Kind[Person]) -> Reading[Person]:
    rows = rows_of(path, lambda cells: not columns.header(0, cells, kind.columns).missing)
    header, rest, assumed = _header(path.name, rows, kind)
    reading = _people(path.name, header, rest, kind, assumed)
    if not reading.people and not reading.bad_rows:
        raise RosterError(
            f"{path.name}: there is nobody in it. Export the list again, with a header and a row each."
        )
    return reading


def _header(name: str, rows: Iterator[Row], kind: _Kind[Person]) -> tuple[Header, Iterable[Row], str | None]:
    """The header, wherever titles such as "Export of 1 September" have pushed it, and the rows below it."""
    first: list[Row] = list(islice(rows, LOOKED_AT))
    candidates = [columns.header(line, cells, kind.columns) for line, cells in first]
    for n, header in enumerate(candidates):
        if not header.missing:
            return header, chain(first[n + 1 :], rows), None
    if kind.may_lack_a_header:
        everything = [*first, *rows]
        places = headerless.guess(everything)
        if places:
            return Header(0, ("",) * len(first[0][1]), places), everything, headerless.in_words(places)
    raise RosterError(_no_header(name, candidates, kind))


def _no_header(name: str, candidates: Sequence[Header], kind: _Kind[Person]) -> str:
    best = max(candidates, key=lambda h: len(h.places), default=columns.header(1, [], kind.columns))
    # The cells are shown only where they are column names: else they are somebody's.
    cells = [cell[:30] for cell in best.cells[:15] if cell] if best.places else []
    return (
        f"{name}, line {best.line}: found no column for {' and '.join(best.missing)};"
        f" found: {', '.join(cells) or 'no column name that is known here'}."
    )


def _people(
    name: str, header: Header, rows: Iterable[Row], kind: _Kind[Person], assumed: str | None
) -> Reading[Person]:
    people: list[Person] = []
    bad_rows: list[str] = []
    bad_cells: list[str] = []
    lines: dict[str, int] = {}
    bad_ids: set[str] = set()
    for line, row in _cells(rows, header):
        complaints: list[str] = []
        try:
            if isinstance(row, Broken):
                raise row
            person = kind.make(row, complaints.append)
            if person.id in lines:
                raise Broken(f"the id stands on line {lines[person.id]} too")
        except Broken as error:
            bad_rows.append(f"{name}, line {line}: {error}.")
            bad_ids.add("" if isinstance(row, Broken) else row.get("id", ""))
            continue
        lines[person.id] = line
        people.append(person)
        bad_cells += [f"{name}, line {line}: {complaint}." for complaint in complaints]
    return Reading(
        file=name,
        people=tuple(people),
        has=frozenset(header.places),
        bad_rows=tuple(bad_rows),
        bad_cells=tuple(bad_cells),
        ids_of_bad_rows=frozenset(bad_ids - {""}),
        assumed=assumed,
        secret=tuple(columns.secret(header)),
        private=tuple(columns.private(header)),
        others=tuple(columns.others(header)),
    )


def _cells(rows: Iterable[Row], header: Header) -> Iterator[tuple[int, Mapping[str, str] | Broken]]:
    """What each row says of each thing; a header that is repeated on every page is none."""
    places, width = tuple(header.places.items()), len(header.cells)
    for line, cells in rows:
        if len(cells) > width and "".join(cells[width:]).strip():
            yield line, Broken(f"it has {len(cells)} cells, the header {width}")
        elif not header.repeated(cells):
            yield line, {key: clean(cells[n]) for key, n in places if n < len(cells) and cells[n]}


def clean(cell: str) -> str:
    """Blanks as one, letters as one sign each, and none that can't be seen."""
    if cell.isalnum() and cell.isascii():  # most are, and a list may have 50,000 rows
        return cell
    text = " ".join(cell.split())
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()
