"""One row of a list made into a pupil or a member of staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.domain.roster import Pupil, PupilId, StaffId, StaffMember
from bot.rosters import names, values

ONE_NAME = "-"  # in the place of a last name
LONGEST = 100

Row = Mapping[str, str]
Complain = Callable[[str], object]
T = TypeVar("T")


class Broken(ValueError):
    """A row that can't be taken over; the text says why, without the names in it."""


def pupil(row: Row, complain: Complain) -> Pupil:
    """A pupil goes by the preferred surname, which people write; the legal one becomes an alias."""
    name = _pupil_names(row)
    first = names.proper_first(_needed(name, "first", "the first name"))
    last = _last_name(name)
    preferred = _preferred(name.get("preferred", ""), last, first)
    legal_last = names.proper(_plain(name, "legal_last", "the legal surname", complain) or "")
    return Pupil(
        id=PupilId(_needed(row, "id", "the id")),
        first_name=first,
        last_name=last,
        preferred_name=preferred if preferred and _is_text(preferred) else None,
        year_group=_plain(row, "year", "the year group", complain),
        class_name=_plain(row, "class", "the class", complain),
        date_of_birth=_cell(row, "born", "the date of birth", values.iso_date, None, complain),
        image_consent=_cell(row, "image", "the image consent", values.consent, None, complain),
        video_consent=_cell(row, "video", "the video consent", values.consent, None, complain),
        name_consent=_cell(row, "name", "the name consent", values.consent, None, complain),
        middle_names=names.proper(_plain(name, "middle", "the middle names", complain) or "") or None,
        aliases=_aliases(row, complain, [first, preferred or ""], legal_last if legal_last != last else ""),
        protected=_cell(row, "protected", "the mark 'protected'", values.consent, None, complain) or False,
        left_on=_cell(row, "left", "the date of leaving", values.iso_date, None, complain),
    )


def staff_member(row: Row, complain: Complain) -> StaffMember:
    """Staff go by the name that parents know: the preferred one where there is one."""
    title, first, last = row.get("title", ""), row.get("first", ""), row.get("last", "")
    if not first and not last and row.get("whole"):
        found, whole = names.without_title(row["whole"])
        title = title or found or ""
        first, _, last = names.split_whole(whole)
    name = {
        "first": row.get("preferred") or first,
        "last": row.get("preferred_last") or last,
        "title": title,
    }
    return StaffMember(
        id=StaffId(_needed(row, "id", "the id")),
        first_name=names.proper_first(_needed(name, "first", "the first name")),
        last_name=names.proper(_needed(name, "last", "the last name")),
        title=_plain(name, "title", "the title", complain),
        role=_plain(row, "role", "the role", complain),
        facebook_name=_plain(row, "facebook", "the Facebook name", complain),
        facebook_id=_cell(row, "facebook_id", "the Facebook id", values.facebook_id, None, complain),
        children=tuple(
            PupilId(i) for i in values.ids(_plain(row, "children", "the list of children", complain) or "")
        ),
    )


def _pupil_names(row: Row) -> Row:
    """Legal, usual and preferred brought together: first, preferred, middle, last, legal_last."""
    first, last, middle = row.get("first", ""), row.get("last", ""), row.get("middle", "")
    legal_first, legal_last = row.get("legal_first", ""), row.get("legal_last", "")
    if not (first or legal_first) and not (last or legal_last) and row.get("whole"):
        first, in_between, last = names.split_whole(row["whole"])
        middle = middle or in_between
    preferred, preferred_last = row.get("preferred", ""), row.get("preferred_last", "")
    if "," in preferred:  # SIMS: "Preferred Name" is all of it
        preferred, _, whole_last = names.split_whole(preferred)
        preferred_last = preferred_last or names.proper(whole_last)
    called, known_as, legal = preferred or first, preferred_last or last or legal_last, legal_last or last
    name = {"first": legal_first or first or preferred, "middle": middle, "last": known_as}
    if called != name["first"]:
        name["preferred"] = called
    if legal != known_as:
        name["legal_last"] = legal
    return name


def _preferred(said: str, last: str, first: str) -> str | None:
    """The name a child is called by, where it is another one; the surname may stand behind it."""
    name = names.proper_first(said)
    if last and name.casefold().endswith(f" {last.casefold()}"):
        name = name[: -len(last)].strip()
    return name if name and name.casefold() != first.casefold() else None


def _aliases(row: Row, complain: Complain, called: list[str], other_last: str) -> tuple[str, ...]:
    """Those of the column, and the full names with the other surname."""
    if not other_last and not row.get("aliases"):
        return ()
    listed = values.listed(row.get("aliases", ""))
    good = [alias for alias in listed if _is_text(alias)]
    if len(good) < len(listed):
        complain("an alias can't be one")
    also = [f"{name} {other_last}" for name in called if name and other_last and other_last != ONE_NAME]
    return values.once([*good, *also])


def _last_name(row: Row) -> str:
    """A dash says that a child has one name only; an empty cell says that something is missing."""
    if row.get("last") == ONE_NAME:
        return ""
    try:
        return names.proper(_needed(row, "last", "the last name"))
    except Broken as error:
        raise Broken(f"{error} (a pupil with one name only has a {ONE_NAME} there)") from None


def _needed(row: Row, key: str, what: str) -> str:
    value = row.get(key, "")
    if not value:
        raise Broken(f"{what} is missing")
    if not _is_text(value):
        raise Broken(f"{what} can't be one")
    return value


def _plain(row: Row, key: str, what: str, complain: Complain) -> str | None:
    value = row.get(key, "")
    if not value:
        return None
    if not _is_text(value):
        complain(f"{what} can't be one")
        return None
    return value


def _is_text(value: str) -> bool:
    """Short, visible, and without the sign that stands for a lost letter."""
    return len(value) <= LONGEST and value.isprintable() and "\ufffd" not in value


def _cell(row: Row, key: str, what: str, read: Callable[[str], T], empty: T, complain: Complain) -> T:
    value = row.get(key, "")
    if not value:
        return empty
    try:
        return read(value)
    except ValueError as error:
        complain(f"{what} {error}")
        return empty
