"""One worker at a time on one store. The lock falls by itself when its holder dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Taken(Exception):
    """Another worker holds the lock; the text says who."""


@contextmanager
def only_worker(folder: Path, who: str) -> Iterator[None]:
    """Hold the lock for the length of a block; `who` is what another worker will be told."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "worker.lock").open("a+", encoding="utf-8") as file:
        try:
            _take(file)
        except (BlockingIOError, PermissionError):  # any other means that this disk knows no locks
            file.seek(0)
            holder = file.read(200).strip() or "another process"
            raise Taken(f"Another worker is at work on {folder}: {holder}. Nothing was done.") from None
        file.seek(0)
        file.truncate()
        file.write(who)
        file.flush()
        yield
