"""What the judge goes by: strings that are counted and words that are compared, for one candidate."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from bot.detection.pupils.calls import Way, form_of
from bot.detection.pupils.candidates import Candidate
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
_PERSON_VERBS = frozenset(
    [
        "is",
        "was",
        "has",
        "had",
        "did",
        "does",
        "got",
        "went",
        "came",
        "said",
        "says",
        "loves",
        "loved",
        "looks",
        "looked",
        "wants",
        "wanted",
        "made",
        "makes",
        "ran",
        "won",
        "scored",
        "came",
        "started",
        "cried",
        "smiled",
        "told",
        "goes",
        "gets",
        "knows",
        "deserves",
        "deserved",
        "will",
        "wont",
        "can",
        "cant",
        "needs",
        "needed",
        "took",
        "takes",
        "gave",
        "plays",
        "played",
        "sang",
        "reads",
        "read",
        "wrote",
        "sounds",
        "seems",
        "thinks",
        "thought",
        "asked",
        "walks",
        "tried",
        "tries",
    ]
)
_VERB_BEFORE = frozenset(
    [
        "i",
        "you",
        "we",
        "they",
        "he",
        "she",
        "it",
        "who",
        "that",
        "this",
        "there",
        "what",
        "how",
        "so",
        "which",
        "u",
    ]
)
_DETERMINERS = frozenset(
    [
        "a",
        "an",
        "the",
        "any",
        "some",
        "this",
        "that",
        "these",
        "those",
        "each",
        "every",
        "no",
        "his",
        "her",
        "their",
        "your",
        "our",
        "my",
        "its",
    ]
)
_PREPOSITIONS = frozenset(
    ["in", "on", "at", "by", "of", "for", "from", "to", "with", "under", "over", "into", "through", "near"]
)
_FAMILY = frozenset(
    [
        "mum",
        "mums",
        "mam",
        "mams",
        "mummy",
        "mom",
        "dad",
        "dads",
        "daddy",
        "parents",
        "family",
        "brother",
        "sister",
        "nan",
        "nana",
        "nanna",
        "gran",
        "grandad",
        "grandma",
        "auntie",
        "aunty",
        "uncle",
        "friend",
        "friends",
        "mate",
        "teacher",
        "class",
        "coat",
        "jumper",
        "bag",
        "face",
        "smile",
        "little",
        "big",
        "sis",
        "bro",
    ]
)
_SIGN_OFF = frozenset(["x", "xx", "xxx", "xxxx", "xo", "love", "thanks", "regards"])


class Features:
    """Makes them; holds the tables that they need."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @cached_property
    def _groups(self) -> dict[str, frozenset[str]]:
        names = (
            "titles",
            "kin_adult",
            "kin_child",
            "jobs",
            "place_words",
            "child_nouns",
            "school_roles_play",
            *_TOPICS,
        )
        return {name: self._lexicon.group(name) for name in names}

    @cached_property
    def _praise(self) -> frozenset[str]:
        return self._lexicon.group("praise")

    @cached_property
    def _famous(self) -> frozenset[str]:
        return self._lexicon.famous()

    @cached_property
    def _characters(self) -> dict[str, frozenset[str]]:
        return dict(self._lexicon.cues("characters"))

    @cached_property
    def _brands(self) -> dict[str, frozenset[str]]:
        return dict(self._lexicon.cues("brands"))

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
        signs = [*self._people(scene, c), *self._post(scene, c)]
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
        yield f"cap={self._capital(scene, c)}"
        yield f"cap={self._capital(scene, c)}&habit={scene.habit}"
        yield f"cap={self._capital(scene, c)}&habit={scene.habit}&kind={self._kind(c)}"
        if scene.reading.opens_a_sentence(c.first):
            yield f"opens&cap={self._capital(scene, c)}"
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
            if after[0] in _FAMILY:
                yield "possessive:family"
        for place, word in (("-1", before[0]), ("-2", before[1]), ("+1", after[0]), ("+2", after[1])):
            for name, group in self._sets.items():
                if word in group:
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
        rest = set(said[: c.first]) | set(said[c.last :])
        for topic in _TOPICS:
            if rest & self._groups[topic]:
                yield f"topic:{topic}"
            if scene.post & self._groups[topic]:
                yield f"post:{topic}"
        if any(
            len(word) == 4 and word[:2] in ("18", "19", "20") and word.isdigit() and word < "2024"
            for word in rest
        ):
            yield "year_long_ago"
        if len(said) < _LEAST_LONG_BAG:
            for word in rest:
                yield f"bag={word}"

    @cached_property
    def _sets(self) -> dict[str, frozenset[str]]:
        return {
            **self._groups,
            "does": _PERSON_VERBS,
            "subject": _VERB_BEFORE,
            "the": _DETERMINERS,
            "in": _PREPOSITIONS,
            "signed": _SIGN_OFF,
        }

    def _endings(self, word: str) -> Iterator[str]:
        if len(word) > 3:
            for ending in ("ed", "ing", "s", "ly"):
                if word.endswith(ending):
                    yield f"+1~{ending}"
        if word == "0":
            yield "+1~number"

    def _people(self, scene: Scene, c: Candidate) -> Iterator[str]:
        reading, n, end = scene.reading, c.first, c.last
        said = reading.said
        for size in (1, 2, 3, 4):
            if n >= size and " ".join(said[n - size : n]) in self._praise and not scene.mark(n):
                yield "praised"
                break
        yield from self._neighbours(scene, c)
        for other in scene.candidates:
            if other is c:
                continue
            gap = " ".join(said[min(other.last, end) : max(other.first, n)])
            if other.last == n or other.first == end or gap in ("and", "n", "or", "und", "i", "a"):
                yield "listed"
                yield f"listed:{'full' if other.full else 'surname' if other.is_surname else 'word' if self._lexicon.is_word(other.form) else 'name'}"
        others = sum(
            1
            for o in scene.candidates
            if o is not c and (o.full or not self._lexicon.is_word(o.form)) and not o.is_surname
        )
        yield f"others={min(others, 3)}"
        author = scene.author
        if author:
            yield from self._written_by(scene, c, author)
        else:
            yield "nobody"
        yield from self._tags(scene, c)

    def _neighbours(self, scene: Scene, c: Candidate) -> Iterator[str]:
        """Another family name after it, another first name before it, staff, somebody famous."""
        reading, n, end = scene.reading, c.first, c.last
        after, before = reading.word(end), reading.word(n - 1)
        if not scene.mark(end) and reading.named(end) and after.isalpha() and after not in _PERSON_VERBS:
            yield "then_capital"
            if self._lexicon.rank.get(after, 10**6) > 3_000:
                yield "then_rare_capital"
        if not scene.mark(n) and n and reading.named(n - 1):
            yield "after_capital"
            if before in self._lexicon.known_names:
                yield "after_other_first_name"
        elif (
            not scene.mark(n)
            and n
            and before in self._lexicon.known_names
            and before not in self._lexicon.rank
        ):
            yield "after_other_first_name"
        for size in (2, 3):
            for start in range(max(0, n - size + 1), n + 1):
                name = " ".join(reading.said[start : start + size])
                if start + size > n and name in self._famous:
                    yield "famous"
                if start + size > n and name in scene.staff.fulls:
                    yield "staff_full"
        if c.form in scene.staff.firsts and not c.is_surname:
            yield "staff_first"
        if c.is_surname and c.form in scene.staff.lasts:
            yield "staff_last"
        around = {*reading.said, *scene.post}
        if self._characters.get(c.form, frozenset()) & around:
            yield "character"
        if self._brands.get(c.form, frozenset()) & set(reading.said[max(0, n - 2) : end + 2]):
            yield "brand"

    def _written_by(self, scene: Scene, c: Candidate, author: tuple[str, ...]) -> Iterator[str]:
        if c.form in author or scene.reading.said[c.first] in author[:1]:
            yield "author_first" if c.form == author[0] else "author_name"
            rest = [w for w in scene.reading.said[c.last :] if w not in _SIGN_OFF]
            if not rest:
                yield "signed_by_author"
            named = scene.reading.said[c.first : c.last]
            if len(named) > 1 and set(named) <= set(author):
                yield "author_full"
        family = set(author[1:])
        surnames = {part for p in c.pupils for part in scene.calls.surname_form(p).split(" ")}
        if family & surnames and not c.is_surname:
            yield "family_of_author"
        elif len(author) > 1 and len(author[-1]) > 2:
            yield "no_family_of_author"

    def _tags(self, scene: Scene, c: Candidate) -> Iterator[str]:
        span = scene.reading.folded.span(c.start, c.end)
        for tag in scene.reading.comment.tags:
            if tag.offset < span.end and span.start < tag.offset + tag.length:
                yield "tagged"
            elif form_of(tag.name).split(" ")[0] == c.form.split(" ")[0]:
                yield "like_tagged"

    def _post(self, scene: Scene, c: Candidate) -> Iterator[str]:
        said = set(scene.reading.said)
        if scene.reading.comment.parent_post:
            head = c.form.split(" ")[0]
            if head in scene.post:
                yield "in_post"
        classes = {w for p in c.pupils for w in (scene.calls.class_form(p),) if w}
        if c.way is not Way.SURNAME and any(
            set(name.split(" ")) & said - {c.form} for name in classes if name
        ):
            yield "class_said"
        if any(name and name in " ".join(scene.post_words) for name in classes):
            yield "class_in_post"
