"""Who else is about: other names, a family name, the author, staff, somebody famous, somebody tagged, the post above."""

from __future__ import annotations

from collections.abc import Iterator

from bot.detection.pupils.calls import Way, form_of
from bot.detection.pupils.candidate import Candidate
from bot.detection.pupils.lexicon import Lexicon
from bot.detection.pupils.scene import Scene

_ACCOUNTS = ("user", "page", None)  # an event or a group is nobody
_COMMON = 3_000


class Company:
    """What the people around a candidate say about it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._praise = lexicon.group("praise")
        self._famous = lexicon.famous()
        self._characters = dict(lexicon.cues("characters"))
        self._brands = dict(lexicon.cues("brands"))
        self._animals = lexicon.group("animals")
        self._grown_up = lexicon.group("grown_up")
        self._verbs = lexicon.group("verbs_of_a_person")

    def of(self, scene: Scene, c: Candidate) -> Iterator[str]:
        """All signs of it."""
        yield from self._people(scene, c)
        yield from self._post(scene, c)

    def _people(self, scene: Scene, c: Candidate) -> Iterator[str]:
        n, said = c.first, scene.reading.said
        for size in (1, 2, 3, 4):
            if n >= size and " ".join(said[n - size : n]) in self._praise and not scene.mark(n):
                yield "praised"
                break
        yield from self._neighbours(scene, c)
        for other in scene.beside(c):
            yield "listed"
            yield f"listed:{self._sort(other)}"
        yield f"others={min(scene.surely_named - scene.is_surely_named(c), 3)}"
        author = scene.author
        if author:
            yield from self._written_by(scene, c, author)
        else:
            yield "nobody"
        yield from self._tags(scene, c)

    def _sort(self, c: Candidate) -> str:
        if c.full:
            return "full"
        if c.is_surname:
            return "surname"
        return "word" if self._lexicon.is_word(c.form) else "name"

    def _neighbours(self, scene: Scene, c: Candidate) -> Iterator[str]:
        """Another family name after it, another first name before it, staff, somebody famous."""
        reading, n, end = scene.reading, c.first, c.last
        after, before = reading.word(end), reading.word(n - 1)
        if not scene.mark(end) and reading.named(end) and after.isalpha() and after not in self._verbs:
            yield "then_capital"
            if self._lexicon.rank.get(after, 10**6) > _COMMON:
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
        if not scene.mark(n) and before in self._grown_up and reading.word(n - 2) in ("my", "our"):
            yield "grown_up"
        if not scene.mark(n) and before in self._animals:
            yield "pet"
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
        if any(word in scene.counts or word in scene.post for word in self._characters.get(c.form, ())):
            yield "character"
        if self._brands.get(c.form, frozenset()) & set(reading.said[max(0, n - 2) : end + 2]):
            yield "brand"

    def _written_by(self, scene: Scene, c: Candidate, author: tuple[str, ...]) -> Iterator[str]:
        if c.form in author or scene.reading.said[c.first] in author[:1]:
            yield "author_first" if c.form == author[0] else "author_name"
            if c.last >= scene.signed_off:
                yield "signed_by_author"
            named = scene.reading.said[c.first : c.last]
            told_of = scene.reading.word(c.last) in self._verbs and not scene.mark(c.last)
            if len(named) > 1 and set(named) <= set(author) and not told_of:
                yield "author_full"
        family = set(author[1:])
        if family and not c.is_surname and not family.isdisjoint(scene.calls.family_words(c.pupils)):
            yield "family_of_author"
        elif len(author) > 1 and len(author[-1]) > 2:
            yield "no_family_of_author"

    def _tags(self, scene: Scene, c: Candidate) -> Iterator[str]:
        span = scene.reading.folded.span(c.start, c.end)
        for tag in scene.reading.comment.tags:
            if tag.type not in _ACCOUNTS:
                continue
            if tag.offset < span.end and span.start < tag.offset + tag.length:
                yield "tagged"
            elif form_of(tag.name).split(" ")[0] == c.form.split(" ")[0]:
                yield "like_tagged"

    def _post(self, scene: Scene, c: Candidate) -> Iterator[str]:
        if scene.reading.comment.parent_post:
            head = c.form.split(" ")[0]
            if head in scene.post:
                yield "in_post"
        classes = scene.calls.class_forms(c.pupils)
        if c.way is not Way.SURNAME and any(
            word in scene.counts and word != c.form for name in classes for word in name.split(" ")
        ):
            yield "class_said"
        if not classes.isdisjoint(scene.calls.classes_inside(scene.post_text)):
            yield "class_in_post"
