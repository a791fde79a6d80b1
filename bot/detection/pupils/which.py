"""Which of the pupils of that name: by class, year, family name, a brother or sister, the author or the post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.detection.pupils.candidates import Candidate
from bot.detection.pupils.scene import Scene
from bot.domain.roster import PupilId

_YEAR = re.compile(r"\b(?:year|yr|yrs|y|blwyddyn|primary|p)\s?(\d{1,2})\b|\b(reception|nursery|derbyn)\b")
_NUMBER = re.compile(r"\d{1,2}")


def meant(scene: Scene, candidate: Candidate) -> frozenset[PupilId]:
    """Those who can be meant: the first thing that tells some of them apart decides."""
    pupils = candidate.pupils
    if len(pupils) < 2:
        return pupils
    for told_by in (_class_near, _year_near, _family_said, _family_of_author, _class_in_post, _year_in_post):
        some = frozenset(p for p in pupils if told_by(scene, candidate, p))
        if some and some != pupils:
            pupils = some
            if len(pupils) == 1:
                break
    return pupils


def _class_near(scene: Scene, candidate: Candidate, pupil: PupilId) -> bool:
    name = scene.calls.class_form(pupil)
    said = scene.reading.said
    rest = f" {' '.join((*said[: candidate.first], '|', *said[candidate.last :]))} "
    return bool(name) and f" {name} " in rest


def _year_near(scene: Scene, _candidate: Candidate, pupil: PupilId) -> bool:
    return _year(scene, pupil) in years(" ".join(scene.reading.said))


def _year_in_post(scene: Scene, _candidate: Candidate, pupil: PupilId) -> bool:
    return _year(scene, pupil) in years(" ".join(scene.post_words))


def _year(scene: Scene, pupil: PupilId) -> str:
    group = (scene.calls.pupils[pupil].year_group or "").lower()
    number = _NUMBER.search(group)
    return number.group() if number else group[:3] or "none"


def years(text: str) -> set[str]:
    """Year 4, yr4, Y4, reception."""
    return set(_years(text))


def _years(text: str) -> Iterator[str]:
    for found in _YEAR.finditer(text):
        yield found.group(1) or found.group(2)[:3]


def _family_said(scene: Scene, candidate: Candidate, pupil: PupilId) -> bool:
    """Another pupil of that family is named in full, or the family name stands by itself."""
    others = (c for c in scene.candidates if c is not candidate and (c.full or c.is_surname))
    family = scene.calls.surname_form(pupil)
    return any(family == scene.calls.surname_form(p) for c in others for p in c.pupils)


def _family_of_author(scene: Scene, _candidate: Candidate, pupil: PupilId) -> bool:
    family = scene.calls.surname_form(pupil)
    return bool(family) and bool(set(family.split(" ")) & set(scene.author[1:]))


def _class_in_post(scene: Scene, _candidate: Candidate, pupil: PupilId) -> bool:
    name = scene.calls.class_form(pupil)
    return bool(name) and f" {name} " in f" {' '.join(scene.post_words)} "
