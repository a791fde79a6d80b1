"""The commands, one line each; what a command needs is imported when it runs, so that --help is quick."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

OK, PROBLEM, USAGE = 0, 1, 2


class Problem(Exception):
    """Something is wrong; the text is for the person at the keyboard. Exit status 1."""


class Usage(Exception):
    """The command or the settings can't be understood. Exit status 2."""


Option = tuple[tuple[str, ...], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """A second word after a command, as in `roster import`; the command reads it in `arguments.what`."""

    name: str
    help: str
    more: str
    options: tuple[Option, ...] = ()

    @property
    def teaches(self) -> str:
        return f"{self.help[0].upper()}{self.help[1:]}.\n\n{self.more}"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        for names, options in self.options:
            parser.add_argument(*names, **options)


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: `module` has a function of the command's name, with _ for -."""

    name: str
    module: str
    help: str
    more: str
    options: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def teaches(self) -> str:
        return f"{self.help[0].upper()}{self.help[1:]}.\n\n{self.more}"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        for names, options in self.options:
            parser.add_argument(*names, **options)

    def do(self, arguments: argparse.Namespace) -> int:
        module = importlib.import_module(f"bot.commands.{self.module}")
        command: Callable[[argparse.Namespace], int] = getattr(module, self.name.replace("-", "_"))
        return command(arguments)


JSON = (("--json",), {"action": "store_true", "help": "print JSON, for other programs"})

PUPIL_ID = (("pupil",), {"metavar": "PUPIL_ID", "help": "the pupil's id on the roster"})

ROSTER = (
    Part(
        "import",
        "take over a list from a CSV or XLSX export",
        "Shows who is added, changed and gone, then replaces the list in force. Names are shown to you on this\n"
        "screen and go nowhere else. Nothing is half imported: while anything is wrong, the old list stays.\n"
        "A pupil who is no longer in the export becomes a leaver, still looked for until [retention] leavers_days\n"
        "are over. A pupil goes by the preferred surname; a legal one that differs becomes an alias.",
        (
            (("file",), {"metavar": "FILE", "nargs": "?", "help": "the exported file (CSV or XLSX)"}),
            (("--staff",), {"action": "store_true", "help": "the file holds staff, not pupils"}),
            (("--preview",), {"action": "store_true", "help": "show what would change, and change nothing"}),
            (
                ("--yes",),
                {"action": "store_true", "help": "also if many would be gone, or columns were guessed"},
            ),
            (
                ("--skip-broken",),
                {
                    "action": "store_true",
                    "help": "pass over rows that are wrong; who is on the list stays as is",
                },
            ),
            (
                ("--ignore-columns",),
                {
                    "action": "store_true",
                    "help": "also if a column looks like passwords; it is not taken over",
                },
            ),
            (
                ("--forget",),
                {
                    "action": "append",
                    "default": [],
                    "metavar": "PUPIL_ID",
                    "help": "drop a leaver at once; may be said again, and without a file",
                },
            ),
        ),
    ),
    Part(
        "show",
        "show how many are on the lists and what is worth knowing, or one entry",
        "Without an id: counts, leavers, and names that will give false alarms. With one: that entry.",
        ((("id",), {"metavar": "ID", "nargs": "?", "help": "the id of a pupil or a member of staff"}),),
    ),
    Part(
        "alias",
        "add another name under which a pupil is known, or take it away",
        "Without a name it lists them. Example: schoolgate roster alias P014 Alfie Thornbury",
        (
            PUPIL_ID,
            (("name",), {"metavar": "NAME", "nargs": "*", "help": "the name, as it is written"}),
            (("--remove",), {"nargs": "*", "metavar": "NAME", "help": "take this name away"}),
        ),
    ),
    Part(
        "protect",
        "mark a pupil, so that whoever names the child is dealt with more urgently",
        "Alerts and reports never say that the mark is set, or why.",
        (PUPIL_ID, (("--off",), {"action": "store_true", "help": "take the mark away"})),
    ),
)

COMMANDS = (
    Command(
        "start",
        "start",
        "run the service with visible progress, as script/run does",
        "Reads the Page once, shows what was found, done and told to whom, then stays up like `run`.",
        ((("--once",), {"action": "store_true", "help": "end after the first cycle"}),),
    ),
    Command(
        "run",
        "run",
        "the daily service: scheduler, outbox, pictures",
        "Stays up until SIGTERM or Ctrl-C and ends cleanly. One worker at a time on one store.",
    ),
    Command(
        "once",
        "run",
        "one cycle: read, judge, act, alert",
        "For trying things out, or for a scheduler of your own. Does nothing while another worker is at work.",
        (JSON,),
    ),
    Command(
        "check",
        "check",
        "judge comments from standard input, one JSON object a line",
        'Example: echo \'{"id": "1", "message": "well done Archie Fothergill"}\' | schoolgate check\n'
        "Nothing is stored, sent or touched. Each line gives one line, in order.",
        (
            (("--roster",), {"metavar": "CSV", "help": "pupils, instead of those of the settings"}),
            (("--staff",), {"metavar": "CSV", "help": "staff, instead of those of the settings"}),
            (("--policy",), {"metavar": "NAME", "help": "a policy's name or .toml file"}),
        ),
    ),
    Command(
        "check-post",
        "check_post",
        "judge the school's own drafts before they are published, one JSON object a line",
        'Example: echo \'{"id": "1", "message": "Well done Amara Obiechina", "attachments": [{"type": "photo"}],\n'
        '"tagged_pupils": ["P006"]}\' | schoolgate check-post\n'
        "Each line gives one line, in order: ok, or hold with the reasons. Nothing is stored, sent or touched.\n"
        "How much of a name may stand is set in [naming], where links may lead in [school] sites and links.",
        (
            (("--roster",), {"metavar": "CSV", "help": "pupils, instead of those of the settings"}),
            (("--staff",), {"metavar": "CSV", "help": "staff, instead of those of the settings"}),
        ),
    ),
    Command(
        "incidents",
        "incidents",
        "list the incidents and how far each has come",
        "Newest last. Words and names stay in the database; --csv writes the log for the office.",
        (JSON, (("--csv",), {"metavar": "FILE", "help": "write the log as a spreadsheet file"})),
    ),
    Command(
        "verify",
        "verify",
        "prove that Journal and evidence are as they were kept",
        "Checks the whole chain of the Journal and the hash of every piece of evidence.",
        (JSON,),
    ),
    Command(
        "doctor",
        "doctor",
        "check settings, token, browser, mail, clock and disk",
        "Says of each whether it is in order, and what to do if not. Writes nothing to the Page.",
        (JSON,),
    ),
    Command(
        "roster",
        "roster",
        "take over pupils and staff from an export of your MIS, and see to single entries",
        "`roster import pupils.csv` replaces the file that the settings name. What you add yourself, aliases and\n"
        "marks, stays through every import. The service takes a change up at its next start.",
        parts=ROSTER,
    ),
    Command(
        "backup",
        "backup",
        "make a whole, checked copy of database and evidence",
        "May run while the service works. The copy is opened and verified before it gets its name.",
        ((("folder",), {"metavar": "FOLDER", "help": "where backups are collected"}),),
    ),
    Command(
        "restore",
        "backup",
        "put a backup in place",
        "The backup is verified first; what was there is set aside, never deleted. Stop the service before.",
        ((("folder",), {"metavar": "BACKUP", "help": "one backup, as `backup` made it"}),),
    ),
    Command(
        "demo",
        "demo",
        "run the demo Page alone, as a Graph API to try things against",
        "Prints its address and token. Point [graph] base_url and a token_env at it.",
        ((("--port",), {"type": int, "default": 0, "help": "the port (default: any free one)"}),),
    ),
)
