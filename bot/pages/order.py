"""Whether a list has shown itself to run from new to old, so that reading it may stop early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


class Order:
    """What the times of a list have shown so far."""

    def __init__(self, said: str | None = None) -> None:
        self.newest: datetime | None = None
        self._last: datetime | None = None
        self._falls = False
        self._broken = (said or "").startswith("ranked")

    def see(self, moments: Iterable[datetime | None]) -> None:
        """The times of the next page, as they come; a missing one proves nothing and so breaks the order."""
        for moment in moments:
            if moment is None or (self._last and moment > self._last):
                self._broken = True
            elif self._last and moment < self._last:
                self._falls = True
            self._last = moment or self._last
            self.newest = max(filter(None, (moment, self.newest)), default=None)

    @property
    def proven(self) -> bool:
        """Never a step up, and at least one down."""
        return self._falls and not self._broken

    def past(self, floor: datetime) -> bool:
        """All that is still to come is older than this."""
        return self.proven and self._last is not None and self._last < floor
