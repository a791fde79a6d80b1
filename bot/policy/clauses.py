"""A policy file read and checked: a slip in it is named with its place and what was probably meant."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.comment import Place
from bot.domain.decision import Action, Role, Urgency
from bot.domain.finding import Category, Tier

KEYS = {"id", "category", "means", "action", "urgency", "tell", "tiers", "places"}
Word = TypeVar("Word", bound=StrEnum)
NEEDED = ("id", "category", "means", "action", "urgency", "tell")


class PolicyError(Exception):
    """Everything that is wrong with a policy file, a line each."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of the policy."""

    id: str
    category: Category
    means: str
    action: Action
    urgency: Urgency
    tell: tuple[Role, ...]
    tiers: frozenset[Tier] = frozenset()  # empty: all
    places: frozenset[Place] = frozenset()  # empty: all

    @property
    def asks_for_something(self) -> bool:
        """A clause may also say that nothing is to be done."""
        return self.action is not Action.NONE or self.urgency is not Urgency.NONE

    def covers(self, category: Category, tier: Tier | None, place: Place) -> bool:
        return (
            self.category is category
            and (not self.tiers or tier in self.tiers)
            and (not self.places or place in self.places)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """All clauses in the order of the file: the first that covers a finding counts."""

    name: str
    clauses: tuple[Clause, ...]


def load(path: Path) -> Policy:
    """The policy of a file; PolicyError names every slip."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise PolicyError(f"{path}: there is no such policy file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: not valid TOML: {error}.") from None
    problems = [
        _unknown(path.name, key, ["name", "clause"]) for key in found if key not in ("name", "clause")
    ]
    tables = found.get("clause")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise PolicyError("\n".join([*problems, f"{path.name}: there is no [[clause]] in it."]))
    clauses = [_clause(f"{path.name}, clause {n}", table, problems) for n, table in enumerate(tables, 1)]
    problems += _twice(path.name, [c.id for c in clauses if c])
    if problems:
        raise PolicyError("\n".join(problems))
    return Policy(str(found.get("name", path.stem)), tuple(c for c in clauses if c))


def _clause(where: str, table: Mapping[str, Any], problems: list[str]) -> Clause | None:
    before = len(problems)
    problems += [_unknown(where, key, KEYS) for key in table if key not in KEYS]
    problems += [f"{where}: '{key}' is missing." for key in NEEDED if key not in table]
    for key in ("id", "means"):
        if key in table and (not isinstance(table[key], str) or not table[key].strip()):
            problems.append(f"{where}: '{key}' is to be a text.")
    category = _one(where, "category", table, Category, problems)
    action = _one(where, "action", table, Action, problems)
    urgency = _one(where, "urgency", table, Urgency, problems)
    tell = _several(where, "tell", table, Role, problems)
    tiers = _several(where, "tiers", table, Tier, problems)
    places = _several(where, "places", table, Place, problems)
    if len(problems) > before or category is None or action is None or urgency is None:
        return None
    return Clause(
        table["id"],
        category,
        table["means"],
        action,
        urgency,
        tuple(tell),
        frozenset(tiers),
        frozenset(places),
    )


def _one(
    where: str, key: str, table: Mapping[str, Any], kind: type[Word], problems: list[str]
) -> Word | None:
    if key not in table:
        return None
    return _word(where, key, table[key], kind, problems)


def _several(
    where: str, key: str, table: Mapping[str, Any], kind: type[Word], problems: list[str]
) -> list[Word]:
    values = table.get(key, [])
    if not isinstance(values, list):
        problems.append(f"{where}: '{key}' is to be a list, such as {key} = [\"{next(iter(kind))}\"].")
        return []
    return [word for value in values if (word := _word(where, key, value, kind, problems))]


def _word(where: str, key: str, value: object, kind: type[Word], problems: list[str]) -> Word | None:
    try:
        return kind(str(value))
    except ValueError:
        close = difflib.get_close_matches(str(value), list(kind), n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"It is one of: {', '.join(kind)}."
        problems.append(f"{where}: no {key} '{value}'. {hint}")
        return None


def _unknown(where: str, key: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(key, list(known), n=1)
    return f"{where}: there is no key '{key}'." + (f" Did you mean '{close[0]}'?" if close else "")


def _twice(file: str, ids: list[str]) -> list[str]:
    return [
        f"{file}: two clauses have the id '{i}'; each needs its own."
        for i in sorted({*ids})
        if ids.count(i) > 1
    ]
