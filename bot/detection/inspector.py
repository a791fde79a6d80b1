"""All detectors over one comment; one that fails is reported and never stops the others."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from bot.detection import wordlist
from bot.domain.comment import Comment
from bot.domain.finding import Failure, Finding, Inspection
from bot.domain.roster import PupilId, Roster

if TYPE_CHECKING:
    from bot.detection.pupils.lexicon import Lexicon

log = logging.getLogger(__name__)

MOST_OF_A_KIND = 50
Detector = Callable[[Comment], list[Finding]]
SecondLook = Callable[
    [Comment, Inspection], list[Finding]
]  # knows what the detectors found and could not judge

D = TypeVar("D")
P = ParamSpec("P")


class Inspector:
    """The detectors by name."""

    def __init__(
        self, detectors: Mapping[str, Detector], second_looks: Mapping[str, SecondLook] | None = None
    ) -> None:
        self._detectors = detectors
        self._second_looks = second_looks or {}

    def inspect(self, comment: Comment) -> Inspection:
        """Every finding, and every detector that could not judge: not knowing is an answer too."""
        first = _asked(self._detectors, lambda find: find(comment))
        second = _asked(self._second_looks, lambda look: look(comment, first))
        findings = [*first.findings, *second.findings]
        return Inspection(tuple(_bounded(findings)), first.failures + second.failures)


def _asked(detectors: Mapping[str, D], ask: Callable[[D], list[Finding]]) -> Inspection:
    findings: list[Finding] = []
    failures: list[Failure] = []
    for name, detector in detectors.items():
        try:
            findings += ask(detector)
        except Exception as error:  # noqa: BLE001 - whatever it is, a person must read the comment
            # The class only: an exception's text may quote the comment.
            failures.append(Failure(name, type(error).__name__))
    return Inspection(tuple(findings), tuple(failures))


def build(
    roster: Roster,
    rules: Path,
    sites: tuple[str, ...] = (),
    contacts: tuple[str, ...] = (),
    caution: str = "balanced",
) -> Inspector:
    """The detectors for one school, with the word lists of moderation_rules/."""
    # Here and not above: numpy and the rest take a second to import, and most commands never judge a comment.
    from bot.detection import authors, details, language, media
    from bot.detection.pupils import lexicon

    profanity, known = wordlist.load(rules), lexicon.load(rules)
    makers: dict[str, Callable[[], Detector]] = {
        "names": lambda: _names(roster, known, caution),
        "language": lambda: language.detector(profanity, roster),
        "details": lambda: details.detector(sites, contacts),
        "media": lambda: media.find,
    }
    second_looks = {"authors": _made("authors", lambda: authors.detector(roster, known))}
    return Inspector({name: _made(name, make) for name, make in makers.items()}, second_looks)


def _names(roster: Roster, known: Lexicon, caution: str) -> Detector:
    """Imports spaCy, which may be broken: then names can't be judged, and the rest can."""
    from bot.detection.pupils import named

    return named.detector(roster, known, caution)


def _made(name: str, make: Callable[[], Callable[P, list[Finding]]]) -> Callable[P, list[Finding]]:
    """The detector; one that can't be built fails at every comment, so that a person reads them."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - a broken spaCy must not stop the swearing from being found
        kind = type(error)
        log.error("detector not built name=%s error=%s", name, kind.__name__)

        def fails(*_args: P.args, **_named: P.kwargs) -> list[Finding]:
            raise kind(name)

        return fails


def _bounded(findings: list[Finding]) -> list[Finding]:
    """Each place once for each reason; a text that repeats itself a thousand times is not listed a thousand times."""
    seen: Counter[tuple[str, tuple[PupilId, ...]]] = Counter()
    kept = []
    for finding in dict.fromkeys(findings):
        seen[finding.rule, finding.pupils] += 1
        if seen[finding.rule, finding.pupils] <= MOST_OF_A_KIND:
            kept.append(finding)
    return kept
