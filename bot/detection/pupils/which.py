"""Which of the pupils of that name: by class, year, family name, a brother or sister, the author or the post."""

from __future__ import annotations

from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.scene import Scene
from bot.domain.roster import PupilId

Pupils = frozenset[PupilId]


def meant(scene: Scene, candidate: Candidate) -> Pupils:
    """Those who can be meant: the first thing that tells some of them apart decides."""
    pupils = candidate.pupils
    if len(pupils) < 2:
        return pupils
    for told_by in (_class_near, _year_near, _family_said, _family_of_author, _class_in_post, _year_in_post):
        some = told_by(scene, candidate, pupils)
        if some and some != pupils:
            pupils = some
            if len(pupils) == 1:
                break
    return pupils


def _class_near(scene: Scene, candidate: Candidate, pupils: Pupils) -> Pupils:
    first, last = candidate.first, candidate.last
    said = {
        form
        for form, places in scene.classes_said.items()
        if any(end <= first or last <= start for start, end in places)
    }
    return frozenset(p for p in pupils if scene.calls.class_form(p) in said) if said else Pupils()


def _year_near(scene: Scene, _candidate: Candidate, pupils: Pupils) -> Pupils:
    return _of_years(scene, scene.years, pupils)


def _year_in_post(scene: Scene, _candidate: Candidate, pupils: Pupils) -> Pupils:
    return _of_years(scene, scene.years_in_post, pupils)


def _of_years(scene: Scene, said: frozenset[str], pupils: Pupils) -> Pupils:
    return frozenset(p for p in pupils if scene.calls.year(p) in said) if said else Pupils()


def _family_said(scene: Scene, candidate: Candidate, pupils: Pupils) -> Pupils:
    """Another pupil of that family is named in full, or the family name stands by itself."""
    if not scene.families:
        return Pupils()
    family = scene.calls.surname_form
    named = candidate.full or candidate.is_surname
    own = {family(p) for p in candidate.pupils} if named else set[str]()
    return frozenset(p for p in pupils if scene.families[family(p)] > (family(p) in own))


def _family_of_author(scene: Scene, _candidate: Candidate, pupils: Pupils) -> Pupils:
    names = set(scene.author[1:]) - {""}
    if not names:
        return Pupils()
    return frozenset(p for p in pupils if not names.isdisjoint(scene.calls.surname_form(p).split(" ")))


def _class_in_post(scene: Scene, _candidate: Candidate, pupils: Pupils) -> Pupils:
    said = scene.classes_in_post
    return frozenset(p for p in pupils if scene.calls.class_form(p) in said) if said else Pupils()
