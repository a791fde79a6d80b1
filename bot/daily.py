"""Daily and weekly work, each once for its day or week in the school's own time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from bot import telling, verify
from bot.clock import parse
from bot.service import Service
from bot.settings_form import DAYS
from bot.store import duties, journal, pages, retention
from bot.store.database import DatabaseProblem

log = logging.getLogger(__name__)

LEAP = timedelta(days=7)  # after a leap like this the clock itself is in doubt


@dataclass(frozen=True, slots=True)
class Duty:
    """A piece of regular work: `period` names the day or week that is due now, or None."""

    name: str
    period: Callable[[Service, datetime], str | None]
    do: Callable[[Service, Database, datetime, str], None]


def do_what_is_due(service: Service, db: Database, now: datetime) -> None:
    """Caught up after downtime once, not once for every day that was missed."""
    for duty in DUTIES:
        period = duty.period(service, now)
        if period is None or duties.is_done(db, duty.name, period):
            continue
        log.info("duty=%s period=%s", duty.name, period)
        try:
            duty.do(service, db, now, period)
        except DatabaseProblem:
            raise
        except Exception as error:  # noqa: BLE001 - one duty never holds up the others
            _failed(service, db, duty.name, period, error, now)
        else:
            duties.done(db, duty.name, period, now)


def _failed(service: Service, db: Database, name: str, period: str, error: Exception, now: datetime) -> None:
    """It stays due and is tried again at each look at the calendar; people are told once for its period."""
    log.error("duty failed duty=%s error=%s", name, type(error).__name__)
    sentence = f"The regular work '{name}' could not be done ({type(error).__name__}); it is tried again."
    telling.queue_trouble(service, db, f"duty-{name}-{period}", sentence, now)


def day(service: Service, now: datetime) -> str | None:
    """Today's date, once the time of the daily work has come."""
    local = now.astimezone(ZoneInfo(service.zone))
    return local.date().isoformat() if local.strftime("%H:%M") >= service.settings.schedule.daily else None


def week(service: Service, now: datetime) -> str | None:
    """The week whose report is due: this one from its day and hour on, else the one before."""
    weekday, _, at = service.settings.schedule.weekly.partition(" ")
    local = now.astimezone(ZoneInfo(service.zone))
    begun = (local.weekday(), local.strftime("%H:%M")) >= (DAYS.index(weekday), at)
    due: date = local.date() if begun else local.date() - timedelta(days=7)
    return f"{due.isocalendar().year}-W{due.isocalendar().week:02}"


def _morning(service: Service, db: Database, now: datetime, _period: str) -> None:
    """Not on the day on which the service begins: there is nothing yet to tell of."""
    began = [first for page in service.pages if (first := pages.first_read(db, page))]
    zone = ZoneInfo(service.zone)
    if any(moment.astimezone(zone).date() < now.astimezone(zone).date() for moment in began):
        telling.queue_morning(service, db, now)


def _forget(service: Service, db: Database, now: datetime, period: str) -> None:
    """A clock that leapt must not delete anything: after a leap one more day has to confirm it."""
    before = duties.last(db, "retention", period)
    leapt = before is not None and not timedelta() <= now - _noon(before) < LEAP
    if leapt:
        journal.write(db, "retention_waits", now, last=before)
        return
    retention.forget_unflagged(db, now, timedelta(days=service.settings.retention.unflagged_days))


def _verify(service: Service, db: Database, now: datetime, period: str) -> None:
    problems = list(verify.everything(db, service.settings.evidence))
    journal.write(db, "verified", now, problems=len(problems))
    if problems:
        # Under the week's name: what is found next week is a letter of its own.
        telling.queue_trouble(service, db, f"verify-{period}", f"The weekly check found: {problems[0]}", now)


def _noon(period: str) -> datetime:
    return parse(f"{period}T12:00:00Z") - timedelta(days=1)


DUTIES = (
    Duty("morning", day, _morning),
    Duty("retention", day, _forget),
    Duty("verify", week, _verify),
)
