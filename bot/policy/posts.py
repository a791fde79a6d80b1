"""The school's own drafts, judged before they are published: names, consent, details, links, language.

How each reason is settled:

- A full name is `full_name_with_image` where the post has a photo or video, else `full_name`; whatever else gives away
  more of a name than `[naming] own_posts` allows counts as the same. Where no name is allowed at all, a first name is
  `no_name_consent`.
- A pupil is taken to be in the picture when tagged, or when named beside it, also by first name. Consent that the school
  has not recorded is no consent. A caption speaks of its own photo or video, the message of all.
- Name consent: for a full name it must be there; for a first name it is enough that it was not refused.
- Where several pupils share the name, one without consent holds the draft, unless a tag says who is meant. By a first
  name that is shared nobody can be known, so name consent is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.finding import Category, Confidence, Finding, Inspection
from bot.domain.roster import Pupil, PupilId, Roster
from bot.policy import links
from bot.policy.naming import FULL_NAME, Naming, NamingRule, Said, by_id, plain_words

LANGUAGE = {Category.PROFANITY, Category.ABUSE, Category.THREAT, Category.HATE, Category.SEXUAL}


class Reason(StrEnum):
    """Why a draft is held, in the order in which reasons are told."""

    FULL_NAME_WITH_IMAGE = "full_name_with_image"
    FULL_NAME = "full_name"
    NO_IMAGE_CONSENT = "no_image_consent"
    NO_VIDEO_CONSENT = "no_video_consent"
    NO_NAME_CONSENT = "no_name_consent"
    PERSONAL_DETAILS = "personal_details"
    EXTERNAL_LINK = "external_link"
    LANGUAGE = "language"


class Medium(StrEnum):
    """What shows a child."""

    PHOTO = "photo"
    VIDEO = "video"


CONSENT: Mapping[Medium, tuple[Reason, Callable[[Pupil], bool | None]]] = {
    Medium.PHOTO: (Reason.NO_IMAGE_CONSENT, lambda pupil: pupil.image_consent),
    Medium.VIDEO: (Reason.NO_VIDEO_CONSENT, lambda pupil: pupil.video_consent),
}


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a draft: a photo or a video, or something else such as a link; never its bytes."""

    medium: Medium | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A post of the school's own that nobody has seen yet."""

    message: str
    attachments: tuple[Hanging, ...] = ()
    tagged: tuple[str, ...] = ()  # pupils' ids or names, as the writer gave them

    @property
    def media(self) -> tuple[Medium, ...]:
        return tuple(medium for medium in Medium if any(a.medium is medium for a in self.attachments))

    @property
    def parts(self) -> list[tuple[str, tuple[Medium, ...]]]:
        """Each text and the media that it speaks of."""
        captions = [(a.text, (a.medium,) if a.medium else ()) for a in self.attachments if a.text]
        return [(self.message, self.media), *captions]


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason to hold a draft."""

    reason: Reason
    why: str
    pupils: tuple[PupilId, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """All objections; none means that the draft may be published, if it could be checked."""

    objections: tuple[Objection, ...]
    checked: bool = True

    @property
    def held(self) -> bool:
        return bool(self.objections) or not self.checked

    @property
    def reasons(self) -> tuple[Reason, ...]:
        found = {objection.reason for objection in self.objections}
        return tuple(reason for reason in Reason if reason in found)


def judge(draft: Draft, inspections: Sequence[Inspection], roster: Roster, naming: Naming) -> Judgement:
    """The draft's parts as detection read them, one inspection for each, made into objections."""
    reading = _Reading(draft, roster, naming)
    found: list[Objection] = []
    for (text, media), inspection in zip(draft.parts, inspections, strict=True):
        trusted = [f for f in inspection.findings if f.confidence is not Confidence.POSSIBLE]
        found += reading.names(text, media, trusted)
        found += _words(trusted)
        found += _links(text, naming)
    found += reading.tags()
    in_order = sorted(dict.fromkeys(found), key=lambda objection: list(Reason).index(objection.reason))
    return Judgement(tuple(in_order), not any(inspection.failures for inspection in inspections))


