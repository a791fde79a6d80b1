"""Where a comment may name a pupil of the roster: every place, whoever is meant in the end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.detection.pupils.calls import OWN, Call, Calls, Way, pupils_of
from bot.detection.pupils.candidate import Candidate, Taken, by_place
from bot.detection.pupils.hidden import letters_only, run_together, turned_round, unveil
from bot.detection.pupils.spelling import unstretched
from bot.detection.reading import Reading
from bot.domain.roster import PupilId

_RARE = 20_000  # a word rarer than this may be a misspelt name
_SURE_WORD = 12_000  # "wills", "marks": common enough to be itself
_STOPS = ".,!?;:()\"'"
_IN_ONE = ("hashtag", "joined")  # first and family name in one word
_GAPS = " '-_."


class CandidateFinder:
    """Built once for a roster."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self._known: dict[str, bool] = {}

    def find(self, reading: Reading) -> list[Candidate]:
        """All candidates in the order of the text, none inside another."""
        firsts = self._firsts(reading)
        lasts = self._lasts(reading)
        taken = Taken(reading, *firsts, *lasts)
        for atom in (*self._joined(reading, firsts), *self._unveiled(reading)):
            if taken.free(atom):
                taken.take(atom)
                (lasts if atom.is_surname else firsts).append(atom)
        firsts.sort(key=lambda a: a.start)
        lasts.sort(key=lambda a: a.start)
        found = self._fulls(reading, firsts, lasts)
        taken = Taken(reading, *found)
        beside = by_place(lasts, lambda a: a.first)
        for atom in (*firsts, *lasts):
            if taken.free(atom):
                whole = atom if atom.is_surname else self._alone(reading, atom, beside.get(atom.first, ()))
                taken.take(whole)
                found.append(whole)
        return sorted(found, key=lambda a: a.start)

    def _alone(self, reading: Reading, atom: Candidate, surnames: Sequence[Candidate]) -> Candidate:
        """A first name that no family name stands beside; the word itself may be one."""
        if surnames:
            same = frozenset[PupilId]().union(*(other.pupils for other in surnames))
            atom = replace(atom, surname_of=same)
        return self._initialled(reading, atom)

    def _dull(self, said: str) -> bool:
        """Whether this is a common word that by itself can mean nobody; most words are."""
        found = self._known.get(said)
        if found is None:
            if self._rank(said) >= _RARE:  # only of the common ones is the answer kept
                return False
            name = said in self.calls.heads or self._run_on(said) or self._plural(said)
            found = not name and not any(map(self.calls.first, unstretched(said)))
            self._known[said] = found
        return found

    def _firsts(self, reading: Reading) -> list[Candidate]:
        found: list[Candidate] = []
        n = 0
        while n < len(reading.said):
            look = self._split if self._dull(reading.said[n]) else self._first_at
            atom = look(reading, n)
            if atom:
                found.append(atom)
            n = atom.last if atom else n + 1
        return found

    def _first_at(self, reading: Reading, n: int) -> Candidate | None:
        said = reading.said[n]
        calls = self.calls
        if said in calls.heads:
            for length in range(calls.longest, 0, -1):
                if self._together(reading, n, n + length):
                    form = " ".join(reading.said[n : n + length])
                    if len(form) > 1 and (found := calls.first(form)):
                        return self._atom(reading, n, n + length, form, found)
                    if length > 1 and form.endswith("s") and (found := calls.first(form[:-1])):
                        return self._atom(reading, n, n + length, form[:-1], found, "run_on", possessive=True)
        if not said.isascii() and (foreign := self._foreign(reading, n)):
            return foreign
        if split := self._split(reading, n):
            return split
        if len(said) < 3 or not said.isalpha():
            return None
        if bare := self._run_on(said):
            return self._atom(reading, n, n + 1, bare, calls.first(bare), "run_on", possessive=True)
        for form in unstretched(said):
            if found := calls.first(form):
                return self._atom(reading, n, n + 1, form, found, "stretched")
        if self._rare(said) and not calls.is_name(said) and not calls.is_class(said):
            return self._rarely(reading, n, said)
        return None

    def _foreign(self, reading: Reading, n: int) -> Candidate | None:
        """A name in another alphabet: its vowel signs part our words, so it is read from the original."""
        original = reading.folded.original
        start = reading.folded.places[reading.words[n].start]
        if start and not original[start - 1].isspace():
            return None
        end = next(
            (k for k in range(start, len(original)) if original[k].isspace() or original[k] in _STOPS), None
        )
        calls = self.calls.foreign(original[start:end])
        if not calls:
            return None
        last = n + 1
        places = reading.folded.places
        while last < len(reading.words) and (end is None or places[reading.words[last].start] < end):
            last += 1
        return self._atom(reading, n, last, calls[0].form, calls, "script")

    def _rarely(self, reading: Reading, n: int, said: str) -> Candidate | None:
        """A word that is no word and no other name: a slip, something turned round or run together."""
        if back := turned_round(said, self.calls):
            return self._atom(reading, n, n + 1, back, self.calls.first(back), "back")
        for start, end, form in run_together(said, self.calls):
            if found := self.calls.first(form):
                base = reading.words[n].start
                return Candidate(base + start, base + end, n, n + 1, form, found, "joined")
        if said in self.calls.lexicon.known_names:
            return None
        if found := self.calls.near(said) or (said.endswith("s") and self.calls.near(said[:-1])) or ():
            return self._atom(reading, n, n + 1, found[0].form, found, "slip")
        return None

    def _split(self, reading: Reading, n: int) -> Candidate | None:
        """al fie, gra ce: two bits of which one is no word."""
        if not reading.joined(n + 1):
            return None
        said, after = reading.said[n], reading.word(n + 1)
        if max(self._rank(said), self._rank(after)) < _RARE:
            return None
        form = said + after
        own = [call for call in self.calls.first(form) if call.way in (Way.FIRST, Way.KNOWN_AS)]
        if len(form) > 4 and own and not self.calls.is_name(after):
            return self._atom(reading, n, n + 2, form, tuple(own), "hidden")
        return None

    def _run_on(self, said: str) -> str | None:
        """alfies, for Alfie's."""
        bare = said[:-1]
        if not said.endswith("s") or len(bare) < 3 or self.calls.is_name(said) or self.calls.is_class(said):
            return None
        return bare if any(call.way in OWN for call in self.calls.first(bare)) else None

    def _rank(self, said: str) -> int:
        return self.calls.lexicon.rank.get(said, 10**6)

    def _rare(self, said: str) -> bool:
        return self._rank(said) >= _RARE and len(said) > 3

    def _lasts(self, reading: Reading) -> list[Candidate]:
        found: list[Candidate] = []
        calls = self.calls
        n = 0
        while n < len(reading.said):
            atom = None
            if reading.said[n] in calls.heads:
                for length in range(calls.longest, 0, -1):
                    form = " ".join(reading.said[n : n + length])
                    if (
                        self._together(reading, n, n + length)
                        and len(form) > 1
                        and (whose := calls.last(form))
                    ):
                        atom = self._surname(reading, n, n + length, form, whose)
                        break
            if not atom and not self._dull(reading.said[n]):
                atom = self._plural_or_slip(reading, n)
            if atom:
                found.append(atom)
            n = atom.last if atom else n + 1
        return found

    def _plural_or_slip(self, reading: Reading, n: int) -> Candidate | None:
        said = reading.said[n]
        if len(said) < 5 or not said.isalpha() or self.calls.is_name(said):
            return None
        if whose := self._plural(said):
            return self._surname(reading, n, n + 1, said[:-1], whose, "run_on")
        if self._rare(said) and (whose := self.calls.near_last(said)):
            return self._surname(reading, n, n + 1, said, whose, "slip", Way.SURNAME_SLIP)
        return None

    def _joined(self, reading: Reading, firsts: list[Candidate]) -> Iterator[Candidate]:
        """The other names in words that have one already: alfieandruby, alfieholt."""
        for atom in firsts:
            if atom.manner == "joined":
                base = reading.words[atom.first].start
                for start, end, form in run_together(reading.said[atom.first], self.calls):
                    whose = self.calls.last(form)
                    calls = self.calls.first(form) or (Call(Way.SURNAME, whose, form),)
                    yield replace(atom, start=base + start, end=base + end, form=form, calls=calls)

    def _plural(self, said: str) -> frozenset[PupilId]:
        """Whose family name this is with an s: the Tattersalls."""
        likely = said.endswith("s") and self._rank(said) >= _SURE_WORD
        return self.calls.last(said[:-1]) if likely else frozenset()

    def _unveiled(self, reading: Reading) -> Iterator[Candidate]:
        for start, end, whose in letters_only(reading, self.calls):
            call = Call(Way.INITIALS, whose, "".join(reading.said[start:end]))
            place, stop = reading.words[start].start, reading.words[end - 1].end
            yield Candidate(place, stop, start, end, call.form, (call,), "letters")
        for veil in unveil(reading, self.calls):
            first = bisect_right(reading.words, veil.start, key=lambda w: w.end)
            last = bisect_left(reading.words, veil.end, key=lambda w: w.start)
            if first >= last:
                continue
            found = self.calls.first(veil.form)
            if found:
                yield Candidate(veil.start, veil.end, first, last, veil.form, found, veil.manner)
            elif whose := self.calls.last(veil.form):
                call = Call(Way.SURNAME, whose, veil.form)
                yield Candidate(veil.start, veil.end, first, last, veil.form, (call,), veil.manner)

    def _fulls(self, reading: Reading, firsts: list[Candidate], lasts: list[Candidate]) -> list[Candidate]:
        """First and family name of the same pupil beside each other."""
        starts = {last.first: last for last in lasts}
        glued = {last.start: last for last in lasts if last.manner in _IN_ONE}
        ends = by_place(lasts, lambda a: a.last)
        taken, found = Taken(reading), list[Candidate]()
        for first in firsts:
            if first.manner in _IN_ONE and (after := glued.get(first.end)) and (calls := _both(first, after)):
                whole = replace(first, end=after.end, calls=calls, full="full")
                taken.take(whole)
                found.append(whole)
                continue
            for shape, whole in self._with_surname(reading, first, starts, ends):
                if taken.free(whole):
                    taken.take(whole)
                    found.append(replace(whole, full=shape))
                    break
        for last in lasts:
            if taken.free(last) and (initialled := self._initials(reading, last)):
                taken.take(initialled)
                found.append(initialled)
        return found

    def _with_surname(
        self,
        reading: Reading,
        first: Candidate,
        starts: Mapping[int, Candidate],
        ends: Mapping[int, Sequence[Candidate]],
    ) -> Iterator[tuple[str, Candidate]]:
        for skip in (0, 1):
            after = starts.get(first.last + skip)
            if skip and (after is None or not self._between(reading, first, first.last)):
                continue
            beside = after and after is not first and self._beside(reading, first, after)
            if after and beside and (calls := _both(first, after)):
                nearly = after.way is Way.SURNAME_SLIP
                yield "full", replace(first, end=after.end, last=after.last, calls=calls, nearly=nearly)
        for before in ends.get(first.first, ()):
            beside = reading.gap(first.first).strip() in ("", ",")
            if beside and (calls := _both(first, before)):
                start, nearly = before.start, before.way is Way.SURNAME_SLIP
                yield "turned", replace(first, start=start, first=before.first, calls=calls, nearly=nearly)

    def _between(self, reading: Reading, first: Candidate, n: int) -> bool:
        """A middle name or initial."""
        said = reading.word(n)
        if not reading.joined(n) or len(said) == 1:
            return reading.joined(n)
        middle = {self.calls.pupils[p].middle_names or "" for p in first.pupils}
        return any(said in m.lower().split() for m in middle)

    def _beside(self, reading: Reading, first: Candidate, after: Candidate) -> bool:
        gap = reading.folded.text[first.end : after.start]
        return (
            len(gap) <= 12
            and "\n" not in gap
            and not any(c in gap for c in ',;:!?()"')
            and ". " not in gap[:2]
        )

    def _initialled(self, reading: Reading, atom: Candidate) -> Candidate:
        """Ella M: the initial of the family name."""
        letter = reading.word(atom.last)
        if (
            len(letter) != 1
            or not letter.isalpha()
            or not self._together(reading, atom.last - 1, atom.last + 1)
        ):
            return atom
        if letter in ("x", "i", "n", "u", "a", "r", "o") and not reading.capital(atom.last):
            return atom
        calls = tuple(
            replace(call, pupils=kept)
            for call in atom.calls
            if (kept := frozenset(p for p in call.pupils if self._initial(p) == letter))
        )
        if not calls or letter == "x" or (letter == "i" and reading.opens_a_sentence(atom.first)):
            return atom
        end = reading.words[atom.last].end
        return replace(atom, calls=calls, full="initial", end=end, last=atom.last + 1)

    def _initial(self, pupil: PupilId) -> str:
        name = self.calls.surname_form(pupil)
        return name[:1]

    def _initials(self, reading: Reading, last: Candidate) -> Candidate | None:
        """E Marsh, L-M Tattersall: the initials of the first names."""
        n = last.first - 1
        signed = n >= 0 and (self._together(reading, n, n + 2) or reading.gap(n + 1) == ". ")
        if not signed or len(reading.word(n)) > 2:
            return None
        letters = reading.word(n)
        if len(reading.word(n - 1)) == 1 and len(letters) == 1 and reading.gap(n) in ("-", ".", " "):
            n, letters = n - 1, reading.word(n - 1) + letters
        whose = frozenset(p for p in last.pupils if letters in self.calls.initials(p))
        lower = not reading.capital(n)
        if not whose or (
            lower
            and letters
            in ("a", "i", "x", "my", "so", "to", "is", "it", "me", "no", "us", "we", "u", "r", "n")
        ):
            return None
        call = Call(Way.INITIALS, whose, last.form)
        start = reading.words[n].start
        return replace(last, start=start, first=n, calls=(call,), full="initials")

    def _surname(
        self,
        reading: Reading,
        n: int,
        end: int,
        form: str,
        whose: frozenset[PupilId],
        manner: str = "plain",
        way: Way = Way.SURNAME,
    ) -> Candidate:
        return self._atom(reading, n, end, form, (Call(way, whose, form),), manner)

    def _atom(
        self,
        reading: Reading,
        n: int,
        end: int,
        form: str,
        calls: tuple[Call, ...],
        manner: str = "plain",
        *,
        possessive: bool = False,
    ) -> Candidate:
        apostrophe = reading.word(end) == "s" and reading.gap(end) == "'"
        start, stop = reading.words[n].start, reading.words[end - 1].end
        if manner == "run_on":
            stop -= 1
        return Candidate(start, stop, n, end, form, calls, manner, possessive=possessive or apostrophe)

    def _together(self, reading: Reading, start: int, end: int) -> bool:
        """Whether these words could be one name: no full stop, no comma between."""
        if end > len(reading.said):
            return False
        gaps = (reading.gap(n) for n in range(start + 1, end))
        return all((len(gap) <= 2 and not gap.strip(_GAPS) and gap != ". ") or gap == "" for gap in gaps)


def _both(first: Candidate, last: Candidate) -> tuple[Call, ...]:
    """Those who have both names."""
    bearers = pupils_of(last.calls)
    return tuple(replace(call, pupils=call.pupils & bearers) for call in first.calls if call.pupils & bearers)
