"""The pupils and staff that the school tells us about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

PupilId = NewType("PupilId", str)
StaffId = NewType("StaffId", str)


@dataclass(frozen=True, slots=True)
class Pupil:
    """One child on the roll. Consent is None where the school has not said."""

    id: PupilId
    first_name: str
    last_name: str
    preferred_name: str | None = None
    year_group: str | None = None
    class_name: str | None = None
    date_of_birth: str | None = None
    image_consent: bool | None = None
    video_consent: bool | None = None
    name_consent: bool | None = None
    middle_names: str | None = None
    aliases: tuple[str, ...] = ()  # what else this child is called here, as the school added it
    protected: bool = False  # graver when named; why is nobody's business here
    left_on: str | None = None  # ISO date: a leaver, still looked for until the school's time is up

    @property
    def called(self) -> tuple[str, ...]:
        """The first names that this child answers to."""
        names = (self.first_name, self.preferred_name)
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One adult who works at the school."""

    id: StaffId
    first_name: str
    last_name: str
    title: str | None = None
    role: str | None = None
    facebook_name: str | None = None
    facebook_id: str | None = None
    children: tuple[PupilId, ...] = ()  # their own, at this school


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody the school told us about."""

    pupils: tuple[Pupil, ...] = ()
    staff: tuple[StaffMember, ...] = ()
