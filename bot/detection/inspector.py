"""All detectors over one comment; one that fails is reported and never stops the others."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.detection import wordlist
from bot.domain.comment import Comment
from bot.domain.finding import Failure, Finding, Inspection
from bot.domain.roster import PupilId, Roster

if TYPE_CHECKING:
    from bot.detection.pupils.lexicon import Lexicon

log = logging.getLogger(__name__)

MOST_OF_A_KIND = 50
Detector = Callable[[Comment], list[Finding]]


class Inspector:
    """The detectors by name."""

    def __init__(self, detectors: Mapping[str, Detector]) -> None:
        self._detectors = detectors

    def inspect(self, comment: Comment) -> Inspection:
        """Every finding, and every detector that could not judge: not knowing is an answer too."""
        findings: list[Finding] = []
        failures: list[Failure] = []
        for name, find in self._detectors.items():
            try:
                findings += find(comment)
            except Exception as error:  # noqa: BLE001 - whatever it is, a person must read the comment
                # The class only: an exception's text may quote the comment.
                failures.append(Failure(name, type(error).__name__))
        return Inspection(tuple(_bounded(findings)), tuple(failures))


def build(
    roster: Roster,
    rules: Path,
    sites: tuple[str, ...] = (),
    contacts: tuple[str, ...] = (),
    caution: str = "balanced",
) -> Inspector:
    """The detectors for one school, with the word lists of moderation_rules/."""
    # Here and not above: numpy and the rest take a second to import, and most commands never judge a comment.
    from bot.detection import details, language, media, staff
    from bot.detection.pupils import lexicon

    profanity, known = wordlist.load(rules), lexicon.load(rules)
    makers: dict[str, Callable[[], Detector]] = {
        "names": lambda: _names(roster, known, caution),
        "language": lambda: language.detector(profanity, roster),
        "details": lambda: details.detector(sites, contacts),
        "media": lambda: media.find,
        "staff": lambda: staff.detector(roster),
    }
    return Inspector({name: _made(name, make) for name, make in makers.items()})


def _names(roster: Roster, known: Lexicon, caution: str) -> Detector:
    """Imports spaCy, which may be broken: then names can't be judged, and the rest can."""
    from bot.detection.pupils import named

    return named.detector(roster, known, caution)


def _made(name: str, make: Callable[[], Detector]) -> Detector:
    """The detector; one that can't be built fails at every comment, so that a person reads them."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - a broken spaCy must not stop the swearing from being found
        kind = type(error)
        log.error("detector not built name=%s error=%s", name, kind.__name__)

        def fails(_comment: Comment) -> list[Finding]:
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
