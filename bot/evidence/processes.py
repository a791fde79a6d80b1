"""The processes of a browser: finding all of them, and ending all of them.

Killing one process, or even one group, leaves browsers running for hours: the driver puts the browser into a
session of its own, and the launcher of some systems is a shell that does not hand itself over.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PATIENCE = 3.0  # seconds in which a killed process must be gone


@dataclass(frozen=True, slots=True)
class Process:
    """One running process."""

    pid: int
    parent: int
    group: int
    started: int  # in ticks since the machine started; 0 where the system does not say


@dataclass(frozen=True, slots=True)
class Group:
    """A process group, with the start of its leader so that a number used again is not taken for it."""

    id: int
    started: int


def groups_below(root: int) -> list[Group]:
    """The groups of a process and all its descendants."""
    found = _running()
    family = _family(root, found)
    return [Group(g, found[g].started if g in found else 0) for g in {p.group for p in family}]


def end(root: int, known: Iterable[Group] = ()) -> bool:
    """Kill the groups of a process and its descendants, never our own; true when none is left."""
    wanted = {group.id: group for group in [*known, *groups_below(root)]}
    wanted.pop(os.getpgrp(), None)
    until = time.monotonic() + PATIENCE
    while True:
        left = [g for g in wanted.values() if _lives(g)]
        if not left:
            return True
        for group in left:
            _kill(group.id)
        if time.monotonic() > until:
            return False
        time.sleep(0.02)


def _lives(group: Group) -> bool:
    found = _running()
    leader = found.get(group.id)
    if leader and group.started and leader.started != group.started:
        return False
    return any(process.group == group.id for process in found.values())


def _kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _family(root: int, found: dict[int, Process]) -> list[Process]:
    family = [found[root]] if root in found else []
    for elder in family:
        family += [process for process in found.values() if process.parent == elder.pid]
    return family


def _running() -> dict[int, Process]:
    """All processes but those that are dead already and only wait to be counted."""
    found = _from_proc() if (PROC / "self" / "stat").exists() else _from_ps()
    return {process.pid: process for process in found}


def _from_proc() -> list[Process]:
    found = []
    for folder in PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            stat = (folder / "stat").read_text(errors="replace")
        except OSError:
            continue  # it ended while we looked
        # The name stands in brackets and may hold anything, also brackets.
        state, parent, group, *rest = stat.rpartition(")")[2].split()
        if state not in "ZX":
            found.append(Process(int(folder.name), int(parent), int(group), int(rest[16])))
    return found


def _from_ps() -> list[Process]:
    listed = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=False
    )
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [Process(int(r[0]), int(r[1]), int(r[2]), 0) for r in rows if len(r) == 4 and "Z" not in r[3]]
