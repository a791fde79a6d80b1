"""The paper that letters are written on: plain text first, HTML second, headers that survive hostile names."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.domain.incident import Person

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_NAME = 60
LONGEST_SUBJECT = 70


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom, under which id and when."""

    sender: str
    school: str
    to: Person
    message_id: str
    now: datetime
    zone: str
    base_url: str | None = None
    journal: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One incident in a list of many."""

    number: str
    what: str
    done: str
    when: str


@dataclass(slots=True)
class Letter:
    """What stands on the paper."""

    subject: str
    heading: str
    paragraphs: list[str]
    next: str
    rows: list[Row] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    link: str | None = None


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # A name with line breaks or direction marks in it could write a paragraph of its own, or turn ours round.
    finalize=lambda value: on_one_line(str(value)),
)


def written(envelope: Envelope, letter: Letter, incidents: Sequence[int] = ()) -> bytes:
    """The whole message, ready to be sent."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = on_one_line(letter.subject)[:LONGEST_SUBJECT]
    message["From"] = _address(f"Schoolgate, {envelope.school}", envelope.sender)
    message["To"] = _address(envelope.to.name, envelope.to.email)
    message["Date"] = format_datetime(envelope.now)
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if incidents:
        message["X-Schoolgate-Incidents"] = ", ".join(str(number) for number in incidents)
    message.set_content(_filled("letter.txt", envelope, letter), cte="quoted-printable")
    message.add_alternative(_filled("letter.html", envelope, letter), subtype="html", cte="quoted-printable")
    return message.as_bytes()


def on_one_line(text: str) -> str:
    """Without anything that could end a header, hide in it, or be decoded into something else on the way."""
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    return " ".join(re.sub(r"=\?|\?=", " ", kept).split())


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return Address(on_one_line(name)[:LONGEST_NAME], local, domain)


def _filled(template: str, envelope: Envelope, letter: Letter) -> str:
    return _ENVIRONMENT.get_template(template).render(letter=letter, envelope=envelope)
