"""When the cycle, the daily work and the weekly report run. APScheduler only ticks; what is due stands in the store."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot import clock, daily, performing, telling, worker
from bot.domain.incident import StepName
from bot.service import Report, Service
from bot.store.database import Broken, DatabaseProblem

log = logging.getLogger(__name__)

DELIVER_EVERY = 20
PICTURES_EVERY = 10
LOOK_AT_THE_CALENDAR_EVERY = 60
CLOCK_JUMP = 5.0
LONGEST_CYCLE = 3600.0  # seconds; one that takes longer hangs, or the Page is overrun: people should know
PATIENCE = 15.0  # how long a job at work may take to its end when we are asked to stop

Job = Callable[[], None]


class Running:
    """The service while it runs: jobs, watchdog, a clean end."""

    def __init__(self, service: Service, told: Callable[[Report], None] = lambda _report: None) -> None:
        self._service = service
        self._told = told
        self._stop = threading.Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )
        self._extra: list[tuple[Job, float]] = []
        self._cycle_began: float | None = None

    def also(self, job: Job, seconds: float) -> None:
        """A further job, such as the demo Page's visitors."""
        self._extra.append((job, seconds))

    def run(self) -> None:
        """Until SIGTERM or Ctrl-C; the job at work is finished first."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._asked_to_stop)
        self._scheduler.add_listener(self._job_failed, EVENT_JOB_ERROR)
        poll = self._service.settings.schedule.poll
        for job, seconds in [
            (self._poll, poll),
            (self._pictures, PICTURES_EVERY),
            (self._deliver, DELIVER_EVERY),
            (self._calendar, LOOK_AT_THE_CALENDAR_EVERY),
            *self._extra,
        ]:
            self._scheduler.add_job(
                job, IntervalTrigger(seconds=seconds, timezone=UTC), next_run_time=datetime.now(UTC)
            )
        offset = time.time() - time.monotonic()
        self._scheduler.start()
        self._watch_the_clock(offset)
        self._end()

    def _end(self) -> None:
        """Jobs come to their end between two steps. One that hangs in a call is left: whatever it was at is owed."""
        self._service.stopping.set()
        self._scheduler.pause()
        waited = time.monotonic() + PATIENCE
        ending = threading.Thread(target=self._scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(max(0.0, waited - time.monotonic()))
        self._service.camera.close()
        if ending.is_alive():
            log.warning("ended in the middle of a job: the next start goes on from there")
            logging.shutdown()
            os._exit(0)

    def stop(self) -> None:
        self._stop.set()

    def _asked_to_stop(self, _signal: int, _frame: object) -> None:
        self._stop.set()

    def _watch_the_clock(self, offset: float) -> None:
        """The scheduler sleeps by the wall clock: set back an hour, it would not poll for that hour. `offset` is
        wall less monotonic clock when the jobs were planned: a jump at the very start counts, too."""
        while not self._stop.wait(1.0):
            self._watch_the_cycle()
            jumped = time.time() - time.monotonic() - offset
            if abs(jumped) > CLOCK_JUMP:
                log.warning("the clock jumped seconds=%d", jumped)
                offset += jumped
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))

    def _watch_the_cycle(self) -> None:
        """A cycle that never ends raises nothing: without this nobody would learn that the Page is not watched."""
        began = self._cycle_began
        if began is None or time.monotonic() - began < LONGEST_CYCLE:
            return
        self._cycle_began = time.monotonic()  # cry again in as long a time
        log.error("the cycle does not end")
        sentence = "The reading of the Pages has not come to its end for an hour. Restart the service if it stays so."
        told = (self._service, sentence, clock.now())
        threading.Thread(target=telling.cry_out, args=told, daemon=True).start()

    def _poll(self) -> None:
        self._cycle_began = time.monotonic()
        try:
            report = worker.run_cycle(self._service, clock.now())
        finally:
            self._cycle_began = None
        self._service.first_cycle = False
        log.info(
            "cycle read=%d new=%d flagged=%d troubles=%d",
            report.read,
            report.new,
            report.flagged,
            len(report.errors),
        )
        self._told(report)

    def _pictures(self) -> None:
        with self._service.database() as db:
            performing.run_due_steps(self._service, db, clock.now(), Report(), (StepName.PICTURE,))

    def _deliver(self) -> None:
        with self._service.database() as db:
            telling.deliver(self._service, db, clock.now(), Report())

    def _calendar(self) -> None:
        with self._service.database() as db:
            daily.do_what_is_due(self._service, db, clock.now())

    def _job_failed(self, event: JobExecutionEvent) -> None:
        """Never silent: the next tick tries again, and the doctor and the morning mail show the gap."""
        error = event.exception
        log.error("a job failed error=%s", type(error).__name__)
        if isinstance(error, DatabaseProblem | Broken | OSError):
            sentence = f"The store can't be used ({error})."
        else:
            sentence = f"A part of the work failed ({type(error).__name__}). It is tried again."
        telling.cry_out(self._service, sentence, clock.now())
