"""Pupils named and pupils described: the spans of the pipeline as findings, each with what it saw."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spacy.tokens import Span as Marked

from bot.detection.pupils import frames
from bot.detection.pupils.calls import EXACT, Way
from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.lexicon import Lexicon
from bot.detection.pupils.pipeline import DESCRIBED, Judged, for_roster
from bot.detection.pupils.scene import Scene
from bot.detection.reading import by_the_school
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding, Span
from bot.domain.roster import Roster


@dataclass(frozen=True, slots=True)
class Caution:
    """From which likelihood on a finding is likely: of a full name, a name, a word or family name, a description."""

    full: float
    name: float
    word: float
    described: float
    band: float  # so much less and it is still worth a look

    def least(self, scene: Scene, candidate: Candidate) -> float:
        if candidate.full:
            return self.word if _reads_as_words(scene, candidate) else self.full
        word = candidate.is_surname or scene.calls.lexicon.is_word(candidate.form)
        return self.word if word else self.name


CAUTIONS = {
    "careful": Caution(0.15, 0.22, 0.35, 0.25, 0.1),
    "balanced": Caution(0.25, 0.35, 0.5, 0.4, 0.1),
    "quiet": Caution(0.4, 0.6, 0.7, 0.6, 0.1),
}
_RULES = {
    Way.FIRST: ("first_name", "the first name"),
    Way.KNOWN_AS: ("first_name", "the name"),
    Way.ALIAS: ("alias", "a name that your school added"),
    Way.PART: ("first_name", "part of the first name"),
    Way.SPELLING: ("spelling", "another spelling of the first name"),
    Way.NICKNAME: ("nickname", "a nickname"),
    Way.PET: ("nickname", "what may be a pet name"),
    Way.MIDDLE: ("middle_name", "a middle name"),
    Way.SLIP: ("spelling", "nearly the first name"),
    Way.HEARD: ("spelling", "what sounds like the first name"),
    Way.SURNAME: ("surname", "the family name"),
    Way.SURNAME_SLIP: ("surname", "nearly the family name"),
    Way.INITIALS: ("initials", "the initials"),
}
_SEEN = (
    ("praised", "after words of praise"),
    ("possessive:family", "before one of the family"),
    ("family_of_author", "the author has the same family name"),
    ("class_said", "the class is named"),
    ("-1:kin_child", "after a word for a child"),
    ("listed", "beside another name"),
    ("in_post", "the post has the name too"),
    ("class_in_post", "the post is about that class"),
    ("later:she", "then called she"),
    ("later:he", "then called he"),
    ("+1:does", "does something"),
)
_HOW = {
    "hidden": "with signs or blanks between the letters",
    "hashtag": "in a hashtag",
    "joined": "run together with other words",
    "back": "written backwards",
    "script": "in another alphabet",
    "letters": "letters only",
}
_PICKED_OUT = "It gives no name, but who reads it may know which pupil is meant; these words say most."
_VETOED = ("tagged", "staff_full", "author_full", "grown_up", "pet")
_HALF = re.compile("[\ud800-\udfff]")


def detector(roster: Roster, known: Lexicon, caution: str = "balanced") -> Callable[[Comment], list[Finding]]:
    """Built once for a roster."""
    nlp = for_roster(roster, known)
    describe = nlp.get_pipe(DESCRIBED)
    nlp.disable_pipe(DESCRIBED)  # called below, where no name was found
    least = CAUTIONS[caution]

    def find(comment: Comment) -> list[Finding]:
        # In a zone, so that spaCy forgets the words of each comment: a service that runs for months must not grow.
        with nlp.memory_zone():
            doc = nlp.make_doc(_HALF.sub("\ufffd", comment.message))  # spaCy keeps no half emoji
            doc._.comment = comment
            scene = nlp(doc)._.scene
            found = [f for one in doc._.judged for f in _finding(comment, scene, one, least)]
            if not by_the_school(comment) and all(f.confidence is Confidence.POSSIBLE for f in found):
                found += [f for span in describe(doc).spans["described"] for f in _described(span, least)]
            return found

    return find


def _finding(comment: Comment, scene: Scene, judged: Judged, least: Caution) -> Iterator[Finding]:
    candidate = judged.candidate
    enough, seen, likelihood = least.least(scene, candidate), judged.seen, judged.likelihood
    if not candidate.full and not candidate.is_surname:
        likelihood = max(likelihood, frames.at_least(seen, candidate.manner))
    if likelihood < enough - least.band or not seen.isdisjoint(_VETOED) or frames.signs(seen):
        return
    confidence = Confidence.LIKELY if likelihood >= enough else Confidence.POSSIBLE
    if _is_exact(candidate) and "famous" not in seen:
        if confidence is Confidence.LIKELY:
            confidence = Confidence.SURE
    elif by_the_school(comment) and not candidate.full:
        confidence = Confidence.POSSIBLE
    rule, what = _rule(candidate)
    place = scene.reading.folded.span(candidate.start, candidate.end)
    pupils = tuple(sorted(judged.pupils))
    why = _why(what, len(pupils), candidate, scene, seen)
    yield Finding(Category.PUPIL_NAMED, rule, why, confidence, place, pupils)


def _reads_as_words(scene: Scene, candidate: Candidate) -> bool:
    """A sunny summer day, though there is a Summer Day on the roster."""
    lexicon, said = scene.calls.lexicon, scene.reading.said[candidate.first : candidate.last]
    words = all(lexicon.is_word(word) or lexicon.is_word_surname(word) for word in said)
    return words and not scene.reading.named(candidate.last - 1)


def _is_exact(candidate: Candidate) -> bool:
    """A whole name as it stands on the roster, not guessed from signs or a slip."""
    whole = candidate.full in ("full", "turned") and not candidate.nearly
    return whole and candidate.manner in ("plain", "hashtag", "joined") and candidate.way in EXACT


def _described(span: Marked, least: Caution) -> Iterator[Finding]:
    likelihood: float = span._.likelihood
    if likelihood < least.described - least.band:
        return
    confidence = Confidence.LIKELY if likelihood >= least.described else Confidence.POSSIBLE
    place = Span(span.start_char, span.end_char)
    yield Finding(Category.PUPIL_DESCRIBED, "described.one_pupil", _PICKED_OUT, confidence, place)


def _rule(candidate: Candidate) -> tuple[str, str]:
    if candidate.full in ("full", "turned"):
        return "names.full_name", "the full name"
    if candidate.full == "initial":
        return "names.first_name", "the first name and the initial"
    if candidate.full == "initials":
        return "names.surname", "the initial and the family name"
    rule, what = _RULES[candidate.way]
    return f"names.{rule}", what


def _why(what: str, many: int, candidate: Candidate, scene: Scene, seen: frozenset[str]) -> str:
    """One sentence without the name, such as: It gives the first name of 2 pupils (after words of praise)."""
    whose = "a pupil" if many == 1 else f"{many} pupils"
    signs = [words for sign, words in _SEEN if sign in seen][:2]
    if candidate.manner in _HOW:
        signs.insert(0, _HOW[candidate.manner])
    said = f"It gives {what} of {whose}"
    if signs:
        said += f" ({', '.join(signs)})"
    if not candidate.full and scene.calls.lexicon.is_word(candidate.form):
        said += "; it is also a word, but here it is used as a name"
    return f"{said}."
