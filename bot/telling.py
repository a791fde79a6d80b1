"""Telling people: alerts, trouble and the morning letter are queued; delivering empties the outbox."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from bot.domain.comment import PageId
from bot.domain.decision import Action, Role
from bot.domain.incident import IncidentId, Person, StepName, StepState
from bot.mail import letters
from bot.mail.paper import Envelope
from bot.outside import NotAllowed, OutsideError, Refused, TryLater
from bot.service import Report, Service
from bot.store import duties, incidents, journal, outbox, pages, steps
from bot.store.database import DatabaseProblem, atomic

log = logging.getLogger(__name__)

REMIND_AFTER = timedelta(hours=24)
MENDERS = (Role.ICT_SUPPORT, Role.HEADTEACHER)
TELL_THEM = "Tell them yourself (schoolgate incidents), and see that the address in the settings is right."
PUT_IT_BACK = "Put it back to have it finished, or do by hand what can't wait: schoolgate incidents."
MOST_NUMBERS = 20  # of incidents in one sentence


def queue_alerts(service: Service, db: Database, now: datetime, report: Report) -> None:
    """One letter a person for all that should be told now; the alert steps are then done."""
    for email in outbox.waiting_people(db):
        asked = outbox.gathered(db, email, now)
        try:
            if asked and _queue_alert(service, db, asked, now):
                report.mail_queued += 1
                service.progress("letters", report.mail_queued, 0)
        except DatabaseProblem:
            raise
        except Exception as error:  # noqa: BLE001 - one person's letter never holds up the others'
            log.error(
                "could not write an alert incident=%s error=%s", asked[0].incident, type(error).__name__
            )
            report.trouble("An alert could not be written; it is tried again at every poll.")
    for step in steps.due(db, now, (StepName.ALERT,)):
        if outbox.all_are_told(db, step.incident):
            steps.done(db, step, now)


def _queue_alert(service: Service, db: Database, asked: list[outbox.Asked], now: datetime) -> int:
    numbers = [a.incident for a in asked]
    span = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
    person = Person(asked[0].name, asked[0].email)
    # The time is in it since numbers begin again when an older backup is restored, and mail systems drop a known id.
    name = f"incident-{span}.{asked[0].role}.{asked[0].asked_at:%Y%m%d%H%M%S}"
    message_id = _message_id(service, name, person)
    envelope = _envelope(service, db, person, message_id, now)
    unsent = outbox.last_outage(db, asked[0].asked_at)
    lines = [_line(service, db, number) for number in numbers]
    shadow = all(incidents.was_shadow(db, number) for number in numbers)
    content = letters.alert(envelope, lines, shadow=shadow, late=(unsent, now) if unsent else None)
    return outbox.queue(db, "alert", asked[0].email, message_id, now, content, tells=numbers)


def _line(service: Service, db: Database, number: IncidentId) -> letters.AlertLine:
    incident = incidents.get(db, number)
    assert incident is not None
    page = service.pages.get(incident.page)
    found = {step.name: step for step in incidents.steps(db, number)}
    waits = [s.name.value for s in found.values() if s.waits_for_a_person]
    return letters.AlertLine(
        incident=number,
        categories=incident.categories,
        urgency=incident.decision.urgency.value,
        page=page.name if page else incident.page,
        place=incident.place,
        done=_done(incident, found),
        waits_for=" and ".join(waits),
        clause=incident.decision.clause or "",
        opened_at=incident.opened_at,
        told=tuple(role.value for role in incident.decision.alert),
    )


def _done(incident: incidents.Incident, found: dict[StepName, incidents.StepNow]) -> str:
    """What became of the comment, no better than it is."""
    action = incident.decision.action
    if action is Action.NONE:
        return "nothing, it stays up for a person to decide"
    if incident.mode == "shadow":
        return "it would be hidden" + (", and its deletion asked for" if action is Action.DELETE else "")
    act = found.get(StepName.HIDE) or found.get(StepName.DELETE)
    if act is None:
        return incident.outcome or "nothing, it stays up for a person to decide"
    if act.state is StepState.DONE:
        return incident.outcome or act.note or "done"
    return (
        f"not {'hidden' if act.name is StepName.HIDE else 'deleted'} yet: {act.note or 'it is being tried'}"
    )


def queue_troubles(service: Service, db: Database, now: datetime) -> None:
    """Tell the menders of what is out of order, once, and again each day while it lasts."""
    for page_id, page in service.pages.items():
        trouble = pages.state(db, page_id, now, service.look_back).trouble
        if trouble and (trouble.told_at is None or now - trouble.told_at >= REMIND_AFTER):
            watched_to = pages.state(db, page_id, now, service.look_back).last_read_at
            unwatched = trouble.kind in pages.NOT_READ
            _tell_menders(
                service,
                db,
                f"{trouble.kind}-{page_id}-{trouble.since:%Y%m%d%H%M%S}-{(now - trouble.since).days}",
                now,
                page=page.name,
                unwatched=unwatched,
                sentence=trouble.sentence,
                since=(watched_to or trouble.since) if unwatched else trouble.since,
            )
            pages.told_of_trouble(db, page_id, now)
    for page_id in steps.owing_pages(db) - set(service.pages):
        sentence = (
            f"The Page {page_id} is not in the settings any more, but work on it is owed. {PUT_IT_BACK}"
        )
        queue_trouble(service, db, f"left-out-{page_id}", sentence, now)
    _queue_stuck(service, db, now)


def _queue_stuck(service: Service, db: Database, now: datetime) -> None:
    """Eighty comments that can't be hidden for one reason are one letter."""
    alike: dict[tuple[StepName, str], list[steps.Stuck]] = {}
    for stuck in steps.newly_stuck(db):
        alike.setdefault((stuck.name, stuck.note), []).append(stuck)
    for (name, note), several in alike.items():
        with atomic(db):
            queue_trouble(
                service, db, f"stuck-{several[0].incident}-{name}", _stuck_sentence(name, note, several), now
            )
            for stuck in several:
                steps.told_of_stuck(db, stuck, now)


