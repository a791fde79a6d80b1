"""`run` and `once`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from bot import clock, lock, worker
from bot.assemble import House, house
from bot.commands import OK, PROBLEM
from bot.commands.common import plainly, set_up_logs, settings
from bot.service import Report
from bot.settings import Settings
from bot.store.database import Broken, DatabaseProblem
from bot.telling import cry_out


@contextmanager
def at_work(found: Settings) -> Iterator[House]:
    """The service, if no other worker has it."""
    now = clock.now()
    who = f"process {os.getpid()}, since {clock.said(now, found.school.timezone)}"
    with plainly(), lock.only_worker(found.store, who), house(found, now) as opened:
        yield opened


def once(arguments: argparse.Namespace) -> int:
    """One cycle. A second worker does nothing and says so: the first is doing the work."""
    found = settings(arguments.config)
    set_up_logs(found)
    try:
        with at_work(found) as opened:
            report = cycle(opened)
    except lock.Taken as taken:
        report = Report()
        print(taken, file=sys.stderr)
    for note in sorted(report.notes):
        print(note, file=sys.stderr)
    if arguments.json:
        print(json.dumps({k: v for k, v in asdict(report).items() if k != "notes"}))
    else:
        print(in_words(report))
    return PROBLEM if report.errors else OK


def cycle(opened: House) -> Report:
    """One whole cycle; what the disk refuses is told to people from memory."""
    try:
        return worker.run_once(opened.service, clock.now())
    except (DatabaseProblem, Broken, OSError) as error:
        sentence = f"The store can't be used ({error}). Nothing was lost: the next run goes on from here."
        cry_out(opened.service, sentence, clock.now())
        return Report(errors=[sentence])


def run(arguments: argparse.Namespace) -> int:
    """The daily service."""
    from bot.schedule import Running

    found = settings(arguments.config)
    set_up_logs(found, logging.INFO)
    for warning in found.exposed_secrets():
        print(warning, file=sys.stderr)
    try:
        with at_work(found) as opened:
            opened.service.first_cycle = True
            running = Running(opened.service)
            if opened.demo:
                running.also(opened.demo.visitors_write, 2.0)
            running.run()
    except lock.Taken as taken:
        print(taken, file=sys.stderr)
    return OK


def in_words(report: Report) -> str:
    """The report as a person reads it."""
    lines = [
        f"{report.read} comments read, {report.new} new, {report.edited} edited, {report.flagged} flagged.",
        f"{report.hidden} hidden, {report.deleted} deleted, {report.captured} pictures,"
        f" {report.mail_queued} letters queued, {report.mail_sent} sent.",
    ]
    return "\n".join(lines + [f"Trouble: {error}" for error in report.errors])
