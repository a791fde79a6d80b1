"""Personal details: telephone numbers, e-mail and home addresses, dates of birth, car registrations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import phonenumbers

from bot.detection.reading import by_the_school
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
# "Ring the office on …": in the school's own words that number is the school's.
_SAYS_OFFICE = re.compile(
    r"(?<!\w)(?:office|reception|school|absence line|switchboard|us|our number)"
    r"(?:[\s:,-]{1,3}(?:is|are|on|at|tel|telephone|phone|number|line|today|now|please)){0,4}[\s:,-]{1,3}$"
)
_SAYS_VENUE = re.compile(
    r"(?<!\w)(?:school|academy|hall|church|chapel|mosque|temple|cent(?:re|er)|theatre|museum|library|club|pool|farm"
    r"|stadium|college|hotel|shop|store|cafe|cinema|gallery)(?: of [a-z ]{2,20})?[\s:,(-]{1,3}$"
)
_ROLE = re.compile(
    r"(?:(?:school|main)?office|admin|administrator|info|enquir(?:y|ies)|contact|reception|hello|head|headteacher"
    r"|absences?|attendance|finance|bookings?|admissions|governors|clerk|pta|friends|safeguarding|senco"
    r"|clubs?|kitchen|library|lettings|recruitment|vacancies|jobs|secretary)[\d._-]{0,4}"
)
_NOBODYS = ("03", "08", "09")  # freephone, helplines, premium lines: never a home
_DIGITS_OF_A_NUMBER = range(10, 12)


def detector(sites: tuple[str, ...], contacts: tuple[str, ...] = ()) -> Callable[[Comment], list[Finding]]:
    """What stands on the school's own sites, among its contacts or in the post that is answered is no secret."""
    own = tuple(site.lower().removeprefix("www.") for site in sites)
    public = "\n".join(contacts)

    def find(comment: Comment) -> list[Finding]:
        folded = fold(comment.message)
        known = fold(f"{public}\n{comment.parent_post or ''}").text
        ours = by_the_school(comment)
        return [
            *_emails(folded, known, own, ours),
            *_phones(folded, known, ours),
            *_homes(folded, known, ours),
            *_cars(folded),
        ]

    return find


def _emails(folded: Folded, known: str, own: tuple[str, ...], ours: bool) -> Iterator[Finding]:
    for found in _EMAIL.finditer(folded.text):
        address = re.sub(r"[(\[]dot[)\]]", ".", re.sub(r"[(\[]at[)\]]", "@", found.group())).replace(" ", "")
        domain = address.rpartition("@")[2]
        if address in known or (ours and _ROLE.fullmatch(address.partition("@")[0])):
            continue
        if not any(domain == site or domain.endswith(f".{site}") for site in own):
            yield _finding("details.email", "It gives an e-mail address.", folded, found)


def _phones(folded: Folded, known: str, ours: bool) -> Iterator[Finding]:
    """UK numbers only: elsewhere any long row of digits is somebody's number."""
    known_digits = re.sub(r"\D", "", known)
    for found in _DIGITS.finditer(folded.text):
        national = _dialled(found.group())
        if (
            national
            and national not in known_digits
            and not (ours and _of_the_office(folded, found, national))
        ):
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


def _of_the_office(folded: Folded, found: re.Match[str], national: str) -> bool:
    """A mobile is a person's whatever stands before it."""
    return not national.startswith("7") and _SAYS_OFFICE.search(_before(folded, found)) is not None


def _homes(folded: Folded, known: str, ours: bool) -> Iterator[Finding]:
    for found in _ADDRESS.finditer(folded.text):
        # The whole address: a school shares its postcode with the houses around it.
        venue = ours and _SAYS_VENUE.search(_before(folded, found))
        if not venue and _bare(found.group()) not in _bare(known):
            why = "It gives a house number, a street and a postcode."
            yield _finding("details.address", why, folded, found)
    for found in _BORN.finditer(folded.text):
        yield _finding("details.birth", "It gives a date of birth.", folded, found)


def _before(folded: Folded, found: re.Match[str]) -> str:
    return folded.text[max(0, found.start() - _LOOK_BACK) : found.start()]


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _cars(folded: Folded) -> Iterator[Finding]:
    """A plate is typed in capitals, or somebody says that it is one."""
    for found in _CAR.finditer(folded.text):
        if folded.is_capital(found.end() - 1) or _SAYS_CAR.search(_before(folded, found)):
            yield _finding("details.car", "It gives a car registration.", folded, found, Confidence.LIKELY)


def _finding(
    rule: str, why: str, folded: Folded, found: re.Match[str], confidence: Confidence = Confidence.SURE
) -> Finding:
    return Finding(Category.PERSONAL_DETAILS, rule, why, confidence, folded.span(found.start(), found.end()))
