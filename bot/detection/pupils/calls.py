"""What the pupils of a roster may be called, and whom a name may mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from anyascii import anyascii

from bot.detection.pupils.lexicon import Lexicon
from bot.detection.pupils.spelling import NearNames
from bot.detection.text import folded, words
from bot.domain.roster import Pupil, PupilId, Roster

Form = str  # folded words of a name with a blank between them: "lily mae"


class Way(StrEnum):
    """How a name was come by, the surest first."""

    FIRST = "first"
    KNOWN_AS = "known_as"
    ALIAS = "alias"
    PART = "part"  # "Lily" of Lily-Mae
    SPELLING = "spelling"  # another spelling of the same name
    NICKNAME = "nickname"
    PET = "pet"  # made the way that pet names are made: "rubes", "kacperek"
    MIDDLE = "middle"
    SLIP = "slip"
    HEARD = "heard"
    SURNAME = "surname"
    SURNAME_SLIP = "surname_slip"
    INITIALS = "initials"


_LONGEST = 40
_FOREIGN = re.compile(r"[\u0370-\u1dbf\u2c00-\ud7ff]")  # letters that are not Latin
_VOWELLESS = re.compile(r"[\u0590-\u077f]")  # Hebrew, Arabic
_NUMBER = re.compile(r"\d{1,2}")
_ORDER = {way: n for n, way in enumerate(Way)}


@dataclass(frozen=True, slots=True)
class Call:
    """One way of understanding a name: as whose."""

    way: Way
    pupils: frozenset[PupilId]
    form: Form


def form_of(name: str) -> Form:
    """A name as it is looked up: "Lily-Mae O'Brien" is "lily mae o brien"."""
    return " ".join(word.text for word in words(folded(name)))


_folded_form = lru_cache(maxsize=65_536)(
    form_of
)  # names and classes of the roster, the same ones again and again


class Calls:
    """Every name of the roster, by form. Built once; what it costs to ask does not grow with the roster."""

    def __init__(self, roster: Roster, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.pupils = {pupil.id: pupil for pupil in roster.pupils}
        self._firsts: dict[Form, dict[Way, set[PupilId]]] = {}
        self._lasts: defaultdict[Form, set[PupilId]] = defaultdict(set)
        self._more: dict[Form, tuple[tuple[Way, Form], ...]] = {}
        self._cache: dict[Form, tuple[Call, ...]] = {}
        self._own_calls: dict[Form, tuple[Call, ...]] = {}
        self._surnames = {pupil.id: _folded_form(pupil.last_name) for pupil in roster.pupils}
        for pupil in roster.pupils:
            self._note(pupil)
        self._classes = {self.class_form(pupil) for pupil in self.pupils} - {""}
        self._derive()
        own = [form for form, ways in self._firsts.items() if ways.keys() & OWN]
        self._near = NearNames(own)
        self._near_lasts = NearNames(form for form in self._lasts if len(form) > 4)
        self._initials: defaultdict[str, set[PupilId]] = defaultdict(set)
        for pupil in roster.pupils:
            last = "".join(part[0] for part in self._surnames[pupil.id].split(" ") if part)
            for begins in self.initials(pupil.id):
                for ends in {last, last[:1]}:
                    self._initials[begins + ends].add(pupil.id)
        self.longest = max((form.count(" ") + 1 for form in (*self._firsts, *self._lasts)), default=1)
        self.heads = {form.split(" ")[0] for form in (*self._firsts, *self._lasts)}
        self.family_words = lru_cache(maxsize=256)(self._family_words)
        self.class_forms = lru_cache(maxsize=256)(self._class_forms)
        self.classes_inside = lru_cache(maxsize=64)(self._classes_inside)
        self.longest_run = max((len(form) for form in (*self._firsts, *self._lasts)), default=1)
        self._class_heads = {form.split(" ")[0] for form in self._classes}
        self._longest_class = max((form.count(" ") + 1 for form in self._classes), default=1)
        self._by_length: defaultdict[tuple[str, int], list[Form]] = defaultdict(list)
        for form in own:
            self._by_length[form[0], len(form)].append(form)
        for form in self._lasts:
            self._by_length[form[0], len(form)].append(form)

    def _note(self, pupil: Pupil) -> None:
        for way, name in _first_names(pupil):
            form = _folded_form(name)
            for variant, part in _ways(form):
                self._add(variant, Way.PART if part and way is not Way.MIDDLE else way, pupil.id)
        for alias in pupil.aliases:
            self._add(form_of(alias), Way.ALIAS, pupil.id)
        for variant in _surname_ways(self._surnames[pupil.id]):
            self._lasts[variant].add(pupil.id)

    def _add(self, form: Form, way: Way, pupil: PupilId) -> None:
        if form:
            self._firsts.setdefault(form, {}).setdefault(way, set()).add(pupil)

    def _derive(self) -> None:
        """Nicknames and other spellings, once for each name and not for each child."""
        for form in list(self._firsts):
            ways = self._firsts[form]
            bearers = set().union(*(ways.get(way, set()) for way in OWN))
            if not bearers or " " in form:
                continue
            for way, other in self.lexicon.other_forms(form):
                if other in self._classes:
                    continue  # "Robins" are a class, not a pet name
                self._firsts.setdefault(other, {}).setdefault(Way(way), set()).update(bearers)

    def first(self, form: Form) -> tuple[Call, ...]:
        """Whose first name this may be, the surest way first."""
        found = self._own_calls.get(form)
        if found is None:
            ways = self._firsts.get(form)
            if not ways:
                return ()
            found = tuple(
                Call(way, frozenset(ways[way]), form) for way in sorted(ways, key=lambda way: _ORDER[way])
            )
            self._own_calls[form] = found
        return found

    def last(self, form: Form) -> frozenset[PupilId]:
        """Whose family name this is."""
        return frozenset(self._lasts.get(form, ()))

    def near(self, said: str) -> tuple[Call, ...]:
        """Whose first name this may be a slip of. Only for what is no word and no other name."""
        found = self._cache.get(said)
        if found is None:
            found = self._cache[said] = tuple(self._nearly(said))
            if len(self._cache) > 20_000:
                self._cache.clear()
        return found

    def _nearly(self, said: str) -> Iterator[Call]:
        for way, names in ((Way.SLIP, self._near.slips(said)), (Way.HEARD, self._near.heard(said))):
            for name in sorted(names):
                for call in self.first(name):
                    if call.way in OWN:
                        yield Call(way, call.pupils, name)

    def near_last(self, said: str) -> frozenset[PupilId]:
        """Whose family name this may be a slip of."""
        near = self._near_lasts.slips(said) | self._near_lasts.heard(said)
        return frozenset[PupilId]().union(*(self.last(name) for name in near))

    def by_initials(self, letters: str) -> frozenset[PupilId]:
        """Whose names begin with these letters."""
        return frozenset(self._initials.get(letters, ()))

    def foreign(self, said: str) -> tuple[Call, ...]:
        """Whose first name this is in another alphabet: মুসা, Софія, حمزة."""
        latin = re.sub(r"[^a-z]", "", anyascii(said).lower())
        if len(latin) < 3 or len(said) > _LONGEST or not any(_FOREIGN.match(char) for char in said):
            return ()
        own = tuple(call for call in self.first(latin) if call.way in OWN or call.way is Way.SPELLING)
        if own:
            return own
        heard = self._near.heard(latin) | self._near.slips(latin)
        if _VOWELLESS.search(said):
            heard |= self._near.skeleton(latin)
        calls = [call for name in sorted(heard) for call in self.first(name) if call.way in OWN]
        return tuple(Call(Way.HEARD, call.pupils, call.form) for call in calls)

    def like(self, first_letter: str, length: int) -> list[Form]:
        """The names of that letter and length, for starred ones."""
        return self._by_length.get((first_letter, length), [])

    def surname_form(self, pupil: PupilId) -> Form:
        """The family name as it is looked up."""
        return self._surnames[pupil]

    def class_form(self, pupil: PupilId) -> Form:
        """The class as it is looked up."""
        return _folded_form(self.pupils[pupil].class_name or "")

    def year(self, pupil: PupilId) -> str:
        """The year as it is compared: "4" of Year 4, "rec" of Reception."""
        return _year(self.pupils[pupil].year_group or "")

    def _family_words(self, pupils: frozenset[PupilId]) -> frozenset[str]:
        """All words of their family names."""
        return frozenset(part for p in pupils for part in self._surnames[p].split(" "))

    def _class_forms(self, pupils: frozenset[PupilId]) -> frozenset[Form]:
        """Their classes."""
        return frozenset(self.class_form(p) for p in pupils) - {""}

    def _classes_inside(self, text: str) -> frozenset[Form]:
        """The classes whose names stand anywhere in a text, even inside a word."""
        return frozenset(form for form in self._classes if form in text)

    def classes_said(self, said: Sequence[str]) -> dict[Form, list[tuple[int, int]]]:
        """The classes that these words name, and where."""
        found: dict[Form, list[tuple[int, int]]] = {}
        for start, word in enumerate(said):
            if word in self._class_heads:
                for end in range(start + 1, min(len(said), start + self._longest_class) + 1):
                    if (form := " ".join(said[start:end])) in self._classes:
                        found.setdefault(form, []).append((start, end))
        return found

    def is_class(self, form: Form) -> bool:
        """Whether a class is called so: "Robins" are no child's."""
        return form in self._classes

    def initials(self, pupil: PupilId) -> frozenset[str]:
        """How the first names begin: "l" and "lm" of Lily-Mae."""
        forms = [_folded_form(name).split(" ") for name in self.pupils[pupil].called]
        return frozenset(
            text for parts in forms if parts[0] for text in (parts[0][0], "".join(p[0] for p in parts))
        )

    def is_name(self, form: Form) -> bool:
        """Whether anybody on the roster is called so."""
        return form in self._firsts or form in self._lasts


