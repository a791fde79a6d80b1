"""Proof that nothing was changed: the Journal's chain and the hash of every piece of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database

from bot.evidence import verify as evidence
from bot.store import incidents, journal
from bot.store.database import check_whole


def everything(db: Database, folder: Path) -> Iterator[str]:
    """One sentence for each thing that is not as it was kept, the first first."""
    damage = check_whole(db)
    yield from damage
    if damage:
        return  # reading on would stumble over the same damage
    yield from journal.verify(db)
    yield from evidence.verify(folder, incidents.evidence(db))
    yield from incidents.unjournalled_evidence(db)
    yield from incidents.lost_evidence(db)
