"""Reading pupils and staff from what a school's MIS exports. Bad rows are named by line; nothing is half imported."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.domain.roster import Pupil, PupilId, Roster, StaffId, StaffMember

LARGEST = 20_000_000
MOST_PROBLEMS = 20
ONE_NAME = "-"  # in the place of a last name

# What the exports of SIMS, Arbor, Bromcom and others call each column; compared without case, spaces and signs.
PUPIL_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": (
        "pupilid",
        "id",
        "studentid",
        "admissionnumber",
        "admissionno",
        "admno",
        "adno",
        "upn",
        "misid",
        "uniqueid",
    ),
    "first": (
        "firstname",
        "forename",
        "legalforename",
        "legalfirstname",
        "givenname",
        "firstnamelegal",
        "chosenforename",
    ),
    "last": ("lastname", "surname", "legalsurname", "legallastname", "familyname", "lastnamelegal"),
    "preferred": (
        "preferredname",
        "preferredforename",
        "preferredfirstname",
        "knownas",
        "calledname",
        "preferred",
    ),
    "year": (
        "yeargroup",
        "year",
        "ncyear",
        "nationalcurriculumyear",
        "yearncactual",
        "nationalcurriculumyeargroup",
    ),
    "class": (
        "class",
        "classname",
        "reggroup",
        "registrationgroup",
        "tutorgroup",
        "form",
        "registrationform",
        "regform",
    ),
    "born": ("dateofbirth", "dob", "birthdate", "born"),
    "image": ("imageconsent", "photoconsent", "photographconsent", "photoconsentgiven"),
    "video": ("videoconsent", "videoconsentgiven"),
    "name": ("nameconsent", "namepublishconsent", "publishnameconsent"),
    "whole": ("name", "fullname", "pupilname", "studentname", "legalname"),
}
STAFF_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("staffid", "id", "employeeid", "staffcode", "payrollnumber", "misid"),
    "title": ("title", "salutation"),
    "first": ("firstname", "forename", "legalforename", "givenname", "preferredforename"),
    "last": ("lastname", "surname", "legalsurname", "familyname", "preferredsurname"),
    "role": ("role", "jobrole", "jobtitle", "post", "position"),
    "facebook": ("facebookname", "facebook", "facebookprofile"),
    "whole": ("name", "fullname", "staffname"),
}
PUPIL_HEADER = "pupil_id,first_name,last_name,preferred_name,year_group,class,date_of_birth,image_consent,video_consent,name_consent"
STAFF_HEADER = "staff_id,title,first_name,last_name,role,facebook_name"
YES = {"yes", "y", "true", "1", "granted", "given", "consent given", "agreed", "allowed"}
NO = {"no", "n", "false", "0", "refused", "withdrawn", "not given", "declined", "denied"}

Person = TypeVar("Person", Pupil, StaffMember)


class RosterError(Exception):
    """Everything that is wrong with a file, by line and reason, without the names in it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new roster would change."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def read_pupils(path: Path) -> list[Pupil]:
    """All pupils of the file, or RosterError with every row that is wrong."""
    return _people(path, PUPIL_COLUMNS, _pupil)


def read_staff(path: Path) -> list[StaffMember]:
    """All staff of the file, or RosterError with every row that is wrong."""
    return _people(path, STAFF_COLUMNS, _staff_member)


def compare(old: Roster, new: Roster) -> Changes:
    """By id: who is added, changed, gone."""
    before, after = _by_id(old), _by_id(new)
    return Changes(
        tuple(i for i in after if i not in before),
        tuple(i for i in after if i in before and after[i] != before[i]),
        tuple(i for i in before if i not in after),
    )


def _by_id(roster: Roster) -> dict[str, Pupil | StaffMember]:
    people: list[Pupil | StaffMember] = [*roster.pupils, *roster.staff]
    return {str(person.id): person for person in people}


