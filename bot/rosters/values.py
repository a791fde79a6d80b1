"""Cells that are no names: dates, consents, marks, lists. ValueError says what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

YES = {"yes", "y", "true", "1", "granted", "given", "consent given", "consented", "agreed", "allowed"}
NO = {"no", "n", "false", "0", "refused", "withdrawn", "not given", "declined", "denied", "no consent"}
UNSAID = {"", "-", "n/a", "not known", "unknown", "not asked", "no response"}

# Day first, as British exports have it.
DATES = (
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%Y%m%d",
)
TIME_OF_DAY = re.compile(
    r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?( ?Z|[+-]\d{2}:\d{2})?$", re.IGNORECASE
)
EXCEL_BEGAN = date(1899, 12, 30)
SERIALS = range(20_000, 60_000)  # 1954 to 2064
YEARS = range(1900, 2101)


@lru_cache(maxsize=20_000)
def iso_date(said: str) -> str:
    """'14/10/2015', '2015-10-14 00:00:00' or Excel's 42291 as 2015-10-14."""
    text = TIME_OF_DAY.sub("", said)
    found = _iso(text) or _serial(text) or _written(text)
    if found is None or found.year not in YEARS:
        raise ValueError("is no date; expected one such as 14/10/2015 or 2015-10-14")
    return found.isoformat()


def _iso(text: str) -> date | None:
    if len(text) != 10 or text[4] not in "-/.":
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def _serial(text: str) -> date | None:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) == 5 and int(plain) in SERIALS):
        return None
    return EXCEL_BEGAN + timedelta(days=int(plain))


def _written(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date of birth has no time zone
        except ValueError:
            continue
    return None


def consent(said: str) -> bool | None:
    """Yes, no, or None where the school has not said."""
    word = said.lower()
    if word in UNSAID:
        return None
    if word in YES:
        return True
    if word in NO:
        return False
    # What stands there is not repeated: in a row that has slipped it is somebody's name.
    raise ValueError("is no consent; expected yes, no or nothing")


def facebook_id(said: str) -> str:
    """Digits only: Excel rounds a long number, and a rounded id is somebody else's."""
    if not (said.isascii() and said.isdigit() and 4 <= len(said) <= 20):
        raise ValueError("is no number of 4 to 20 digits (Excel shortens long ones: make the column text)")
    return said


def listed(said: str) -> tuple[str, ...]:
    """What stands between semicolons, each once."""
    return once(part.strip() for part in said.split(";"))


def ids(said: str) -> tuple[str, ...]:
    """Ids between semicolons, commas or blanks, each once."""
    return once(re.split(r"[;,\s]+", said))


def once(values: Iterable[str]) -> tuple[str, ...]:
    """Each that is not empty, in order, once whatever its case."""
    found: dict[str, str] = {}
    for value in values:
        if value:
            found.setdefault(value.casefold(), value)
    return tuple(found.values())
