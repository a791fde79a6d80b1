"""What the judge goes by: strings that are counted and words that are compared, for one candidate."""

from __future__ import annotations

from collections.abc import Iterator

from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.company import Company
from bot.detection.pupils.lexicon import Lexicon
from bot.detection.pupils.scene import Scene

REACH = 4
_TOPICS = ("pets", "past", "elsewhere", "garden", "colours")
_LATER = {
    **dict.fromkeys(("she", "shes", "her", "hers", "herself"), "she"),
    **dict.fromkeys(("he", "hes", "him", "his", "himself"), "he"),
    **dict.fromkeys(("you", "u", "your", "ur", "youre", "ya", "yer"), "you"),
    **dict.fromkeys(("it", "its", "they", "them", "their"), "it"),
}
_LEAST_LONG_BAG = 60
_GROUPS = (
    "titles",
    "kin_adult",
    "kin_child",
    "jobs",
    "place_words",
    "child_nouns",
    "school_roles_play",
    *_TOPICS,
)
_SETS = {
    "does": "verbs_of_a_person",
    "subject": "before_a_verb",
    "the": "determiners",
    "in": "prepositions",
    "signed": "signed",
}


class Features:
    """Makes them; holds the tables that they need."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._groups = {name: lexicon.group(name) for name in _GROUPS}
        sets = {**self._groups, **{name: lexicon.group(table) for name, table in _SETS.items()}}
        self._sets: dict[str, list[str]] = {}  # for each word the tables that it stands in
        for name, group in sets.items():
            for word in group:
                self._sets.setdefault(word, []).append(name)
        self._family = lexicon.group("family")
        self._company = Company(lexicon)

    def window(self, scene: Scene, candidate: Candidate) -> tuple[list[str], list[str]]:
        """The words and signs before, nearest first, and after."""
        after = candidate.last + (1 if self._apostrophe(scene, candidate) else 0)
        return scene.near(candidate.first - 1, -1, REACH), scene.near(after, 1, REACH)

    def _apostrophe(self, scene: Scene, candidate: Candidate) -> bool:
        n = candidate.last
        return scene.reading.word(n) == "s" and scene.reading.gap(n) == "'"

    def strings(self, scene: Scene, c: Candidate) -> list[str]:
        """All of them, each once."""
        own = list(self._own(scene, c))
        around = list(self._around(scene, c))
        signs = list(self._company.of(scene, c))
        kind = self._kind(c)
        crossed = [f"{kind}&{feature}" for feature in (*around, *signs)]
        return ["bias", f"k={kind}", *own, *around, *signs, *crossed]

    def by_itself(self, c: Candidate) -> bool:
        """Whether the letters matter: of a name that is no word only what stands around it may count, so that
        children of all origins are judged alike."""
        return self._lexicon.is_word(c.form) or c.is_surname

    def _kind(self, c: Candidate) -> str:
        if c.full:
            return f"full:{c.full}"
        word = self._lexicon.is_word(c.form)
        if c.is_surname:
            return "surname:word" if self._lexicon.is_word_surname(c.form) or word else "surname"
        return "word" if word else "name"

    def _own(self, scene: Scene, c: Candidate) -> Iterator[str]:
        yield f"way={c.way}"
        yield f"manner={c.manner}"
        yield f"way={c.way}&manner={c.manner}"
        yield f"few={min(len(c.pupils), 4)}"
        for kind in self._lexicon.classes(c.form):
            yield f"class={kind}"
        if self.by_itself(c):
            rank = self._lexicon.rank.get(c.form)
            yield f"rank={'none' if rank is None else len(str(rank // 100))}"
            yield f"long={min(len(c.form), 9)}"
        capital, habit = self._capital(scene, c), scene.habit
        yield f"cap={capital}"
        yield f"cap={capital}&habit={habit}"
        yield f"cap={capital}&habit={habit}&kind={self._kind(c)}"
        if scene.reading.opens_a_sentence(c.first):
            yield f"opens&cap={capital}"
        if c.surname_of:
            yield "also_surname"
        said = scene.counts[scene.reading.said[c.first]]
        if said > 1:
            yield "said_twice"
        length = len(scene.reading.said)
        yield f"words={'1' if length == 1 else '2' if length == 2 else '-6' if length < 7 else '-20' if length < 21 else '+'}"

    def _capital(self, scene: Scene, c: Candidate) -> str:
        reading = scene.reading
        if not reading.capital(c.first):
            return "low"
        word = reading.words[c.first]
        shouted = len(word.text) > 1 and reading.folded.is_capital(word.end - 1)
        first = "open" if reading.opens_a_sentence(c.first) else "in"
        return f"{'ALL' if shouted else 'Cap'}{first}"

    def _around(self, scene: Scene, c: Candidate) -> Iterator[str]:
        before, after = self.window(scene, c)
        for n, word in enumerate(before[:3], 1):
            yield f"-{n}={word}"
        for n, word in enumerate(after[:3], 1):
            yield f"+{n}={word}"
        yield f"-21={before[1]} {before[0]}"
        yield f"+12={after[0]} {after[1]}"
        yield f"-1+1={before[0]} {after[0]}"
        if self.by_itself(c):
            yield f"form-1={c.form}|{before[0]}"
            yield f"form+1={c.form}|{after[0]}"
        for word in {*before, *after}:
            yield f"near={word}"
        if c.possessive or self._apostrophe(scene, c):
            yield "possessive"
            if after[0] in self._family:
                yield "possessive:family"
        for place, word in (("-1", before[0]), ("-2", before[1]), ("+1", after[0]), ("+2", after[1])):
            for name in self._sets.get(word, ()):
                yield f"{place}:{name}"
        yield from self._endings(after[0])
        tags = [self._tag(word) for word in (*before[:2], *after[:2])]
        yield f"tags={tags[0]} {tags[2]}"
        yield f"tags-={tags[1]} {tags[0]}"
        yield f"tags+={tags[2]} {tags[3]}"
        yield f"tags4={tags[1]} {tags[0]} {tags[2]} {tags[3]}"
        yield from self._later(scene, c)

    def _tag(self, word: str) -> str:
        """The part of speech, or the sign itself."""
        found = self._lexicon.tags.get(word)
        if found:
            return found
        if not word.isalpha():
            return word
        if word in self._lexicon.known_names:
            return "NNP"
        return next((f"~{e}" for e in ("ing", "ed", "ly", "s") if word.endswith(e) and len(word) > 3), "?")

    def _later(self, scene: Scene, c: Candidate) -> Iterator[str]:
        """He or she, further on; who is spoken to; what the whole comment is about."""
        said = scene.reading.said
        heard = {_LATER[word] for word in said[c.last : c.last + 10] if word in _LATER}
        for who in sorted(heard):
            yield f"later:{who}"
        if not heard:
            yield "later:none"
        for who in sorted({_LATER[word] for word in said[max(0, c.first - 8) : c.first] if word in _LATER}):
            yield f"earlier:{who}"
        for topic in _TOPICS:
            if scene.elsewhere(self._groups[topic], c):
                yield f"topic:{topic}"
            if not scene.post.isdisjoint(self._groups[topic]):
                yield f"post:{topic}"
        if scene.outside(scene.old_years, c):
            yield "year_long_ago"
        if len(said) < _LEAST_LONG_BAG:
            for word in {*said[: c.first], *said[c.last :]}:
                yield f"bag={word}"

    def _endings(self, word: str) -> Iterator[str]:
        if len(word) > 3:
            for ending in ("ed", "ing", "s", "ly"):
                if word.endswith(ending):
                    yield f"+1~{ending}"
        if word == "0":
            yield "+1~number"