def _stuck_sentence(name: StepName, note: str, several: list[steps.Stuck]) -> str:
    numbers = [str(stuck.incident) for stuck in several[:MOST_NUMBERS]]
    more = f" and {len(several) - MOST_NUMBERS} more" if len(several) > MOST_NUMBERS else ""
    return (
        f"Incident{'s' if len(several) > 1 else ''} {', '.join(numbers)}{more}: the step '{name}' could not be done"
        f" and will not be tried again by itself. {note} Please do by hand what can't wait."
    )


def queue_trouble(service: Service, db: Database, name: str, sentence: str, now: datetime) -> None:
    """Something that is not one Page's: told to the menders once under its name."""
    _tell_menders(service, db, name, now, page=None, unwatched=False, sentence=sentence, since=now)


def _tell_menders(
    service: Service,
    db: Database,
    name: str,
    now: datetime,
    *,
    page: str | None,
    unwatched: bool,
    sentence: str,
    since: datetime,
) -> None:
    for person in _people(service, MENDERS):
        message_id = _message_id(service, name, person)
        envelope = _envelope(service, db, person, message_id, now)
        content = letters.trouble(envelope, page=page, unwatched=unwatched, sentence=sentence, since=since)
        outbox.queue(db, "trouble", person.email, message_id, now, content)


def recovered(service: Service, db: Database, page_id: PageId, now: datetime) -> None:
    """A Page that was out of order is read again: those who were told of the trouble are told of its end."""
    over = pages.out_of_trouble(db, page_id, now, pages.NOT_READ)
    if over is None or over.told_at is None:
        return
    for person in _people(service, MENDERS):
        message_id = _message_id(service, f"recovered-{page_id}-{over.since:%Y%m%d%H%M%S}", person)
        envelope = _envelope(service, db, person, message_id, now)
        content = letters.recovered(envelope, page=service.pages[page_id].name, since=over.since)
        outbox.queue(db, "recovered", person.email, message_id, now, content)


def queue_morning(service: Service, db: Database, now: datetime) -> None:
    """The daily proof of watching, to the administrators."""
    last = duties.last_done(db, "morning", now)
    start = max(last, now - timedelta(days=31)) if last else now - timedelta(days=1)
    watched = [_watched(service, db, page_id, start, now) for page_id in service.pages]
    counts = incidents.counts(db)
    for person in _people(service, (Role.ADMINISTRATORS,)):
        message_id = _message_id(service, f"morning-{now.astimezone(ZoneInfo(service.zone)):%Y%m%d}", person)
        content = letters.morning(
            _envelope(service, db, person, message_id, now),
            watched,
            start=start,
            waiting=counts.waiting,
            to_review=counts.to_review,
            stuck=steps.count_stuck(db),
            shadow=service.settings.moderation.mode == "shadow",
        )
        outbox.queue(db, "morning", person.email, message_id, now, content)


