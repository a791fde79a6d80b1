"""A measured figure beside its target, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; without a limit it is told for what it is worth."""

    what: str
    value: float
    unit: str = ""
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def misses(self) -> bool:
        too_much = self.limit is not None and self.value > self.limit
        return too_much or (self.least is not None and self.value < self.least)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        target = "" if self.limit is None else f"{_said(self.limit)} {self.unit} or less".replace("  ", " ")
        if self.least is not None:
            target = f"{_said(self.least)} {self.unit} or more".replace("  ", " ")
        return self.what, f"{_said(self.value)} {self.unit}".strip(), target, self.note


def table(figures: Sequence[Figure]) -> str:
    """Markdown that is as readable on a screen; a figure that misses its target says so."""
    rows = [("what", "measured", "target", "note"), *(f.cells for f in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, _line(tuple("-" * width for width in widths), widths))
    marks = ["", "", *("   MISSED" if f.misses else "" for f in figures)]
    return "\n".join(line + mark for line, mark in zip(lines, marks, strict=True))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"


def _said(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.2f}"