@lru_cache(maxsize=1_024)
def _year(group: str) -> str:
    number = _NUMBER.search(group)
    return number.group() if number else group.lower()[:3] or "none"


EXACT = frozenset({Way.FIRST, Way.KNOWN_AS, Way.ALIAS})
OWN = frozenset({Way.FIRST, Way.KNOWN_AS, Way.ALIAS, Way.PART})


def _first_names(pupil: Pupil) -> Iterator[tuple[Way, str]]:
    yield Way.FIRST, pupil.first_name
    if pupil.preferred_name:
        yield Way.KNOWN_AS, pupil.preferred_name
    if pupil.middle_names:
        for name in pupil.middle_names.split():
            yield Way.MIDDLE, name


def _ways(form: Form) -> Iterator[tuple[Form, bool]]:
    """As it stands, run together, and the parts of a double name."""
    parts = form.split(" ")
    yield form, False
    if len(parts) > 1:
        yield "".join(parts), False
        yield from ((part, True) for part in parts if len(part) > 2)


def _surname_ways(form: Form) -> Iterator[Form]:
    parts = form.split(" ")
    if not form:
        return
    yield form
    if len(parts) > 1:
        yield "".join(parts)
        yield from (part for part in parts if len(part) > 3)
    if form.startswith("mc") and len(parts) == 1 and len(form) > 5:
        yield f"mc {form[2:]}"


def pupils_of(calls: Iterable[Call]) -> frozenset[PupilId]:
    """Everybody whom these may mean."""
    return frozenset[PupilId]().union(*(call.pupils for call in calls))