def _watched(
    service: Service, db: Database, page_id: PageId, start: datetime, now: datetime
) -> letters.Watched:
    state = pages.state(db, page_id, now, service.look_back)
    start = max(start, pages.first_read(db, page_id) or now)
    read, flagged = pages.figures(db, page_id, start, now)
    longest = max(3 * timedelta(seconds=service.settings.schedule.poll), timedelta(minutes=10))
    gaps = [gap for gap in pages.gaps(db, page_id, start, now) if gap[1] - gap[0] > longest]
    sentence = state.trouble.sentence if state.trouble else ""
    return letters.Watched(service.pages[page_id].name, read, flagged, tuple(gaps), sentence)


def deliver(service: Service, db: Database, now: datetime, report: Report) -> None:
    """Send what is due, oldest first. A server that is away is asked again later, for days."""
    for letter in outbox.due(db, now):
        if service.stopping.is_set():
            return
        message = message_from_bytes(letter.content, policy=SMTP)
        try:
            service.postbox.send(message)
        except Refused as error:
            outbox.refused(db, letter, now, str(error))
            report.trouble(str(error))
            _tell_of_refusal(service, db, letter, str(error), now)
        except (TryLater, NotAllowed) as error:
            outbox.put_off(db, letter, now, str(error))
            outbox.hold(db, now, str(error))
            report.trouble(str(error))
            log.warning("letter put off letter=%s error=%s", letter.id, type(error).__name__)
            return
        except Exception as error:  # noqa: BLE001 - one letter never holds up the others
            log.error("letter put off letter=%s error=%s", letter.id, type(error).__name__)
            report.trouble("A letter could not be sent; it is tried again.")
            outbox.put_off(db, letter, now, type(error).__name__)
        else:
            outbox.sent(db, letter, now)
            report.mail_sent += 1


def _tell_of_refusal(service: Service, db: Database, letter: outbox.Letter, why: str, now: datetime) -> None:
    """An address with a slip in it must not swallow alerts unseen. Trouble letters tell nobody, or it would not end."""
    if letter.kind != "trouble":
        sentence = (
            f"A letter ({letter.kind}) to {letter.email} was not taken: {why} It will not be sent again."
        )
        queue_trouble(service, db, f"refused-{letter.id}", f"{sentence} {TELL_THEM}", now)


def cry_out(service: Service, sentence: str, now: datetime) -> None:
    """The store can't be written, so there is no outbox: one letter straight from memory, an hour at most."""
    hour = f"{now:%Y%m%d%H}"
    if service.cried_out == hour:
        return
    service.cried_out = hour
    for person in _people(service, MENDERS):
        message_id = _message_id(service, f"store-{hour}", person)
        envelope = _plain_envelope(service, person, message_id, now)
        content = letters.trouble(envelope, page=None, unwatched=False, sentence=sentence, since=now)
        try:
            service.postbox.send(message_from_bytes(content, policy=SMTP))
        except OutsideError as error:
            log.error("could not cry out error=%s", type(error).__name__)


def _people(service: Service, roles: tuple[Role, ...]) -> list[Person]:
    """Each person once, in the order of the roles."""
    found = {p.email.lower(): p for role in roles for p in service.settings.told(role)}
    return list(found.values())


def _message_id(service: Service, name: str, to: Person) -> str:
    """The same for the same letter to the same person, and for no other: two people may share a role or a name."""
    who = hashlib.sha256(to.email.lower().encode()).hexdigest()[:8]
    return f"<{name}.{who}@{service.settings.mail_from.rpartition('@')[2]}>"


def _envelope(service: Service, db: Database, to: Person, message_id: str, now: datetime) -> Envelope:
    plain = _plain_envelope(service, to, message_id, now)
    return Envelope(
        plain.sender, plain.school, to, message_id, now, plain.zone, plain.base_url, str(journal.head(db))
    )


def _plain_envelope(service: Service, to: Person, message_id: str, now: datetime) -> Envelope:
    settings = service.settings
    base_url = settings.console.base_url
    return Envelope(settings.mail_from, settings.school.name, to, message_id, now, service.zone, base_url)
