"""The school's lists of pupils and staff: read from any export, compared, merged, written whole or not at all."""

from bot.rosters.changes import Changes, Merged, merge_pupils, merge_staff
from bot.rosters.errors import RosterError
from bot.rosters.reading import Reading, pupils_of, read_pupils, read_staff, staff_of
from bot.rosters.writing import write_pupils, write_staff

__all__ = [
    "Changes",
    "Merged",
    "Reading",
    "RosterError",
    "merge_pupils",
    "merge_staff",
    "pupils_of",
    "read_pupils",
    "read_staff",
    "staff_of",
    "write_pupils",
    "write_staff",
]
