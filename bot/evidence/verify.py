"""Whether the evidence on disk is still what was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.domain.incident import Evidence
from bot.evidence.files import resolve


def verify(folder: Path, kept: Iterable[Evidence]) -> Iterator[str]:
    """One sentence for each file that is not as it was kept; nothing at all when all is well."""
    for evidence in kept:
        if trouble := _trouble(folder, evidence):
            yield f"The {evidence.kind} {_shown(evidence.file)} {trouble}."


def _trouble(folder: Path, evidence: Evidence) -> str | None:
    try:
        path = resolve(folder, evidence.file)
    except ValueError as error:
        return f"was not opened: {error}"
    try:
        return _difference(path, evidence)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"could not be read (error {error.errno})"


def _difference(path: Path, evidence: Evidence) -> str | None:
    if not path.is_file():
        return "is not a file" if path.exists() else "is missing"
    if path.stem != evidence.sha256:
        return "is entered under another hash than its name says"
    size = path.stat().st_size
    if size != evidence.size:
        return f"has {size} bytes, but {evidence.size} were kept"
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return None if found == evidence.sha256 else "was changed after it was kept"


def _shown(file: str) -> str:
    """A name of ours is as it is; any other is quoted, so that it can't play tricks on a terminal."""
    plain = all(c.isascii() and (c.isalnum() or c in "/._-") for c in file)
    return file if plain else ascii(file[:100])
