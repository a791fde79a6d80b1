"""Personal details: telephone numbers, e-mail addresses, a house number with its postcode."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import phonenumbers

from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding, Span

# Each quantifier is bounded, so that no text can make them slow.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])")
ADDRESS = re.compile(
    r"\b\d{1,4}[a-d]?,?\s{1,3}(?:[A-Za-z'’.]{2,20}[\s,]{1,3}){1,6}[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b",
    re.IGNORECASE,
)
DIGITS = re.compile(r"(?:\+|\b)\d(?:[\d ()./-]{7,18})\d\b")
LEAST_DIGITS = 10


def detector(sites: tuple[str, ...]) -> Callable[[Comment], list[Finding]]:
    """The school's own addresses are no secret."""
    own = tuple(site.lower().removeprefix("www.") for site in sites)

    def find(comment: Comment) -> list[Finding]:
        return [*_emails(comment.message, own), *_phones(comment.message), *_addresses(comment.message)]

    return find


def _emails(message: str, own: tuple[str, ...]) -> Iterator[Finding]:
    for found in EMAIL.finditer(message):
        domain = found.group().rpartition("@")[2].lower()
        if not any(domain == site or domain.endswith(f".{site}") for site in own):
            yield _finding("details.email", "An e-mail address stands in it.", found)


def _phones(message: str) -> Iterator[Finding]:
    """UK numbers only: elsewhere any long row of digits is somebody's number."""
    for found in DIGITS.finditer(message):
        if sum(c.isdigit() for c in found.group()) < LEAST_DIGITS:
            continue
        try:
            number = phonenumbers.parse(found.group(), "GB")
        except phonenumbers.NumberParseException:
            continue
        if number.country_code == 44 and phonenumbers.is_possible_number(number) and _dialled(found.group()):
            yield _finding("details.phone", "A telephone number stands in it.", found)


def _dialled(typed: str) -> bool:
    """Typed as one dials: from 0 or +44. A barcode or an order number is not."""
    digits = re.sub(r"\D", "", typed)
    return digits.startswith(("01", "02", "03", "07", "08", "44", "0044"))


def _addresses(message: str) -> Iterator[Finding]:
    for found in ADDRESS.finditer(message):
        yield _finding("details.address", "A house number, a street and a postcode stand in it.", found)


def _finding(rule: str, why: str, found: re.Match[str]) -> Finding:
    return Finding(Category.PERSONAL_DETAILS, rule, why, Confidence.SURE, Span(found.start(), found.end()))
