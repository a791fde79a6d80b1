"""The word tables of moderation_rules/names/ and the commonest English words of models/words/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from bot.detection.pupils.pet_names import pet_names
from bot.detection.text import folded, words
from bot.detection.wordlist import read_table

WORDS = Path(__file__).parents[3] / "models" / "words"
_AROUND = "titles kin_adult kin_child jobs place_words child_nouns school_roles_play praise pets past elsewhere garden colours appearance aids happenings verbs_of_a_person before_a_verb determiners prepositions family signed grown_up animals"
_FILES: Mapping[str, Mapping[str, type]] = {  # what each must have; a list and a table hold texts
    "nicknames": {"pairs": dict},
    "spellings": {"groups": list},
    "words": {"surnames": str},
    "people": {"famous": list, "characters": dict, "brands": dict},
    "adults": dict.fromkeys(_AROUND.split(), list),
}
_KINDS: Mapping[type, str] = {dict: "a table", list: "a list", str: "a text"}
_COMMON = 12_000  # a made-up pet name that is one of so many common words is that word


class Lexicon:
    """Names and words as they are used in Britain; nothing of any school."""

    def __init__(
        self, tables: Mapping[str, Mapping[str, Any]], ranked: list[str], tags: Mapping[str, str]
    ) -> None:
        self._tables = tables
        self.tags = tags  # what part of speech a common word mostly is
        self.rank = {word: n for n, word in enumerate(ranked)}
        self._nicknames: defaultdict[str, set[str]] = defaultdict(set)
        self._formal: defaultdict[str, set[str]] = defaultdict(set)
        for formal, short in tables["nicknames"]["pairs"].items():
            for name in folded(short).split():
                self._nicknames[folded(formal)].add(name)
                self._formal[name].add(folded(formal))
        self._spellings: defaultdict[str, set[str]] = defaultdict(set)
        for group in tables["spellings"]["groups"]:
            names = set(folded(group).split())
            for name in names:
                self._spellings[name] |= names - {name}
        self._classes: defaultdict[str, set[str]] = defaultdict(set)
        for kind, listed in tables["words"].items():
            if kind != "surnames":
                for word in folded(listed).split():
                    self._classes[word].add(kind)
        self.known_names = {*self._nicknames, *self._formal, *self._spellings}

    def other_forms(self, name: str) -> Iterator[tuple[str, str]]:
        """Each other way to say a first name, with how it was come by."""
        seen = {name}
        for other in sorted(self._spellings.get(name, ())):
            seen.add(other)
            yield "spelling", other
        short = self._nicknames.get(name, set())
        formal = self._formal.get(name, set())
        siblings = (
            {other for whole in formal for other in self._nicknames[whole]} if len(formal) == 1 else set()
        )
        for other in sorted((short | formal | siblings) - seen):
            seen.add(other)
            yield "nickname", other
        for other in pet_names(name):
            if (
                other not in seen
                and other not in self.known_names
                and self.rank.get(other, _COMMON) >= _COMMON
            ):
                yield "pet", other

    def classes(self, word: str) -> frozenset[str]:
        """What kind of word a name also is; empty for a name that is only a name."""
        return frozenset(self._classes.get(word, ()))

    @cached_property
    def word_names(self) -> frozenset[str]:
        """First names that are everyday words too."""
        return frozenset(self._classes)

    def is_word(self, name: str) -> bool:
        """Whether a first name is also an everyday word."""
        return name in self._classes

    def is_word_surname(self, name: str) -> bool:
        """Whether a family name is also an everyday word."""
        return name in self.word_surnames

    @cached_property
    def word_surnames(self) -> frozenset[str]:
        return frozenset(folded(self._tables["words"]["surnames"]).split())

    def group(self, name: str) -> frozenset[str]:
        """A list of adults.toml by its name; entries of several words have a blank."""
        listed = self._tables["adults"][name]
        return frozenset(" ".join(w.text for w in words(folded(entry))) for entry in listed)

    @cached_property
    def signed(self) -> frozenset[str]:
        """What follows a name at the end of a letter: kisses, love, thanks."""
        return self.group("signed")

    def famous(self) -> frozenset[str]:
        """Full names of people and characters that everybody knows."""
        return frozenset(
            " ".join(w.text for w in words(folded(name))) for name in self._tables["people"]["famous"]
        )

    def cues(self, name: str) -> Mapping[str, frozenset[str]]:
        """Per first name the words that show that a character, or a brand, is meant."""
        return {
            first: frozenset(folded(cues).split()) for first, cues in self._tables["people"][name].items()
        }


def load(rules: Path, words_folder: Path = WORDS) -> Lexicon:
    """Everything read and folded; WordListError names the file and the slip."""
    tables = {
        name: read_table(rules / "names" / f"{name}.toml", partial(_checked, needed=needed))
        for name, needed in _FILES.items()
    }
    ranked = (words_folder / "words.txt").read_text(encoding="ascii").split()
    tagged = (
        line.split(" ") for line in (words_folder / "tags.txt").read_text(encoding="ascii").splitlines()
    )
    return Lexicon(tables, ranked, dict(tagged))


def _checked(table: Mapping[str, Any], needed: Mapping[str, type]) -> Mapping[str, Any]:
    """The table, if everything in it is of the kind that it should be."""
    for name, kind in needed.items():
        if not isinstance(table[name], kind):
            raise TypeError(f"'{name}' should be {_KINDS[kind]}")
    for name, value in table.items():
        texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            raise TypeError(f"'{name}' should hold texts only")
    return table
