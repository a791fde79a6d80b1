"""Links in a text, and whether the school has allowed where they lead. Nothing is ever fetched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from bot.domain.finding import Span

# Endings that no English sentence begins with when the space after its full stop is forgotten.
_PLAIN_ENDINGS = (
    "ac|app|biz|blog|cloud|club|co|com|cymru|de|dev|edu|eu|example|fr|gov|ie|info|io|london|mil|net|news|online"
    "|org|page|sch|scot|shop|site|store|tech|tv|uk|wales|wiki|xyz"
)
# bit.ly, youtu.be, t.me: with something after the slash only.
_ENDINGS_WITH_A_PATH = "ai|be|cc|fi|gd|gg|gl|gle|gy|im|in|it|li|link|live|ly|me|nl|sh|so|st|to|us|ws|ee"
_LABELS = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}"
_LINK = re.compile(
    rf"""(?:https?://|www\.)(?:(?!https?://)[^\s<>"']){{2,2000}}
    | (?<![\w@.-]) (?: {_LABELS}(?P<plain>{_PLAIN_ENDINGS})(?![\w@-]|\.\w)(?:[/?\#:][^\s<>"']{{0,2000}})?
                     | {_LABELS}(?:{_ENDINGS_WITH_A_PATH})/[^\s<>"']{{1,2000}} )""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER_A_LINK = ".,;:!?)]}'\"…*_"
_FACEBOOK = ("facebook.com", "fb.com")


@dataclass(frozen=True, slots=True)
class Link:
    """One link as it stands in a text."""

    span: Span
    address: str

    def parts(self) -> SplitResult | None:
        """Taken apart; None where it can't be."""
        whole = self.address if "://" in self.address else f"https://{self.address}"
        try:
            parts = urlsplit(whole)
            return parts if parts.hostname else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A Page of the school's own on Facebook."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where links may lead: hosts, perhaps with the beginning of a path, and the school's own Pages."""

    places: tuple[str, ...] = ()
    pages: tuple[OwnPage, ...] = ()

    def covers(self, link: Link) -> bool:
        parts = link.parts()
        if parts is None:
            return False
        return any(_leads_to(place, parts) for place in self.places) or any(
            _is_of(page, parts) for page in self.pages
        )


def find(text: str) -> Iterator[Link]:
    """Every link, with or without https://, in the order of the text."""
    for found in _LINK.finditer(text):
        if (found["plain"] or "").istitle():
            continue  # "It is off.News follows": a sentence, not an address
        address = found.group().rstrip(_AFTER_A_LINK)
        yield Link(Span(found.start(), found.start() + len(address)), address)


def _leads_to(place: str, parts: SplitResult) -> bool:
    host, _, path = re.sub(r"^https?://", "", place.lower()).partition("/")
    host, path = _bare(host), path.rstrip("/")
    there = _bare(parts.hostname or "")
    if there != host and not there.endswith(f".{host}"):
        return False
    return not path or f"{parts.path.lower().strip('/')}/".startswith(f"{path}/")


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")


def _is_of(page: OwnPage, parts: SplitResult) -> bool:
    """By the Page's id anywhere in the address, or by its name written as an address."""
    host = _bare(parts.hostname or "")
    if not any(host == own or host.endswith(f".{own}") for own in _FACEBOOK):
        return False
    steps = [step for step in parts.path.split("/") if step]
    if ("id", page.id) in parse_qsl(parts.query) or any(re.split(r"[-.]", s)[-1] == page.id for s in steps):
        return True
    return bool(steps) and _letters(steps[0]) == _letters(page.name) != ""


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


def hosts(links: Iterable[Link]) -> list[str]:
    """Where links lead, each once, for a sentence to a person."""
    return list(dict.fromkeys((parts.hostname or "") for link in links if (parts := link.parts())))
