"""A list without a header: what its columns seem to be, where that is beyond doubt. A person must agree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.rosters.sheets import Row

LEAST_COLUMNS = 3
AN_ID = re.compile(r"[A-Za-z]{0,4}[-/]?\d[A-Za-z0-9-]{0,19}")
A_NAME = re.compile(r"[^\W\d_][^\d_@/:;\\<>=+*]{0,59}")
A_YEAR = re.compile(r"(year|yr|y)?\.? ?\d{1,2}|r|reception|n|nursery", re.IGNORECASE)
A_CLASS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,11}")
WORDS = {
    "id": "the id",
    "first": "the first name",
    "last": "the last name",
    "class": "the class",
    "year": "the year",
}


def guess(rows: Sequence[Row]) -> Mapping[str, int] | None:
    """`id, first name, last name` and perhaps class and year, as Schoolcomms and others write it."""
    table = [[cell.strip() for cell in cells] for _, cells in rows]
    width = min(map(len, table), default=0)
    if width < LEAST_COLUMNS:
        return None
    ids, second, third = ([row[n] for row in table] for n in range(3))
    if len({*ids}) < len(ids) or not _all(AN_ID, ids) or not _all(A_NAME, [*second, *third]):
        return None
    # "1001,SMITH,Alfie": capitals throughout are the surname.
    turned = all(name.isupper() for name in second) and not any(name.isupper() for name in third)
    places = {"id": 0, "first": 2 if turned else 1, "last": 1 if turned else 2}
    for key, form in (("class", A_CLASS), ("year", A_YEAR)):
        n = len(places)
        if (
            n < width
            and _all(form, [row[n] for row in table])
            and len({row[n] for row in table}) <= 1 + len(table) // 2
        ):
            places[key] = n
    return places


def in_words(places: Mapping[str, int]) -> str:
    """'column 1 the id, column 2 the first name'."""
    return ", ".join(f"column {n + 1} {WORDS[key]}" for key, n in sorted(places.items(), key=lambda p: p[1]))


def _all(form: re.Pattern[str], cells: Sequence[str]) -> bool:
    return all(form.fullmatch(cell) for cell in cells)
