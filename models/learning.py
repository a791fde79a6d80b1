"""Logistic regression over many rare features and a few dense numbers, all examples at once; the same result each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEPS = 500


@dataclass
class Row:
    """One example: what is seen, what each of that counts, the sense of the words, the truth, its weight."""

    seen: np.ndarray
    share: float
    sense: np.ndarray
    truth: bool
    weight: float = 1.0


@dataclass
class Learnt:
    """A weight for each feature and number."""

    seen: np.ndarray
    sense: np.ndarray
    bias: float

    def likelihoods(self, rows: list[Row]) -> np.ndarray:
        logits = [self.seen[r.seen].sum() * r.share + r.sense @ self.sense + self.bias for r in rows]
        return 1 / (1 + np.exp(-np.clip(np.array(logits), -30, 30)))


def learn(rows: list[Row], buckets: int, loose: float) -> Learnt:
    """`loose`: how freely weights may grow."""
    columns = np.concatenate([np.sort(r.seen) for r in rows])  # sorted: sums come out the same each time
    counts = np.array([len(r.seen) for r in rows])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    shares = np.array([r.share for r in rows])
    sense = np.stack([r.sense for r in rows]).astype("float64")
    truth = np.array([r.truth for r in rows], dtype="float64")
    weight = np.array([r.weight for r in rows])
    size = buckets + sense.shape[1]
    theta, first, second = np.zeros(size + 1), np.zeros(size + 1), np.zeros(size + 1)
    for step in range(1, STEPS + 1):
        logit = np.add.reduceat(theta[columns], starts) * shares + sense @ theta[buckets:size] + theta[size]
        slope = (1 / (1 + np.exp(-np.clip(logit, -30, 30))) - truth) * weight
        gradient = theta / loose
        gradient[:buckets] += np.bincount(columns, np.repeat(slope * shares, counts), minlength=buckets)
        gradient[buckets:size] += sense.T @ slope
        gradient[size] = slope.sum()
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        pace = 0.05 * (1 - step / STEPS) + 0.0005
        theta -= pace * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
    return Learnt(
        theta[:buckets].astype("float32"), theta[buckets:size].astype("float32"), float(theta[size])
    )


def report(title: str, found: np.ndarray, rows: list[Row], levels: tuple[float, ...]) -> None:
    """Precision and recall of single candidates or comments."""
    truth = np.array([r.truth for r in rows])
    for least in levels:
        right, said = int(((found >= least) & truth).sum()), int((found >= least).sum())
        print(
            f"{title} at {least}: precision {right / max(1, said):.3f} recall {right / max(1, truth.sum()):.3f}"
        )
