"""`start`: the service with visible progress, for somebody who wants to see it work."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from bot import clock, lock
from bot.assemble import House
from bot.commands import OK, PROBLEM
from bot.commands.common import set_up_logs, settings
from bot.commands.run import at_work, cycle
from bot.mail.letters import in_plain_words
from bot.mail.postbox import describe
from bot.service import Report
from bot.settings import Settings
from bot.store import incidents, outbox
from bot.store.database import opened as database

SHOWN = 25


def start(arguments: argparse.Namespace) -> int:
    """The first cycle before your eyes; then the service, until Ctrl-C."""
    found, screen = settings(arguments.config), Console(highlight=False)
    set_up_logs(found, logging.ERROR)
    try:
        with at_work(found) as opened:
            screen.print(f"[bold]Schoolgate[/bold] watches {', '.join(p.name for p in found.pages)}.")
            report = _first_cycle(opened, screen)
            _show(found, opened, report, screen)
            if not arguments.once:
                _stay_up(opened, screen)
    except lock.Taken as taken:
        print(taken, file=sys.stderr)
        return OK
    return PROBLEM if report.errors else OK


def _first_cycle(opened: House, screen: Console) -> Report:
    words = {"read": "Reading comments", "judged": "Judging", "record": "Keeping records", "hide": "Hiding"}
    words |= {"delete": "Deleting", "picture": "Drawing evidence pictures", "letters": "Writing alerts"}
    opened.service.first_cycle = True
    with screen.status("Reading the Page") as status:

        def progress(what: str, done: int, of: int) -> None:
            status.update(f"{words.get(what, what)}: {done}" + (f" of {of}" if of else ""))

        opened.service.progress = progress
        report = cycle(opened)
    opened.service.first_cycle = False
    return report


def _show(found: Settings, opened: House, report: Report, screen: Console) -> None:
    screen.print(
        f"{report.read} comments read; {report.flagged} flagged, {report.hidden} hidden,"
        f" {report.deleted} deleted; {report.captured} pictures drawn; {report.mail_sent} letters sent."
    )
    with database(found.database) as db:
        _table(db, found, screen)
    for note in sorted(report.notes):
        screen.print(f"[yellow]{note}[/yellow]")
    for error in report.errors:
        screen.print(f"[red]{error}[/red]")
    _places(found, opened, screen)


def _table(db: Database, found: Settings, screen: Console) -> None:
    """The newest incidents; no words and no names, as somebody may look over your shoulder."""
    everything = list(_all(db))
    table = Table("no.", "what", "where", "done", "told", title=None, expand=False)
    for incident in everything[-SHOWN:]:
        told = ", ".join(sorted({a["role"].replace("_", " ") for a in outbox.told(db, incident.id)}))
        what = ", ".join(in_plain_words(c) for c in incident.categories) or "could not be checked"
        table.add_row(
            str(incident.id), what, incident.place.replace("_", " "), _done(incident), told or "daily review"
        )
    if everything:
        screen.print(table)
    if len(everything) > SHOWN:
        screen.print(f"… and {len(everything) - SHOWN} earlier ones: see the log")
    if found.moderation.mode == "shadow":
        screen.print("Shadow mode: nothing on the Page was touched.")


def _done(incident: incidents.Incident) -> str:
    if incident.outcome:
        return incident.outcome
    if incident.decision.action.value == "none":
        return "nothing: for a person to read"
    return f"would {incident.decision.action.value}" if incident.mode == "shadow" else "waits"


def _all(db: Database) -> Iterator[incidents.Incident]:
    last = 0
    while slice_ := incidents.every(db, after=last):
        yield from slice_
        last = slice_[-1].id


def _places(found: Settings, opened: House, screen: Console) -> None:
    lines = {
        "Evidence": _near(found.evidence),
        "Letters": _near(Path(describe(found.mail_url).removeprefix("file:"))),
        "Log": f".venv/bin/schoolgate incidents --config {_near(found.path)}",
    }
    if opened.demo:
        lines["The demo Page"] = f"{opened.demo.address}/ (as a visitor sees it)"
    for name, value in lines.items():
        screen.print(f"{name + ':':15}{value}", soft_wrap=True)


def _near(path: Path) -> str:
    """A path as short as it can be said from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _stay_up(opened: House, screen: Console) -> None:
    from bot.schedule import Running

    def told(report: Report) -> None:
        if report.new or report.edited or report.errors:
            moment = clock.said(clock.now(), opened.service.zone).rsplit(", ", 1)[1]
            flags = f", {report.flagged} flagged, {report.hidden} hidden" if report.flagged else ""
            screen.print(f"{moment}  {report.new} new, {report.edited} edited{flags}", *report.errors)

    poll = opened.service.settings.schedule.poll
    screen.print(f"The Page is read again every {poll} s. Ctrl-C ends the service.")
    running = Running(opened.service, told)
    if opened.demo:
        running.also(opened.demo.visitors_write, 2.0)
    running.run()
    screen.print("Ended cleanly.")
