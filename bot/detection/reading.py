"""A comment as its words, and what their capitals and gaps tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from bot.detection.text import Folded, Word, fold, words
from bot.domain.comment import Comment, Place
from bot.domain.finding import Span

_ENDS_A_SENTENCE = re.compile(r"[.!?:;\n…]|\s-\s")
_TITLE_CASE = 0.7
_FEW_WORDS = 5


@dataclass(frozen=True)
class Reading:
    """The words of one comment and their neighbours."""

    comment: Comment
    folded: Folded
    words: list[Word]
    said: list[str]

    def word(self, n: int) -> str:
        """The word at n, or nothing."""
        return self.said[n] if 0 <= n < len(self.said) else ""

    def gap(self, n: int) -> str:
        """What stands before word n: between it and its neighbour, or an end of the text."""
        start = self.words[n - 1].end if 0 < n <= len(self.words) else 0
        end = self.words[n].start if n < len(self.words) else len(self.folded.text)
        return self.folded.text[start:end]

    def joined(self, n: int) -> bool:
        """Whether word n follows word n - 1 in the same breath."""
        return 0 < n < len(self.words) and not self.gap(n).strip(" '-_")

    def capital(self, n: int) -> bool:
        """Whether word n begins with a capital letter."""
        return 0 <= n < len(self.words) and self.folded.is_capital(self.words[n].start)

    def named(self, n: int) -> bool:
        """Whether word n is written like a name: a capital that is not the habit of the whole text."""
        if not self.capital(n) or self.capitals_say_nothing:
            return False
        word = self.words[n]
        return len(word.text) == 1 or not self.folded.is_capital(word.end - 1)

    def opens_a_sentence(self, n: int) -> bool:
        """Whether word n would have a capital anyway."""
        return n == 0 or bool(_ENDS_A_SENTENCE.search(self.gap(n)))

    def span(self, start: int, end: int) -> Span:
        """The place of the words start … end - 1 in the original."""
        return self.folded.span(self.words[start].start, self.words[end - 1].end)

    @cached_property
    def capitals_say_nothing(self) -> bool:
        """Text In Which Nearly Every Word Has One, or that is shouted."""
        long = [n for n, word in enumerate(self.words) if word.text.isalpha()]
        return len(long) >= _FEW_WORDS and sum(map(self.capital, long)) > _TITLE_CASE * len(long)


def read(comment: Comment) -> Reading:
    """The comment's words."""
    folded = fold(comment.message)
    found = words(folded.text)
    return Reading(comment, folded, found, [word.text for word in found])


def by_the_school(comment: Comment) -> bool:
    """The school's own posts and replies: watched for names and personal details only."""
    return comment.by_page or comment.place is Place.OWN_POST
