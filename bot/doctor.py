"""Is everything in place, and what to do if not. Looks at all of it, also when the first thing is broken."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot import rules
from bot.assemble import house
from bot.domain.decision import Role
from bot.evidence.picture import find_browser
from bot.mail.postbox import describe
from bot.outside import OutsideError
from bot.service import GatedPage
from bot.settings import Settings, SettingsError
from bot.store import incidents, journal, outbox, steps
from bot.store.database import WAL_IS_SAFE, Broken, DatabaseProblem, check_whole, opened

ENOUGH_DISK = 500_000_000
BROWSER_IS_OLD_AFTER = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    ok: bool
    says: str


def examine(settings: Settings, now: datetime) -> Iterator[Check]:
    """Every check; one that fails never hides the others."""
    yield _settings(settings)
    yield _people(settings)
    yield _rules(settings)
    yield _disk(settings)
    yield _clock(now)
    yield _browser()
    yield _mail(settings)
    yield from _store(settings)
    yield from _pages(settings, now)


def _settings(settings: Settings) -> Check:
    exposed = settings.exposed_secrets()
    if exposed:
        return Check("settings", False, exposed[0])
    mode = settings.moderation.mode
    acts = "acts on the Page" if mode == "enforce" else "touches nothing on the Page"
    return Check("settings", True, f"{settings.path.name} is valid; mode {mode}: {acts}.")


def _people(settings: Settings) -> Check:
    missing = [r.value for r in (Role.DSL, Role.ADMINISTRATORS, Role.ICT_SUPPORT) if r not in settings.people]
    if missing:
        names = ", ".join(missing)
        return Check(
            "people", False, f"Nobody holds: {names}. Until you name them the headteacher gets their mail."
        )
    return Check("people", True, "The headteacher, DSL, administrators and ICT support are named.")


def _rules(settings: Settings) -> Check:
    try:
        judge = rules.load(settings)
    except rules.RulesError as error:
        return Check("roster and rules", False, str(error))
    pupils, staff = len(judge.roster.pupils), len(judge.roster.staff)
    if not pupils:
        return Check(
            "roster and rules", False, "No pupils are known: no name can be found. See `schoolgate roster`."
        )
    return Check(
        "roster and rules", True, f"{pupils} pupils, {staff} staff, policy '{settings.school.policy}'."
    )


def _disk(settings: Settings) -> Check:
    folder = settings.store
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Check(
            "disk", False, f"{folder} can't be written. Give the service's user the right to write there."
        )
    if free < ENOUGH_DISK:
        return Check(
            "disk", False, f"Only {free // 1_000_000} MB are free. Evidence needs room: free some space."
        )
    return Check("disk", True, f"{free // 1_000_000_000} GB are free.")


def _clock(now: datetime) -> Check:
    """Without a network there is nothing to compare with, but a clock that is years out shows itself."""
    newest = max(time.gmtime(os.path.getmtime(__file__)).tm_year, 2026)
    if not newest - 1 <= now.year <= newest + 20:
        return Check(
            "clock", False, f"The clock shows the year {now.year}. Set it, and switch on time synchronising."
        )
    return Check("clock", True, f"{now:%Y-%m-%d %H:%M} UTC.")


def _browser() -> Check:
    found = find_browser()
    if found is None:
        return Check(
            "browser",
            False,
            "No browser was found: pictures wait. On Debian: apt-get install chromium-headless-shell",
        )
    age = timedelta(seconds=time.time() - os.path.getmtime(found))
    if age > BROWSER_IS_OLD_AFTER:
        return Check("browser", True, f"{found}, {age.days} days old: see that your system updates it.")
    return Check("browser", True, str(found))


def _mail(settings: Settings) -> Check:
    where = describe(settings.mail_url)
    if settings.mail_url.startswith("file:"):
        folder = Path(settings.mail_url.removeprefix("file:"))
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.W_OK)):
            return Check(
                "mail", False, f"Nothing can be written into {folder}. Make it a folder of the service."
            )
        return Check("mail", True, f"Letters are laid into a folder ({where}); nobody is sent anything.")
    return Check("mail", True, f"{where}. The first real letter will show whether it takes mail.")


def _store(settings: Settings) -> Iterator[Check]:
    if not WAL_IS_SAFE:
        yield Check("sqlite", True, "An older SQLite: the slower, safe way of writing is used.")
    if not settings.database.exists():
        yield Check("store", True, "No database yet: the first run makes it.")
        return
    try:
        with opened(settings.database) as db:
            problems = check_whole(db)
            yield Check("store", not problems, problems[0] if problems else f"Journal: {journal.head(db)}.")
            stuck, refused = steps.count_stuck(db), outbox.refused_letters(db)
            if stuck or refused:
                yield Check(
                    "work",
                    False,
                    f"{stuck} steps are stuck and {refused} letters were refused: see `incidents`.",
                )
            waiting = outbox.unsent_since(db)
            if waiting:
                yield Check(
                    "outbox", False, f"Letters wait for the mail server since {waiting:%Y-%m-%d %H:%M} UTC."
                )
            yield Check(
                "evidence", True, f"{len(incidents.evidence(db))} pieces; `schoolgate verify` proves them."
            )
    except (Broken, DatabaseProblem) as error:
        yield Check("store", False, f"The database can't be used: {error}")


def _pages(settings: Settings, now: datetime) -> Iterator[Check]:
    try:
        with house(settings, now, only_looking=True) as opened_house:
            for page in opened_house.service.pages.values():
                yield _page(page)
    except (SettingsError, Broken, DatabaseProblem, rules.RulesError) as error:
        yield Check("page", False, str(error))


def _page(page: GatedPage) -> Check:
    try:
        warnings = page.check()
    except OutsideError as error:
        return Check(f"page {page.name}", False, str(error))
    return Check(
        f"page {page.name}", True, " ".join(warnings) or "The token is the Page's and sees its comments."
    )
