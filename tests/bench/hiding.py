"""How long a comment stays up once it could be seen."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.bench.figures import Figure
from tests.bench.school import PRAISE, at_work, school, wait_for
from tests.faults.evening import Evening

LATENCY = 0.1
ONES = 7
COMMENTS, OFFENDING = 1_200, 80
NASTY = "you are a fucking disgrace"


@dataclass
class Watch:
    """When each comment went out of sight."""

    found: Evening
    hidden: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found.page.on_write = self._hidden

    def _hidden(self, kind: str, target: str) -> None:
        if kind == "hide":
            self.hidden.setdefault(target, datetime.now(UTC))

    def seconds(self, written: list[str], after: datetime) -> list[float]:
        """From the poll that could see them first, as it reached the Page, to the moment each was hidden."""
        wait_for("comments are hidden", lambda: set(written) <= set(self.hidden))
        could_see = after - timedelta(seconds=LATENCY)  # one that was on its way then is answered with it
        polls = [r.at for r in self.found.page.requests if r.path.endswith("/feed") and r.at >= could_see]
        return sorted((self.hidden[one] - polls[0]).total_seconds() for one in written)


def measure() -> list[Figure]:
    """The daily service polls every second; pictures are drawn beside it if there is a browser."""
    with school(10, latency=LATENCY) as found:
        watch = Watch(found)
        with at_work(found, poll="1s"):
            wait_for("the first polls", lambda: len(found.page.requests) > 6)
            one = sorted(_write(watch, 1, 1)[0] for _ in range(ONES))
            burst = _write(watch, COMMENTS, OFFENDING)
    return [
        Figure("one comment seen, then hidden: median", statistics.median(one), "s", 2, f"of {ONES}"),
        Figure("… the slowest", one[-1], "s", 2),
        Figure("80 among 1,200: the last is hidden", burst[-1], "s", 30),
        Figure("… the first", burst[0], "s"),
    ]


def _write(watch: Watch, comments: int, offending: int) -> list[float]:
    page, post = watch.found.page, watch.found.page.posts()[0].id
    written = []
    began = datetime.now(UTC)
    with page.lock:  # nobody sees half of them
        for n in range(comments):
            nasty = n % (comments // offending) == 0
            words = f"{NASTY if nasty else PRAISE} {n}"
            comment = page.comment(post, words, by=(f"u{n % 300}", f"Visitor {n % 300}"))
            if nasty:
                written.append(comment)
    seconds = watch.seconds(written[:offending], began)
    time.sleep(1.3)  # the next one meets another moment of the poll
    return seconds
