"""Personal details: telephone numbers, e-mail and home addresses, dates of birth, car registrations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import phonenumbers

from bot.detection.text import Folded, fold
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding

# All on folded text, and each quantifier is bounded, so that no text can make them slow.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?(?:@|\(at\)|\[at\]) ?(?:[a-z0-9-]{1,63} ?(?:\.|\(dot\)|\[dot\]) ?){1,4}[a-z]{2,24}(?![\w-])"
)
_DIGITS = re.compile(r"(?<![\w+/.-])(?<!\d )(?:\+|0)[\d ()./-]{8,20}\d(?![\w/-])")
_ADDRESS = re.compile(
    r"(?<![\w£.:])(?:flat )?\d{1,4}[a-d]?,?\s(?:[a-z'.]{2,20}[\s,]{1,3}){1,12}[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}(?!\w)"
)
_DATE = r"(?:\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)?\d\d|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9} (?:19|20)\d\d)"
_BORN = re.compile(
    rf"(?<!\w)(?:d\.?o\.?b\.?|date of birth|born)(?: is| was| on|:| the){{0,2}} ?{_DATE}(?!\w)"
)
_CAR = re.compile(r"(?<!\w)[a-z]{2} ?\d{2} ?[a-z]{3}(?!\w)")
_SAYS_CAR = re.compile(r"(?<!\w)(?:reg|registration|number ?plate|plate)(?:\W{1,3}\w{1,10}){0,3}\W{1,3}$")
_LOOK_BACK = 40
_NOBODYS = ("03", "08", "09")  # freephone, helplines, premium lines: never a home
_DIGITS_OF_A_NUMBER = range(10, 12)


def detector(sites: tuple[str, ...]) -> Callable[[Comment], list[Finding]]:
    """What stands on the school's own sites, or in the post that is answered, is no secret."""
    own = tuple(site.lower().removeprefix("www.") for site in sites)

    def find(comment: Comment) -> list[Finding]:
        folded = fold(comment.message)
        post = fold(comment.parent_post or "").text
        return [*_emails(folded, post, own), *_phones(folded, post), *_homes(folded), *_cars(folded)]

    return find


def _emails(folded: Folded, post: str, own: tuple[str, ...]) -> Iterator[Finding]:
    for found in _EMAIL.finditer(folded.text):
        address = re.sub(r"[(\[]dot[)\]]", ".", re.sub(r"[(\[]at[)\]]", "@", found.group())).replace(" ", "")
        domain = address.rpartition("@")[2]
        if address not in post and not any(domain == site or domain.endswith(f".{site}") for site in own):
            yield _finding("details.email", "It gives an e-mail address.", folded, found)


def _phones(folded: Folded, post: str) -> Iterator[Finding]:
    """UK numbers only: elsewhere any long row of digits is somebody's number."""
    in_the_post = re.sub(r"\D", "", post)
    for found in _DIGITS.finditer(folded.text):
        if (national := _dialled(found.group())) and national not in in_the_post:
            yield _finding("details.phone", "It gives a telephone number.", folded, found)


def _dialled(typed: str) -> str:
    """The number without its 0, if it is one that rings at a person's."""
    digits = re.sub(r"\D", "", typed)
    local = "0" + digits.removeprefix("0044" if digits.startswith("00") else "44").removeprefix("0")
    if len(local) not in _DIGITS_OF_A_NUMBER or local[1] not in "127" or local.startswith(_NOBODYS):
        return ""
    try:
        number = phonenumbers.parse(local, "GB")
    except phonenumbers.NumberParseException:
        return ""
    # Possible and not valid: the ranges kept for drama, and new ones, count too.
    return local[1:] if phonenumbers.is_possible_number(number) else ""


def _homes(folded: Folded) -> Iterator[Finding]:
    for found in _ADDRESS.finditer(folded.text):
        yield _finding("details.address", "It gives a house number, a street and a postcode.", folded, found)
    for found in _BORN.finditer(folded.text):
        yield _finding("details.birth", "It gives a date of birth.", folded, found)


def _cars(folded: Folded) -> Iterator[Finding]:
    """A plate is typed in capitals, or somebody says that it is one."""
    for found in _CAR.finditer(folded.text):
        before = folded.text[max(0, found.start() - _LOOK_BACK) : found.start()]
        if folded.is_capital(found.end() - 1) or _SAYS_CAR.search(before):
            yield _finding("details.car", "It gives a car registration.", folded, found, Confidence.LIKELY)


def _finding(
    rule: str, why: str, folded: Folded, found: re.Match[str], confidence: Confidence = Confidence.SURE
) -> Finding:
    return Finding(Category.PERSONAL_DETAILS, rule, why, confidence, folded.span(found.start(), found.end()))