class _Reading:
    """One draft beside the roster."""

    def __init__(self, draft: Draft, roster: Roster, naming: Naming) -> None:
        self._draft = draft
        self._naming = naming
        self._pupils = by_id(roster)
        self._tagged = [(said, self._meant(said)) for said in draft.tagged]
        self._all_tagged = {pupil.id for _, meant in self._tagged for pupil in meant}

    def names(self, text: str, media: tuple[Medium, ...], findings: Sequence[Finding]) -> Iterator[Objection]:
        """Everything about the pupils that one text names."""
        said = Said(text, self._pupils, self._naming.links)
        for finding in findings:
            if finding.category is not Category.PUPIL_NAMED or said.in_allowed_link(finding):
                continue
            pupils = self._candidates(finding)
            if said.breaks(finding, self._naming.own_posts):
                yield self._too_much(finding, said, pupils)
            yield from self._name_consent(finding, pupils)
            for medium in media:
                yield from _image_consent(medium, pupils, "named beside")

    def tags(self) -> Iterator[Objection]:
        """Who is tagged is in the picture."""
        for medium in self._draft.media:
            for _, pupils in self._tagged:
                if pupils:
                    yield from _image_consent(medium, pupils, "tagged in")
                else:
                    why = f"Somebody is tagged in a {medium} who is not on the roster: no consent is known."
                    yield Objection(CONSENT[medium][0], why)

    def _too_much(self, finding: Finding, said: Said, pupils: tuple[Pupil, ...]) -> Objection:
        if not said.breaks(finding, NamingRule.FIRST_NAMES):
            why = f"It names a pupil ({_ids(pupils)}), and the school's rule is to name none."
            return _objection(Reason.NO_NAME_CONSENT, why, pupils)
        name = "full name" if finding.rule == FULL_NAME else "family name"
        if self._draft.media:
            why = f"It gives a pupil's {name} beside an image ({_ids(pupils)})."
            return _objection(Reason.FULL_NAME_WITH_IMAGE, why, pupils)
        return _objection(Reason.FULL_NAME, f"It gives a pupil's {name} ({_ids(pupils)}).", pupils)

    def _name_consent(self, finding: Finding, pupils: tuple[Pupil, ...]) -> Iterator[Objection]:
        if finding.rule == FULL_NAME:
            without = tuple(pupil for pupil in pupils if pupil.name_consent is not True)
        else:
            without = tuple(p for p in pupils if p.name_consent is False and len(pupils) == 1)
        if without:
            why = f"A pupil is named without consent to it: {_ids(without)}.{_shared(pupils)}"
            yield _objection(Reason.NO_NAME_CONSENT, why, without)

    def _candidates(self, finding: Finding) -> tuple[Pupil, ...]:
        """Those whom a name may mean; a tag decides between them."""
        pupils = [self._pupils[i] for i in finding.pupils if i in self._pupils]
        return tuple([p for p in pupils if p.id in self._all_tagged] or pupils)

    def _meant(self, said: str) -> tuple[Pupil, ...]:
        """By id, by full name, or by first name."""
        if PupilId(said) in self._pupils:
            return (self._pupils[PupilId(said)],)
        words = plain_words(said)
        pupils = self._pupils.values()
        full = [p for p in pupils if words in [plain_words(f"{c} {p.last_name}") for c in p.called]]
        return tuple(full or [p for p in pupils if words in [plain_words(c) for c in p.called]])


def _image_consent(medium: Medium, pupils: tuple[Pupil, ...], how: str) -> Iterator[Objection]:
    reason, consent = CONSENT[medium]
    without = tuple(pupil for pupil in pupils if consent(pupil) is not True)
    if without:
        why = f"A pupil is {how} a {medium} without consent to it: {_ids(without)}.{_shared(pupils)}"
        yield _objection(reason, why, without)


def _words(findings: Sequence[Finding]) -> Iterator[Objection]:
    for finding in findings:
        if finding.category is Category.PERSONAL_DETAILS:
            yield Objection(Reason.PERSONAL_DETAILS, finding.why)
        elif finding.category in LANGUAGE:
            yield Objection(Reason.LANGUAGE, finding.why)


def _links(text: str, naming: Naming) -> Iterator[Objection]:
    for link in links.find(text):
        if not naming.links.covers(link):
            parts = link.parts()
            where = f"leads to {parts.hostname}" if parts else "can't be read"
            yield Objection(Reason.EXTERNAL_LINK, f"A link {where}: not one of the school's allowed sites.")


def _objection(reason: Reason, why: str, pupils: tuple[Pupil, ...]) -> Objection:
    return Objection(reason, why, tuple(pupil.id for pupil in pupils))


def _shared(pupils: tuple[Pupil, ...]) -> str:
    if len(pupils) < 2:
        return ""
    return f" {len(pupils)} pupils share the name; tag the one who is meant."


def _ids(pupils: tuple[Pupil, ...]) -> str:
    return ", ".join(pupil.id for pupil in pupils)
