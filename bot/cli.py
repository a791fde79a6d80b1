"""The command line: read arguments, call one command, turn what goes wrong into a sentence."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.commands import COMMANDS, OK, PROBLEM, USAGE, Command, Part, Problem, Usage
from bot.version import VERSION

EPILOG = """\
exit status: 0 all is well, 1 a problem was found, 2 wrong usage or settings

Begin with `schoolgate start`: it runs on the embedded demo Page with an invented school.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a problem that has a plain sentence is printed as that sentence."""
    arguments = parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except Usage as error:
        return _say(error, USAGE)
    except Problem as error:
        return _say(error, PROBLEM)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def parser() -> argparse.ArgumentParser:
    """Every command with help that teaches."""
    top = argparse.ArgumentParser(
        prog="schoolgate",
        description="Watches a school's own Facebook Page: finds, keeps evidence, hides, alerts, records.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"schoolgate {VERSION}")
    subcommands = top.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = _described(subcommands, command)
        _config(sub, Path("config.toml"))
        command.arguments(sub)
        sub.set_defaults(command=command.do)
        parts = sub.add_subparsers(required=True, metavar="WHAT", dest="what") if command.parts else None
        for part in command.parts:
            below = _described(parts, part)
            # Said before the second word or after it; silent here, so as not to undo the first.
            _config(below, argparse.SUPPRESS)
            part.arguments(below)
    return top


def _described(subcommands: Any, command: Command | Part) -> argparse.ArgumentParser:
    found: argparse.ArgumentParser = subcommands.add_parser(
        command.name,
        help=command.help,
        description=command.teaches,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return found


def _config(parser: argparse.ArgumentParser, default: object) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        default=default,
        metavar="PATH",
        help="the settings file (default: config.toml)",
    )


def _say(error: Exception, status: int) -> int:
    # A terminal obeys control characters, and names come from outside.
    for line in str(error).splitlines():
        print("".join(c if c.isprintable() else repr(c)[1:-1] for c in line), file=sys.stderr)
    return status
