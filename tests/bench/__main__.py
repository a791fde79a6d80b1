"""`python -m tests.bench [NAME …]`: measure and print; exit status 1 if a figure misses its target."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable

from tests.bench import calls, growth, hiding, names, names_growth, starting
from tests.bench.figures import Figure, table

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "calls": calls.measure,
    "hiding": hiding.measure,
    "starting": starting.measure,
    "memory": starting.measure_memory,
    "growth": growth.measure,
    "names": names.measure,
    "names-growth": names_growth.measure,
}


def main() -> int:
    """Run what was asked for, all of it by default."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--most", type=int, default=growth.MOST, help="the largest store of 'growth'")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    missed = False
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    for name in asked.names or BENCHMARKS:
        began = time.monotonic()
        found = growth.measure(asked.most) if name == "growth" else BENCHMARKS[name]()
        missed |= any(figure.misses for figure in found)
        print(f"\n{name} ({time.monotonic() - began:.0f} s)\n\n{table(found)}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
