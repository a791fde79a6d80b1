"""Pupils named in full or by first name: what stands on the roster, less what a reader would rule out."""

from __future__ import annotations

from collections.abc import Callable

from bot.detection import surroundings
from bot.detection.reading import Reading, by_the_school, read
from bot.detection.roster_names import Mention, NameFinder, RosterNames, collect
from bot.detection.surroundings import Surname
from bot.detection.wordlist import NameWords
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding
from bot.domain.roster import PupilId, Roster

_LEAST_LETTERS = 3  # a shorter first name is as easily a word: "mo", "ty", "al"


def detector(roster: Roster, words: NameWords) -> Callable[[Comment], list[Finding]]:
    """Built once for a roster; spaCy is imported here and not before."""
    judge = _Judge(collect(roster, words.word_names), words)

    def find(comment: Comment) -> list[Finding]:
        reading = read(comment)
        found = [judge.finding(reading, mention) for mention in judge.finder.mentions(reading)]
        return [finding for finding in found if finding]

    return find


class _Judge:
    """Is this mention the pupil, and how surely?"""

    def __init__(self, names: RosterNames, words: NameWords) -> None:
        self.finder = NameFinder(names)
        self._names = names
        self._words = words
        self._firsts = names.firsts()
        self._plain_firsts = {name for name in self._firsts if not self._is_word(name)}

    def finding(self, reading: Reading, mention: Mention) -> Finding | None:
        if surroundings.tagged(reading, mention) or surroundings.title(reading, mention, self._words):
            return None
        return self._full(reading, mention) if mention.full else self._first(reading, mention)

    def _full(self, reading: Reading, mention: Mention) -> Finding | None:
        name = tuple(reading.said[mention.start : mention.end])
        if name in self._names.staff or name == surroundings.author(reading):
            return None
        rule, why = "names.full_name", "It gives the full name of a pupil."
        if self._famous(reading, mention):
            why = "It gives a pupil's full name, which is also that of somebody well known."
            return _finding(reading, mention, Confidence.POSSIBLE, rule, why)
        if self._reads_as_words(reading, mention):
            return None
        if mention.turned:
            why = "It gives the full name of a pupil, the family name first."
            return _finding(reading, mention, Confidence.LIKELY, rule, why)
        return _finding(reading, mention, Confidence.SURE, rule, why)

    def _reads_as_words(self, reading: Reading, mention: Mention) -> bool:
        """A sunny summer day, though there is a Summer Day on the roster."""
        said = reading.said[mention.start : mention.end]
        first, last = (said[-1], said[0]) if mention.turned else (said[0], said[-1])
        if len(said) < 2 or not self._is_word(first) or last not in self._words.word_surnames:
            return False
        if all(reading.named(n) for n in range(mention.start, mention.end)):
            return surroundings.place_after(reading, mention, self._words, is_word=True)
        return not self._praised(reading, mention)

    def _first(self, reading: Reading, mention: Mention) -> Finding | None:
        if self._ruled_out(reading, mention):
            return None
        surname = surroundings.surname(reading, mention, self._names, self._words, self._firsts)
        if surname.kind is Surname.Kind.OTHER:
            return None
        if surname.kind is Surname.Kind.NEARLY:
            why = "It gives a pupil's first name with nearly the family name."
            return _finding(
                reading, mention, Confidence.LIKELY, "names.full_name", why, surname.pupils, extra=1
            )
        if surname.kind is Surname.Kind.INITIAL:
            why = "It gives a pupil's first name and the initial of the family name."
            return _finding(
                reading, mention, Confidence.LIKELY, "names.first_name", why, surname.pupils, extra=1
            )
        return self._alone(reading, mention)

    def _ruled_out(self, reading: Reading, mention: Mention) -> bool:
        word = reading.word(mention.start)
        return (
            self._famous(reading, mention)
            or surroundings.a_thing(reading, mention, self._words)
            or surroundings.kin(reading, mention, self._words)
            or surroundings.the_writer(reading, mention)
            or surroundings.staff_after(reading, mention, self._names)
            or surroundings.a_surname_itself(reading, mention, self._words)
            or surroundings.place_after(reading, mention, self._words, is_word=self._is_word(word))
        )

    def _alone(self, reading: Reading, mention: Mention) -> Finding | None:
        """A first name with nothing beside it but ordinary words."""
        rule, why = "names.first_name", "It gives the first name of a pupil."
        if len(mention.pupils) > 1:
            why = f"It gives a first name that {len(mention.pupils)} pupils share."
        confidence = Confidence.LIKELY
        if self._is_word(reading.word(mention.start)) and mention.end - mention.start == 1:
            weighed = self._weigh_word_name(reading, mention)
            if weighed is None:
                return None
            confidence, why = weighed
        elif surroundings.introduces_oneself(reading, mention):
            confidence, why = Confidence.POSSIBLE, "It gives a pupil's first name, perhaps the writer's own."
        if by_the_school(reading.comment):
            confidence = Confidence.POSSIBLE
        return _finding(reading, mention, confidence, rule, why)

    def _weigh_word_name(self, reading: Reading, mention: Mention) -> tuple[Confidence, str] | None:
        """Grace, Will, May: a child only where the writing says so."""
        if self._praised(reading, mention) or surroundings.beside(reading, mention, self._plain_firsts):
            return Confidence.LIKELY, "A pupil's first name that is also a word; here it is said of a person."
        if not reading.named(mention.start):
            return None
        if self._words.child_after.starting(reading.said, mention.end):
            return Confidence.LIKELY, "A pupil's first name that is also a word; here it is said of a child."
        if reading.opens_a_sentence(mention.start) or surroundings.season(reading, mention, self._words):
            return None
        return Confidence.POSSIBLE, "A pupil's first name that is also a word; it is written like a name."

    def _praised(self, reading: Reading, mention: Mention) -> bool:
        return surroundings.praised(reading, mention, self._words)

    def _famous(self, reading: Reading, mention: Mention) -> bool:
        return self._words.famous.around(reading.said, mention.start)

    def _is_word(self, name: str) -> bool:
        return name in self._words.word_names or name in self._names.classes or len(name) < _LEAST_LETTERS


def _finding(
    reading: Reading,
    mention: Mention,
    confidence: Confidence,
    rule: str,
    why: str,
    pupils: tuple[PupilId, ...] = (),
    extra: int = 0,
) -> Finding:
    span = reading.span(mention.start, mention.end + extra)
    return Finding(Category.PUPIL_NAMED, rule, why, confidence, span, pupils or mention.pupils)
