"""One cycle: read what is new, judge it, open incidents, perform the steps owed, queue the alerts."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot import performing, telling
from bot.domain.comment import PageId
from bot.domain.decision import Decision, Role, Urgency
from bot.domain.finding import Failure, Inspection
from bot.domain.incident import StepName
from bot.outside import NotAllowed, OutsideError, Throttled, TokenDead, WrongToken
from bot.service import GatedPage, Report, Service
from bot.store import comments, incidents, journal, outbox, pages, steps
from bot.store.database import DatabaseProblem

log = logging.getLogger(__name__)

CHECK_TOKEN_EVERY = timedelta(hours=24)
SWEEP_EVERY = timedelta(hours=6)
AFTER_REFUSAL = timedelta(hours=1)  # a dead token is tried again this often, no oftener
UNWATCHED_AFTER = timedelta(minutes=30)
LONGEST_SILENCE = timedelta(days=2)  # nobody asks for so long: a clock that ran ahead must have set it
ASKED_TO_WAIT = "Facebook asked us to wait; no call was made."
COULD_NOT_BE_CHECKED = "could not be checked: a person must read it"


def run_cycle(service: Service, now: datetime) -> Report:
    """Everything but the slow work (pictures, sending), which must not keep the next poll waiting."""
    report = Report()
    with service.database() as db:
        _mind_the_clock(db, service, now)
        for page_id, page in service.pages.items():
            _watch(service, db, page_id, page, now, report)
        judge(service, db, now, report)
        performing.run_due_steps(service, db, now, report, performing.QUICK)
        telling.queue_alerts(service, db, now, report)
        telling.queue_troubles(service, db, now)
    return report


def run_once(service: Service, now: datetime) -> Report:
    """A whole cycle with the slow work in it."""
    report = run_cycle(service, now)
    with service.database() as db:
        performing.run_due_steps(service, db, now, report, (StepName.PICTURE,))
        telling.deliver(service, db, now, report)
        telling.queue_troubles(service, db, now)
    return report


def judge(service: Service, db: Database, now: datetime, report: Report) -> None:
    """Every version that is stored and not judged yet; also those that a crash left behind."""
    tried: set[tuple[str, int]] = set()
    while waiting := [o for o in comments.owed(db) if (o.comment.id, o.version) not in tried]:
        for n, owed in enumerate(waiting, 1):
            if service.stopping.is_set():
                return
            tried.add((owed.comment.id, owed.version))
            _judge_safely(service, db, owed, now, report)
            if n % 20 == 0:
                service.progress("judged", n, len(waiting))


def _judge_safely(service: Service, db: Database, owed: comments.Owed, now: datetime, report: Report) -> None:
    """Whatever a comment breaks, it breaks for itself alone."""
    try:
        try:
            _judge_one(service, db, owed, now, report)
        except DatabaseProblem:
            raise
        except Exception as error:  # noqa: BLE001
            _hand_to_a_person(service, db, owed, now, report, type(error).__name__)
    except DatabaseProblem:
        raise
    except Exception as error:  # noqa: BLE001
        log.error("could not hand over comment=%s error=%s", owed.comment.id, type(error).__name__)
        report.trouble("A comment could neither be checked nor handed over; it is tried again at every poll.")
        comments.put_last(db, owed)


def _judge_one(service: Service, db: Database, owed: comments.Owed, now: datetime, report: Report) -> None:
    inspection = service.inspect(owed.comment)
    decision = service.decide(inspection, owed.comment)
    if decision.flagged:
        _open(service, db, owed, inspection, decision, now)
        report.flagged += 1
    else:
        comments.judged(db, owed.comment.id, owed.version, "clear")


def _open(
    service: Service,
    db: Database,
    owed: comments.Owed,
    inspection: Inspection,
    decision: Decision,
    now: datetime,
) -> None:
    incident = incidents.open_incident(
        db,
        owed.comment,
        owed.version,
        inspection.findings,
        decision,
        service.people(),
        now,
        mode=service.settings.moderation.mode,
        automatic_delete=service.settings.moderation.automatic_delete,
    )
    log.info("opened incident=%s action=%s", incident, decision.action)


def _hand_to_a_person(
    service: Service, db: Database, owed: comments.Owed, now: datetime, report: Report, error: str
) -> None:
    """What cannot be judged is never taken for clear, and never holds up the others."""
    log.error("could not judge comment=%s error=%s", owed.comment.id, error)
    report.trouble("A comment could not be checked; a person is asked to read it.")
    inspection = Inspection(failures=(Failure("judging", error),))
    decision = Decision(urgency=Urgency.SOON, alert=(Role.HEADTEACHER,), clause=COULD_NOT_BE_CHECKED)
    _open(service, db, owed, inspection, decision, now)
    report.flagged += 1


def _watch(
    service: Service, db: Database, page_id: PageId, page: GatedPage, now: datetime, report: Report
) -> None:
    """Read one Page; whatever goes wrong here does not stop the other Pages or the work that is owed."""
    state = pages.state(db, page_id, now, service.look_back)
    mark = service.token_marks[page_id]
    if state.token_mark not in (None, mark) and pages.was_refused(db, page_id):
        page.no_calls_until = None  # the silence was the old token's
    elif state.no_calls_until and state.no_calls_until > now:
        sentence = state.trouble.sentence if state.trouble else ASKED_TO_WAIT
        report.trouble(sentence)
        if not state.trouble:
            _note_silence(db, page_id, state, sentence, now)
        return
    try:
        _check_token(service, db, page_id, page, state, mark, now)
        _read(service, db, page_id, page, state, now, report)
    except Throttled as error:
        report.trouble(str(error))
        page.no_calls_until = error.until
        _note_silence(db, page_id, state, str(error), now)
    except NotAllowed as error:
        report.trouble(str(error))
        pages.checked(db, page_id, mark, now)
        pages.in_trouble(db, page_id, _kind(error), str(error), now)
        log.warning("not read page=%s trouble=%s", page_id, _kind(error))
        page.no_calls_until = now + AFTER_REFUSAL
    except OutsideError as error:
        report.trouble(str(error))
        _note_silence(db, page_id, state, str(error), now)
    except DatabaseProblem:
        raise
    except Exception as error:  # noqa: BLE001 - ours or theirs, it is this Page's alone
        log.error("could not read page=%s error=%s", page_id, type(error).__name__)
        sentence = f"The Page could not be read ({type(error).__name__})."
        report.trouble(sentence)
        _note_silence(db, page_id, state, sentence, now)
    pages.silent(db, page_id, page.no_calls_until, page.no_writes_until)


def _check_token(
    service: Service,
    db: Database,
    page_id: PageId,
    page: GatedPage,
    state: pages.PageState,
    mark: str,
    now: datetime,
) -> None:
    """A wrong kind of token gives empty lists without an error, so ask for proof before believing in silence."""
    fresh = state.checked_at and timedelta() <= now - state.checked_at < CHECK_TOKEN_EVERY
    refused = state.trouble is not None and state.trouble.kind in pages.NOT_READ
    if fresh and state.token_mark == mark and not service.first_cycle and not refused:
        return
    for warning in page.check():
        log.warning("page=%s %s", page_id, warning)
    pages.checked(db, page_id, mark, now)


def _read(
    service: Service,
    db: Database,
    page_id: PageId,
    page: GatedPage,
    state: pages.PageState,
    now: datetime,
    report: Report,
) -> None:
    known = comments.Cursors(db, page_id)
    sweep = state.swept_at is None or not timedelta() <= now - state.swept_at < SWEEP_EVERY
    seen: set[str] = set()
    for batch in page.read(known, state.since, now, sweep=sweep):
        if service.stopping.is_set():
            return
        saved = comments.save_batch(db, page_id, batch, state.since, now)
        seen.update(s.comment.id for s in batch.sightings)
        report.new += saved.new
        report.edited += saved.edited
        for note in batch.notes:
            report.trouble(note)
        service.progress("read", len(seen), 0)
    report.read += len(seen)
    if sweep:
        pages.swept(db, page_id, now)
    poll = timedelta(seconds=service.settings.schedule.poll)
    pages.read_done(db, page_id, now, gap=max(3 * poll, timedelta(minutes=10)))
    telling.recovered(service, db, page_id, now)
    for warning in page.warnings:
        log.warning("page=%s %s", page_id, warning)


def _note_silence(
    db: Database, page_id: PageId, state: pages.PageState, sentence: str, now: datetime
) -> None:
    """One failed poll is nothing; half an hour without a read, or none yet, is a Page that nobody watches."""
    if state.last_read_at is None or now - state.last_read_at >= UNWATCHED_AFTER:
        pages.in_trouble(db, page_id, "unreachable", sentence, now)


def _kind(error: NotAllowed) -> str:
    if isinstance(error, TokenDead):
        return "token_dead"
    return "wrong_token" if isinstance(error, WrongToken) else "permission"


def _mind_the_clock(db: Database, service: Service, now: datetime) -> None:
    """A clock that went back would leave everything that was put off waiting too long."""
    for page_id, page in service.pages.items():
        state = pages.state(db, page_id, now, service.look_back)
        silences = [t for t in (state.no_calls_until, state.no_writes_until) if t]
        if (state.last_read_at and state.last_read_at > now) or any(
            until - now > LONGEST_SILENCE for until in silences
        ):
            log.warning("the clock went back page=%s", page_id)
            journal.write(db, "clock_went_back", now, page=page_id)
            steps.all_due(db, now)
            outbox.all_due(db, now)
            pages.clock_went_back(db, page_id, now)
            page.no_calls_until = page.no_writes_until = None