def write(path: Path, roster: Roster) -> None:
    """The canonical file, whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if roster.staff:
        writer.writerow(STAFF_HEADER.split(","))
        for m in roster.staff:
            writer.writerow(
                [m.id, m.title or "", m.first_name, m.last_name, m.role or "", m.facebook_name or ""]
            )
    else:
        writer.writerow(PUPIL_HEADER.split(","))
        for p in roster.pupils:
            consents = [_said(c) for c in (p.image_consent, p.video_consent, p.name_consent)]
            rest = [p.preferred_name or "", p.year_group or "", p.class_name or "", p.date_of_birth or ""]
            writer.writerow([p.id, p.first_name, p.last_name or ONE_NAME, *rest, *consents])
    _replace(path, text.getvalue().encode("utf-8"))


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as file:
            os.chmod(temporary, 0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _people(
    path: Path, columns: Mapping[str, tuple[str, ...]], make: Callable[[Mapping[str, str]], Person]
) -> list[Person]:
    rows = _rows(path)
    _, header = next(rows, (0, []))
    places = _places(path, header, columns)
    people: list[Person] = []
    problems: list[str] = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            person = make(_row(cells, header, places))
            if str(person.id) in lines:
                raise ValueError(f"the id stands on line {lines[str(person.id)]} too")
        except ValueError as error:
            problems.append(f"{path.name}, line {line}: {error}.")
            continue
        lines[str(person.id)] = line
        people.append(person)
    _refuse(path, people, problems)
    return people


def _refuse(path: Path, people: Sequence[object], problems: list[str]) -> None:
    if len(problems) > MOST_PROBLEMS:
        more = f"{path.name}: and {len(problems) - MOST_PROBLEMS} further lines."
        problems = [*problems[:MOST_PROBLEMS], more]
    if problems:
        raise RosterError(
            "\n".join([*problems, f"{path.name}: nothing was taken over. Mend these lines and try again."])
        )
    if not people:
        raise RosterError(
            f"{path.name}: there is nobody in it. Export the list again, with a header and a row each."
        )


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and cells; the number is that of the line on which a row begins."""
    text = _text(path)
    delimiter = max(",;\t", key=lambda d: text.partition("\n")[0].count(d))
    # Strict: a quote that is never closed would swallow the rest of the file without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"{path.name}, line {begins}: can't be read as CSV ({error}).") from None


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise RosterError(
            f"{path}: can't be read ({type(error).__name__}). Name the exported file."
        ) from None
    if size > LARGEST:
        raise RosterError(f"{path.name}: is larger than any roster ({size // 1_000_000} MB).")
    if content.startswith(b"PK\x03\x04"):
        raise RosterError(f"{path.name}: is an Excel file, whatever its name. Save it as CSV and try again.")
    for encoding in _encodings(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterError(f"{path.name}: is no text file. Export it again as CSV.")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\x00" in content:
        return ()
    return ("utf-8-sig", "cp1252")


def _places(path: Path, header: list[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Which column holds what, by the header's own words."""
    plain = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in header]
    places = {}
    for key, names in columns.items():
        found = next((plain.index(name) for name in names if name in plain), None)
        if found is not None:
            places[key] = found
    missing = [what for what in ("id", "first", "last") if what not in places]
    if "whole" in places:
        missing = [what for what in missing if what == "id"]
    if missing:
        words = {
            "id": "an id (pupil_id, UPN, Admission Number)",
            "first": "a first name",
            "last": "a last name",
        }
        raise RosterError(
            f"{path.name}, line 1: found no column for {' and '.join(words[m] for m in missing)}; found:"
            f" {', '.join(name.strip()[:30] for name in header) or 'nothing'}."
        )
    return places


def _row(cells: list[str], header: list[str], places: Mapping[str, int]) -> dict[str, str]:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise ValueError(f"it has {len(cells)} cells, the header {len(header)}")
    row = {key: " ".join(cells[n].split()) if n < len(cells) else "" for key, n in places.items()}
    if not row.get("first") and not row.get("last") and row.get("whole"):
        row["first"], row["last"] = _split(row["whole"])
    return row


def _split(name: str) -> tuple[str, str]:
    """'SMITH, Alfie' or 'Alfie Smith'."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip().title() if last.isupper() else last.strip()
    first, _, last = name.partition(" ")
    return first, last


def _needed(row: Mapping[str, str], key: str, what: str) -> str:
    value = row.get(key, "")
    if not value:
        raise ValueError(f"{what} is missing")
    if len(value) > 100 or any(not c.isprintable() for c in value):
        raise ValueError(f"{what} can't be one")
    return value


def _last_name(row: Mapping[str, str]) -> str:
    """A dash says that a child has one name only; an empty cell says that something is missing."""
    if row.get("last") == ONE_NAME:
        return ""
    try:
        return _needed(row, "last", "the last name")
    except ValueError as error:
        raise ValueError(f"{error} (a pupil with one name only has a {ONE_NAME} there)") from None


def _pupil(row: Mapping[str, str]) -> Pupil:
    return Pupil(
        id=PupilId(_needed(row, "id", "the id")),
        first_name=_needed(row, "first", "the first name"),
        last_name=_last_name(row),
        preferred_name=row.get("preferred") or None,
        year_group=row.get("year") or None,
        class_name=row.get("class") or None,
        date_of_birth=row.get("born") or None,
        image_consent=_consent(row.get("image", "")),
        video_consent=_consent(row.get("video", "")),
        name_consent=_consent(row.get("name", "")),
    )


def _staff_member(row: Mapping[str, str]) -> StaffMember:
    return StaffMember(
        id=StaffId(_needed(row, "id", "the id")),
        first_name=_needed(row, "first", "the first name"),
        last_name=_needed(row, "last", "the last name"),
        title=row.get("title") or None,
        role=row.get("role") or None,
        facebook_name=row.get("facebook") or None,
    )


def _consent(said: str) -> bool | None:
    word = said.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    if word:
        raise ValueError(f"'{word[:20]}' is no consent; expected yes, no or nothing")
    return None


def _said(consent: bool | None) -> str:
    return "" if consent is None else "yes" if consent else "no"
