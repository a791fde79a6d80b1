"""One call as the routes see it: what is asked, by whom, and how the answer's lists are to be bent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bot.pages.demo import trouble

if TYPE_CHECKING:
    from bot.pages.demo.page import DemoPage

EMPTY_PAGE = "empty_page"  # the list's next page is empty and yet has a `next`
SAME_PAGE_TWICE = "same_page_twice"  # the way on leads to the very same page again

_READABLE = "(){},:"


@dataclass(frozen=True, slots=True)
class Ask:
    """A call on a Page."""

    page: DemoPage
    method: str
    path: tuple[str, ...]  # without the version
    version: str
    given: Mapping[str, str]  # query and form together
    now: datetime
    query_token: str | None = None  # set if the token came in the query: then links carry it on
    bend: str | None = None

    @property
    def is_page_token(self) -> bool:
        return self.page.token_kind == "page"  # noqa: S105 - a kind, no secret

    def link(self, object_id: str, edge: str, given: Mapping[str, str]) -> str:
        """The address of a list, as `next` gives it."""
        token = {"access_token": self.query_token} if self.query_token else {}
        query = urlencode({**token, **given}, safe=_READABLE)
        return f"{self.page.address}/{self.version}/{object_id}/{edge}?{query}"

    def needs_page_token(self) -> None:
        if not self.is_page_token:
            raise trouble.page_token_wanted()

    def flag(self, name: str) -> bool | None:
        """A parameter that is true or false; None if it is not given."""
        return truth(name, self.given[name]) if name in self.given else None


def truth(name: str, said: str) -> bool:
    if said.lower() in ("true", "1"):
        return True
    if said.lower() in ("false", "0", ""):
        return False
    raise trouble.bad_parameter(f"Param {name} must be a boolean")
