"""Files of the evidence folder, named after what is in them and never changed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

OUR_NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})(\.[a-z0-9]{1,5})")
SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")
UNFINISHED = ".part"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is safely on disk."""

    file: str  # relative to the evidence folder
    sha256: str
    size: int


def keep(folder: Path, content: bytes, suffix: str) -> Kept:
    """Put content safely on disk; an OSError goes up and leaves nothing under a final name."""
    if not SUFFIX.fullmatch(suffix):
        raise ValueError("not a suffix of an evidence file")
    sha256 = hashlib.sha256(content).hexdigest()
    file = f"{sha256[:2]}/{sha256}{suffix}"
    path = folder / file
    _make_private(folder)
    if path.parent.is_symlink():
        raise ValueError("a link stands in the place of an evidence folder")
    _make_private(path.parent)
    if not _holds(path, content):
        _write(path, content)
    # Also for a file found there: an earlier try may have been stopped before the folder was safe.
    _sync_folder(path.parent)
    _sync_folder(folder)
    return Kept(file, sha256, len(content))


def resolve(folder: Path, file: str) -> Path:
    """The path of an evidence file; ValueError for any name that could lead elsewhere."""
    if not OUR_NAME.fullmatch(file):
        raise ValueError("not the name of an evidence file")
    path = folder / file
    if path.parent.is_symlink() or path.is_symlink():
        raise ValueError("a link stands in the place of an evidence file")
    return path


def sweep_up(folder: Path) -> int:
    """Remove what a power cut left half written; only while nobody else writes here."""
    leftovers = [path for path in folder.glob(f"*/*{UNFINISHED}") if not path.parent.is_symlink()]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)


def _make_private(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _holds(path: Path, content: bytes) -> bool:
    """Whether the file is there already; a damaged one is not, and is written again."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != len(content):
        return False
    return path.read_bytes() == content


def _write(path: Path, content: bytes) -> None:
    """Under a temporary name first: a final name stands for a whole file, whatever happens."""
    temporary = path.parent / f".{secrets.token_hex(8)}{UNFINISHED}"
    try:
        _write_through(temporary, content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _write_through(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
