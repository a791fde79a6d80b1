"""What the letters say. There is no place in them for a pupil's name, an author's name or a quotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import said
from bot.domain.finding import Category
from bot.mail.paper import Envelope, Letter, Row, written

PLAIN_WORDS = {
    Category.PUPIL_NAMED: "a pupil is named",
    Category.PUPIL_DESCRIBED: "a pupil can be recognised",
    Category.PROFANITY: "swearing",
    Category.ABUSE: "abusive words",
    Category.THREAT: "a threat",
    Category.HATE: "hateful words",
    Category.SEXUAL: "a sexual remark",
    Category.PERSONAL_DETAILS: "somebody's personal details",
    Category.VISITOR_MEDIA: "a visitor's photo or video",
    Category.STAFF_PERSONAL_ACCOUNT: "staff writing from a personal account",
    Category.STAFF_ALLEGATION: "a complaint about staff",
    Category.CONCERN: "a parent's concern",
    Category.SAFEGUARDING: "a safeguarding matter",
    Category.SPAM: "advertising or a scam",
}
PLACES = {
    "comment": "a comment",
    "reply": "a reply",
    "visitor_post": "a visitor's post",
    "own_post": "the school's own post",
}
ROLES = {
    "dsl": "safeguarding lead",
    "deputy_dsl": "deputy safeguarding lead",
    "deputy": "deputy head",
    "online_safety": "online safety lead",
    "slt": "senior leaders",
    "hr": "HR",
    "ict_support": "ICT support",
    "dpo": "data protection officer",
}
LOCKED = {Category.SAFEGUARDING, Category.SEXUAL}
MOST_ROWS = 50
HIDDEN_MEANS = (
    "Hidden means that visitors no longer see it. Its author and the author's friends still do;"
    " some of them may be other parents."
)
SHADOW = "The service is in shadow mode: nothing on the Page was touched."


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One incident as a letter tells it."""

    incident: int
    categories: tuple[str, ...]
    urgency: str
    page: str
    place: str
    done: str  # "hidden", "already hidden …", "not hidden yet: …", "would have been hidden"
    waits_for: str  # what waits for this person's decision, or ""
    clause: str
    opened_at: datetime
    told: tuple[str, ...]  # the roles that are told of it


@dataclass(frozen=True, slots=True)
class Watched:
    """One Page's day."""

    page: str
    read: int
    flagged: int
    gaps: tuple[tuple[datetime, datetime], ...]
    trouble: str = ""


def in_plain_words(category: str) -> str:
    """A category as a head would say it."""
    known = {c.value: words for c, words in PLAIN_WORDS.items()}
    return known.get(category, category.replace("_", " "))


def alert(
    envelope: Envelope,
    lines: Sequence[AlertLine],
    *,
    shadow: bool,
    late: tuple[datetime, datetime] | None = None,
) -> bytes:
    """One incident, or many in one letter, urgent ones first."""
    ordered = sorted(lines, key=lambda line: (line.urgency != "now", line.incident))
    letter = _one(envelope, ordered[0], shadow) if len(ordered) == 1 else _many(envelope, ordered, shadow)
    if late:
        start, end = (said(moment, envelope.zone) for moment in late)
        letter.paragraphs.append(
            f"This letter is late: the mail server did not answer from {start} to {end}."
        )
    return written(envelope, letter, incidents=[line.incident for line in ordered])


def _one(envelope: Envelope, line: AlertLine, shadow: bool) -> Letter:
    letter = Letter(
        subject=f"Schoolgate: incident {line.incident}" + (", urgent" if line.urgency == "now" else ""),
        heading=_what(line) if _is_locked(line) else f"Incident {line.incident}: {_what(line)}",
        paragraphs=[
            f"It is {PLACES.get(line.place, 'a comment')} on the Page {line.page}. {_sentence(line, shadow)}"
        ],
        facts=[
            ("Found", said(line.opened_at, envelope.zone)),
            # The clause would say what the heading keeps back.
            *([] if _is_locked(line) else [("Clause", line.clause)]),
            ("Told", ", ".join(ROLES.get(role, role.replace("_", " ")) for role in line.told)),
        ],
        next=_next(envelope, line),
        link=_link(envelope, line.incident),
    )
    if line.done == "hidden":
        letter.paragraphs.append(HIDDEN_MEANS)
    if line.waits_for and not shadow:
        letter.paragraphs.append(f"It waits for your decision: {line.waits_for}.")
    return letter


def _many(envelope: Envelope, lines: Sequence[AlertLine], shadow: bool) -> Letter:
    urgent = sum(line.urgency == "now" for line in lines)
    letter = Letter(
        subject=f"Schoolgate: {len(lines)} incidents" + (f", {urgent} urgent" if urgent else ""),
        heading=f"{len(lines)} incidents" + (f", {urgent} of them urgent" if urgent else ""),
        paragraphs=[
            "They came close together, so this is one letter."
            + (" Urgent ones stand first." if urgent else "")
        ],
        rows=[
            Row(
                f"{line.incident}",
                ("urgent: " if line.urgency == "now" else "") + _what(line),
                _short(line, shadow),
                said(line.opened_at, envelope.zone),
            )
            for line in lines[:MOST_ROWS]
        ],
        next=_next(envelope, None),
        link=_link(envelope, None),
    )
    if len(lines) > MOST_ROWS:
        letter.paragraphs.append(
            f"The first {MOST_ROWS} are shown; {len(lines) - MOST_ROWS} more are in the log."
        )
    if shadow:
        letter.paragraphs.append(SHADOW)
    elif any(line.done == "hidden" for line in lines):
        letter.paragraphs.append(HIDDEN_MEANS)
    return letter


