"""Performing the steps that incidents owe: each is safe to run twice, and none stops the others."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot import telling
from bot.domain.incident import Evidence, Step, StepName
from bot.evidence import files, record
from bot.outside import Gone, NoBrowser, NotAllowed, OutsideError, PolicyBlock, Throttled, TryLater
from bot.service import GatedPage, Report, Service
from bot.store import comments, incidents, pages, steps
from bot.store.database import DatabaseProblem
from bot.version import VERSION

log = logging.getLogger(__name__)

QUICK = (StepName.RECORD, StepName.HIDE, StepName.DELETE, StepName.REPLY)
ACTS = (StepName.HIDE, StepName.DELETE, StepName.REPLY)
MOST_TRIES = 30  # with growing pauses about a day
MOST_TRIES_FOR_A_PICTURE = 3  # a browser that crashes on one card will crash on it again
AFTER_REFUSAL = timedelta(hours=1)
AFTER_NO_BROWSER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Work:
    """One step at the moment when it is performed, and all that it may need."""

    service: Service
    db: Database
    step: Step
    now: datetime
    report: Report

    @property
    def page(self) -> GatedPage:
        return self.service.pages[self.step.page]


def run_due_steps(
    service: Service, db: Database, now: datetime, report: Report, names: tuple[StepName, ...]
) -> None:
    """Perform what is due; a Page that asks for silence gets it for the rest of the cycle."""
    if not service.acts:
        # Also what was owed before the school went back to shadow mode: it stays owed, and the Page untouched.
        names = tuple(name for name in names if name not in ACTS)
    tried: set[tuple[int, StepName]] = set()
    while waiting := [s for s in steps.due(db, now, names) if (s.incident, s.name) not in tried]:
        for n, step in enumerate(waiting, 1):
            if service.stopping.is_set():
                return
            tried.add((step.incident, step.name))
            try:
                _attempt(Work(service, db, step, now, report))
            except NoBrowser:
                break  # the others of this list have been put off with it
            service.progress(step.name, n, len(waiting))


def _attempt(work: Work) -> None:
    if work.step.name in ACTS and work.step.page not in work.service.pages:
        note = "the Page is not in the settings now: put it back to finish what is owed"
        steps.put_off(work.db, work.step, work.now, note, until=work.now + AFTER_REFUSAL)
        return
    if until := _closed_until(work):
        note = "the Page takes no acts from us for now"
        steps.put_off(work.db, work.step, work.now, note, until=until)
        return
    steps.begin(work.db, work.step)
    try:
        note = PERFORM[work.step.name](work)
    except DatabaseProblem:
        raise
    except NoBrowser as error:
        _no_browser(work, str(error))
        raise
    except Exception as error:  # noqa: BLE001 - theirs or ours: this one waits, the others go on
        _failed(work, error)
    else:
        _finished(work, note)


def _finished(work: Work, note: str) -> None:
    steps.done(work.db, work.step, work.now, note)
    if work.step.name in ACTS:
        pages.out_of_trouble(work.db, work.step.page, work.now, pages.NOT_ACTED_ON)


def _closed_until(work: Work) -> datetime | None:
    """A door that was just shut in our face is not knocked at eighty times."""
    if work.step.name not in ACTS:
        return None
    closed = [t for t in (work.page.no_calls_until, work.page.no_writes_until) if t and t > work.now]
    return max(closed) if closed else None


def _record(work: Work) -> str:
    """Without a clock in it: performed twice, it gives the same bytes, the same hash, the same file."""
    step, db = work.step, work.db
    kept = comments.kept(db, step.comment, step.version)
    page = work.service.pages.get(step.page)
    content = record.compose(
        record.RecordInput(
            incident=step.incident,
            page_id=step.page,
            page_name=page.name if page else step.page,
            school=work.service.settings.school.name,
            zone=work.service.zone,
            program=VERSION,
            version=step.version,
            comment=kept.comment,
            raw=kept.raw,
            answer=kept.answer,
            seen_at=kept.seen_at,
            earlier=tuple(comments.earlier(db, step.comment, step.version)),
            post=comments.find(db, kept.comment.post_id),
            parent=comments.find(db, kept.comment.parent_id),
        )
    )
    _keep(work, "record", content, ".json")
    return ""


def _picture(work: Work) -> str:
    kept = {e.kind: e for e in incidents.evidence(work.db, work.step.incident)}
    content = files.resolve(work.service.settings.evidence, kept["record"].file).read_bytes()
    picture = work.service.camera.capture(content)
    _keep(work, "picture", picture.png, ".png", picture.note)
    work.report.captured += 1
    return picture.note


def _keep(work: Work, kind: str, content: bytes, suffix: str, note: str = "") -> None:
    """The file first, then the row: a row never speaks of a file that is not there."""
    file = files.keep(work.service.settings.evidence, content, suffix)
    evidence = Evidence(kind, file.file, file.sha256, file.size, work.now, note)
    incidents.keep_evidence(work.db, work.step.incident, evidence, work.now)


def _hide(work: Work) -> str:
    step = work.step
    if note := _better_left_alone(work):
        return note
    note = ""
    if step.attempts and work.page.is_hidden(step.comment):
        # An earlier try may have come through just before we were stopped: read, don't write again.
        note = "found hidden when we looked again"
    else:
        work.page.hide(step.comment)
    comments.hidden_by_us(work.db, step.comment)
    incidents.note_outcome(work.db, step.incident, "hidden")
    work.report.hidden += 1
    return note


def _delete(work: Work) -> str:
    if note := _better_left_alone(work):
        return note
    if not work.step.attempts:
        # If it is gone before our first try somebody else removed it, and we must not say that we did.
        work.page.is_hidden(work.step.comment)
    work.page.delete(work.step.comment)
    incidents.note_outcome(work.db, work.step.incident, "deleted")
    work.report.deleted += 1
    return ""


def _reply(work: Work) -> str:
    """The text of a reply is on the step; a repeat looks for it on the Page before it writes."""
    step = work.step
    return work.page.reply(step.comment, step.text or "", first_try=not step.attempts)


PERFORM = {
    StepName.RECORD: _record,
    StepName.PICTURE: _picture,
    StepName.HIDE: _hide,
    StepName.DELETE: _delete,
    StepName.REPLY: _reply,
}


def _better_left_alone(work: Work) -> str:
    """A person outranks a rule; and words that are no longer there are judged no longer."""
    standing = comments.standing(work.db, work.step.comment)
    if standing.restored:
        return "a person has put it back: it stays"
    if standing.version > work.step.version:
        return "the author changed the words before we acted; the new words are judged on their own"
    return ""


def _no_browser(work: Work, sentence: str) -> None:
    """One look for all: a thousand pictures that wait must not each ask for the browser every minute."""
    work.report.notes.add(sentence)
    until = work.now + AFTER_NO_BROWSER
    steps.put_off(work.db, work.step, work.now, sentence, until=until, counts=False)
    steps.put_all_off(work.db, work.step.name, work.now, until, sentence)


def _failed(work: Work, error: Exception) -> None:
    """Put off what may come right by itself; what will not waits for a person."""
    step, sentence = work.step, _sentence(work.step, error)
    log.warning("step incident=%s step=%s error=%s", step.incident, step.name, type(error).__name__)
    if isinstance(error, Gone) and step.name in ACTS:
        incidents.note_outcome(work.db, step.incident, "gone before we came to it")
        _finished(work, "gone before we came to it")
        return
    if step.name is StepName.DELETE:
        # Never leave it up while the deleting waits.
        incidents.owe(work.db, step.incident, StepName.HIDE, work.now)
    work.report.trouble(sentence)
    if isinstance(error, Throttled | PolicyBlock | NotAllowed):
        _door_closed(work, error)
    elif isinstance(error, OSError):
        steps.put_off(work.db, step, work.now, sentence, counts=False)
        telling.queue_trouble(work.service, work.db, f"disk-{work.now:%Y%m%d}", sentence, work.now)
    elif isinstance(error, TryLater) and step.name in ACTS and pages.is_unreachable(work.db, step.page):
        # The whole Page does not answer, and the menders know: no comment's fault.
        steps.put_off(work.db, step, work.now, sentence, counts=False)
    elif isinstance(error, TryLater) and step.attempts + 1 < _most_tries(step):
        steps.put_off(work.db, step, work.now, sentence)
    else:
        steps.stuck(work.db, step, work.now, sentence)


def _door_closed(work: Work, error: OutsideError) -> None:
    """The Page refuses us, not this comment: nobody's fault here, so it does not count as a try."""
    page, step = work.page, work.step
    if isinstance(error, Throttled):
        page.no_calls_until = error.until
    else:
        page.no_writes_until = page.no_writes_until or work.now + AFTER_REFUSAL
        kind = "policy_block" if isinstance(error, PolicyBlock) else "no_acts"
        pages.in_trouble(work.db, step.page, kind, str(error), work.now)
    pages.silent(work.db, step.page, page.no_calls_until, page.no_writes_until)
    steps.put_off(work.db, step, work.now, str(error), until=_closed_until(work), counts=False)


def _most_tries(step: Step) -> int:
    return MOST_TRIES_FOR_A_PICTURE if step.name is StepName.PICTURE else MOST_TRIES


def _sentence(step: Step, error: Exception) -> str:
    """For a person. Errors that are not ours to word might quote a comment: their class must do."""
    if isinstance(error, OutsideError):
        return str(error)
    if isinstance(error, OSError):
        return (
            f"The {step.name} could not be written to the disk ({type(error).__name__}, error {error.errno})."
        )
    return f"The {step.name} failed ({type(error).__name__})."
