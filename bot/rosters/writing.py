"""The list in force: our own CSV, replaced whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.domain.roster import Pupil, StaffMember
from bot.rosters.people import ONE_NAME

PUPIL_HEADER = (
    "pupil_id,first_name,last_name,preferred_name,year_group,class,date_of_birth,image_consent,video_consent,"
    "name_consent,middle_names,aliases,protected,left_on"
)
STAFF_HEADER = "staff_id,title,first_name,last_name,role,facebook_name,facebook_id,children"


def write_pupils(path: Path, pupils: Iterable[Pupil]) -> None:
    """All pupils, leavers among them."""
    _write(path, PUPIL_HEADER, map(_pupil, pupils))


def write_staff(path: Path, staff: Iterable[StaffMember]) -> None:
    """All staff."""
    _write(path, STAFF_HEADER, map(_staff_member, staff))


def _pupil(p: Pupil) -> Sequence[str | None]:
    return (
        *(p.id, p.first_name, p.last_name or ONE_NAME, p.preferred_name, p.year_group, p.class_name),
        *(p.date_of_birth, _said(p.image_consent), _said(p.video_consent), _said(p.name_consent)),
        *(p.middle_names, ";".join(p.aliases), "yes" if p.protected else "", p.left_on),
    )


def _staff_member(m: StaffMember) -> Sequence[str | None]:
    return (
        *(m.id, m.title, m.first_name, m.last_name, m.role),
        *(m.facebook_name, m.facebook_id, ";".join(m.children)),
    )


def _said(consent: bool | None) -> str:
    return "" if consent is None else "yes" if consent else "no"


def _write(path: Path, header: str, rows: Iterable[Sequence[str | None]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    _replace(path, text.getvalue().encode("utf-8"))


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        with temporary.open("xb") as file:
            os.chmod(temporary, 0o600)
            _as_readable_as(path, temporary)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _as_readable_as(old: Path, new: Path) -> None:
    """A service under its own user must still be able to read what root has imported."""
    with contextlib.suppress(OSError):
        was = old.stat()
        if hasattr(os, "chown"):
            os.chown(new, was.st_uid, was.st_gid)
        os.chmod(new, 0o600 | was.st_mode & 0o640)
