"""All detectors over one comment; one that fails is reported and never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.detection import details, language, media, names, staff
from bot.domain.comment import Comment
from bot.domain.finding import Failure, Finding, Inspection
from bot.domain.roster import Roster

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
                failures.append(Failure(name, type(error).__name__))
        return Inspection(tuple(findings), tuple(failures))


def build(roster: Roster, rules: Path, sites: tuple[str, ...] = ()) -> Inspector:
    """The detectors for one school, with the word lists of moderation_rules/."""
    words = language.read_words(rules / "language" / "profanity.toml")
    return Inspector(
        {
            "names": names.detector(roster, names.read_context(rules / "names" / "context.toml")),
            "language": language.detector(words, roster),
            "details": details.detector(sites),
            "media": media.find,
            "staff": staff.detector(roster),
        }
    )
