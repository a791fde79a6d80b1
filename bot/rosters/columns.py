"""Which column holds what, by the header's own words; and which must not be taken over."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Names = Mapping[str, tuple[str, ...]]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What SIMS, Arbor, Bromcom, Wonde and others call each column; compared without case, spaces and signs.
PUPIL_COLUMNS: Names = {
    "id": (
        *("pupilid", "studentid", "id", "admissionnumber", "admissionno", "admno", "adno"),
        *("upn", "uniquepupilnumber", "misid", "uniqueid"),
    ),
    "legal_first": ("legalforename", "legalfirstname", "firstnamelegal", "forenamelegal"),
    "first": ("firstname", "forename", "givenname", "forenames", "first"),
    "legal_last": ("legalsurname", "legallastname", "lastnamelegal", "surnamelegal", "legalfamilyname"),
    "last": ("lastname", "surname", "familyname", "last"),
    "preferred": (
        *(
            "preferredname",
            "preferredforename",
            "preferredfirstname",
            "firstnamepreferred",
            "forenamepreferred",
        ),
        *(
            "chosenforename",
            "chosenfirstname",
            "chosenname",
            "knownas",
            "knownasname",
            "calledname",
            "preferred",
        ),
    ),
    "preferred_last": (
        *("preferredsurname", "preferredlastname", "chosensurname", "chosenlastname"),
        *("lastnamepreferred", "surnamepreferred", "preferredfamilyname"),
    ),
    "middle": (
        *("middlenames", "middlename", "legalmiddlenames", "legalmiddlename", "middlenamelegal"),
        *("middlenameslegal", "middle", "othernames"),
    ),
    "year": (
        *("yeargroup", "year", "ncyear", "nationalcurriculumyear", "yearncactual", "ncyearactual"),
        *("nationalcurriculumyeargroup", "yeargroupname", "curriculumyear"),
    ),
    "class": (
        *("class", "classname", "reggroup", "registrationgroup", "tutorgroup", "form", "registrationform"),
        *("regform", "formgroup", "formname", "reg"),
    ),
    "born": ("dateofbirth", "dob", "birthdate", "born"),
    "image": ("imageconsent", "photoconsent", "photographconsent", "photoconsentgiven", "photographyconsent"),
    "video": ("videoconsent", "videoconsentgiven", "filmconsent"),
    "name": ("nameconsent", "namepublishconsent", "publishnameconsent"),
    "whole": ("name", "fullname", "pupilname", "studentname", "legalname", "legalfullname"),
    "aliases": ("aliases", "alias"),
    "protected": ("protected",),
    "left": ("lefton",),
}
STAFF_COLUMNS: Names = {
    "id": ("staffid", "id", "employeeid", "employeenumber", "staffcode", "payrollnumber", "misid"),
    "title": ("title", "salutation"),
    "first": ("firstname", "forename", "givenname", "legalforename", "legalfirstname"),
    "preferred": ("preferredforename", "preferredfirstname", "preferredname", "chosenforename", "knownas"),
    "last": ("lastname", "surname", "familyname", "legalsurname", "legallastname"),
    "preferred_last": ("preferredsurname", "preferredlastname", "chosensurname"),
    "role": ("role", "roles", "jobrole", "jobtitle", "post", "position"),
    "facebook": ("facebookname", "facebook", "facebookprofile"),
    "facebook_id": ("facebookid", "facebookuserid", "fbid"),
    "children": ("children", "ownchildren", "childrenatschool", "childrenatthisschool"),
    "whole": ("name", "fullname", "staffname", "legalname", "preferredfullname"),
}
WHOSE = ("pupils", "pupil", "students", "student", "childs", "child", "learner", "employee", "staff")

# Passwords and the like: such a file should not lie about, so it is refused until somebody has thought about it.
SECRET = _set("password passwords passwd pwd passcode passphrase pin secret token")
# What this service must never hold. Words as they stand, and beginnings.
PRIVATE = _set(
    "sen send sens ehcp ehc eal fsm gp nhs lac cla pp pep religion faith ssn nino ni cpoms iban"
    " salary pay bank note notes comment comments behaviour mobile telephone tel phone email mail language"
)
PRIVATE_BEGINNINGS = (
    *("medic", "health", "allerg", "diagnos", "disab", "dietary", "doctor", "asthma", "epilep", "ethnic"),
    *("religio", "nationalit", "immigra", "asylum", "refugee", "address", "postcode", "safeguard", "premium"),
    *(
        "adopt",
        "foster",
        "biometric",
        "exclu",
        "passport",
        "visa",
        "sexual",
        "marital",
        "disciplin",
        "contact",
    ),
)
PRIVATE_TOGETHER = (
    "freeschoolmeal",
    "specialeducation",
    "specialneed",
    "lookedafter",
    "incare",
    "postcode",
    "emailaddr",
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and what it says."""

    line: int
    cells: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """What no roster can do without."""
        groups = {
            "an id (pupil_id, UPN, Admission Number)": {"id"},
            "a first name": {"first", "legal_first", "preferred", "whole"},
            "a last name": {"last", "legal_last", "preferred_last", "whole"},
        }
        return [words for words, keys in groups.items() if keys.isdisjoint(self.places)]

    def repeated(self, cells: Sequence[str]) -> bool:
        """Whether a row is this header once more."""
        if not cells or cells[0].strip() != self.cells[0]:
            return False
        return tuple(cell.strip() for cell in cells) == self.cells


def header(line: int, cells: Sequence[str], columns: Names) -> Header:
    """What each cell of a row would mean if that row were the header."""
    plain = [_plain(cell) for cell in cells]
    bare = [_without_whose(name) for name in plain]
    places: dict[str, int] = {}
    for key, names in columns.items():
        # As it stands first: "Student ID" before "ID", and "Pupil Forename" is a forename.
        options = [*((plain, name) for name in names), *((bare, name) for name in names)]
        found = next(
            (row.index(n) for row, n in options if n in row and row.index(n) not in places.values()), None
        )
        if found is not None:
            places[key] = found
    return Header(line, tuple(cell.strip() for cell in cells), places)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name[:80].lower())


def _without_whose(name: str) -> str:
    for whose in WHOSE:
        if name.startswith(whose) and len(name) > len(whose):
            return name.removeprefix(whose)
        if name.endswith(whose) and len(name) > len(whose):
            return name.removesuffix(whose)
    return name


def secret(found: Header) -> list[str]:
    """The columns that look like passwords."""
    return [name for name in _not_taken(found) if not SECRET.isdisjoint(_words(name))]


def private(found: Header) -> list[str]:
    """The columns that no service of this kind should be given."""
    return [name for name in _not_taken(found) if _is_private(name)]


def others(found: Header) -> list[str]:
    """The columns that are simply not needed."""
    named = {*secret(found), *private(found)}
    return [name for name in _not_taken(found) if name not in named]


def _not_taken(found: Header) -> list[str]:
    taken = set(found.places.values())
    names = [name for n, name in enumerate(found.cells) if n not in taken]
    # They are shown on a screen, and a terminal obeys control characters.
    return [shown for name in names if (shown := "".join(c for c in name if c.isprintable()))]


def _is_private(name: str) -> bool:
    words = _words(name)
    return (
        not PRIVATE.isdisjoint(words)
        or any(word.startswith(PRIVATE_BEGINNINGS) for word in words)
        or any(together in "".join(words) for together in PRIVATE_TOGETHER)
    )


def _words(name: str) -> list[str]:
    """'MedicalNotes', 'medical_notes' and 'Medical Notes' alike."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[:80])
    return re.findall(r"[a-z]+", apart.lower())