def trouble(
    envelope: Envelope, *, page: str | None, unwatched: bool, sentence: str, since: datetime
) -> bytes:
    """Something is out of order and a person has to mend it."""
    moment = said(since, envelope.zone)
    subject = "Schoolgate: the Page is not watched" if unwatched else "Schoolgate: please look"
    lead = (
        f"The Page {page} has not been watched since {moment}."
        if unwatched
        else f"Something has been out of order since {moment}."
    )
    if page and not unwatched:
        lead += f" It concerns the Page {page}, which is still being read."
    letter = Letter(
        subject=subject,
        heading="The Page is not watched" if unwatched else "Please look",
        paragraphs=[lead, sentence],
        next="When it is mended the service goes on and reads what it missed; after a new token start it again."
        " To see whether all is in order: schoolgate doctor.",
    )
    return written(envelope, letter)


def recovered(envelope: Envelope, *, page: str, since: datetime) -> bytes:
    """All is well again, and what was missed has been read."""
    letter = Letter(
        subject="Schoolgate: the Page is watched again",
        heading="The Page is watched again",
        paragraphs=[
            f"The trouble with the Page {page} that began {said(since, envelope.zone)} is over.",
            "What was written in the meantime has been read now.",
        ],
        next="Nothing to do.",
    )
    return written(envelope, letter)


def morning(
    envelope: Envelope,
    pages: Sequence[Watched],
    *,
    start: datetime,
    waiting: int,
    to_review: int,
    stuck: int,
    shadow: bool,
) -> bytes:
    """The daily proof of watching; three lines on a quiet day."""
    since, until = said(start, envelope.zone), said(envelope.now, envelope.zone)
    letter = Letter(
        subject=f"Schoolgate, morning check: {_waiting(waiting)}",
        heading=_waiting(waiting).capitalize(),
        paragraphs=[_watched(envelope, page, since, until) for page in pages],
        next=_next(envelope, None) if waiting or to_review or stuck else "Nothing to do.",
        link=_link(envelope, None) if waiting or to_review or stuck else None,
    )
    if to_review:
        which = "1 possible one is" if to_review == 1 else f"{to_review} possible ones are"
        letter.paragraphs.append(f"{which} worth a look today; nobody was alerted.")
    if stuck:
        which = "1 step" if stuck == 1 else f"{stuck} steps"
        letter.paragraphs.append(f"{which} could not be finished: somebody must look.")
    if shadow:
        letter.paragraphs.append(SHADOW)
    return written(envelope, letter)


def _watched(envelope: Envelope, page: Watched, since: str, until: str) -> str:
    text = f"{page.page} was watched from {since} to {until}: {_comments(page.read)} read, {page.flagged} flagged."
    gaps = [f"from {said(a, envelope.zone)} to {said(b, envelope.zone)}" for a, b in page.gaps]
    if gaps:
        text += f" It was NOT watched {'; '.join(gaps[:5])}{' and at other times' if len(gaps) > 5 else ''}."
    return f"{text} {page.trouble}".strip()


def _comments(number: int) -> str:
    return "1 comment" if number == 1 else f"{number} comments"


def _waiting(number: int) -> str:
    return "nothing waiting" if number == 0 else f"{number} waiting"


def _what(line: AlertLine) -> str:
    if not line.categories:
        return "a comment that could not be checked"
    if _is_locked(line):
        return f"See incident {line.incident}"
    *others, last = (in_plain_words(category) for category in line.categories)
    return f"{', '.join(others)} and {last}" if others else last


def _is_locked(line: AlertLine) -> bool:
    return bool(LOCKED & set(line.categories))


def _sentence(line: AlertLine, shadow: bool) -> str:
    if shadow:
        return (
            f"Nothing on the Page was touched: the service is in shadow mode. In enforce mode: {line.done}."
        )
    return f"What was done: {line.done}."


def _short(line: AlertLine, shadow: bool) -> str:
    waits = f"; waits for you: {line.waits_for}" if line.waits_for and not shadow else ""
    return f"{line.done}{waits}"


def _next(envelope: Envelope, line: AlertLine | None) -> str:
    if envelope.base_url:
        return "Please look at it and decide." if line else "Please look through them and decide."
    number = f" (number {line.incident})" if line else ""
    return f"Please look at the log{number}: schoolgate incidents. Do not answer on Facebook before you have."


def _link(envelope: Envelope, incident: int | None) -> str | None:
    if envelope.base_url is None:
        return None
    return f"{envelope.base_url}/incidents/{incident}" if incident else f"{envelope.base_url}/incidents"
