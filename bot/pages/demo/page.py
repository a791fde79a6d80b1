"""The demo Page as it stands: what is there, who may see it, and every way in which it can be made difficult."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot import clock
from bot.pages.demo import saving
from bot.pages.demo.faults import Faults
from bot.pages.demo.story import Story
from bot.pages.demo.things import Rating, Request, Shelf, Thing, Who, Write

SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_manage_posts",
)
TASKS = ("ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE")
VERSIONS = ("v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0")


@dataclass(slots=True, eq=False)
class Switches:
    """How the platform behaves; everything is as on a good day until a test says otherwise."""

    token_kind: str = "page"  # noqa: S105 - a kind, no secret; or "user"
    tasks: set[str] = field(default_factory=lambda: set(TASKS))
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    withhold_from: Callable[[str], bool] | Collection[str] = ()  # authors whose names are not told
    ranked: bool = False  # lists are in an order of the platform's own
    time_paging: bool = False  # the feed goes on by times instead of cursors
    alive_versions: tuple[str, ...] = VERSIONS
    default_version: str = "v25.0"  # of a call that names none
    usage: dict[str, int] | None = field(
        default_factory=lambda: {"call_count": 1, "total_cputime": 1, "total_time": 1}
    )
    count_surplus: int = 0  # total_count says so many more than can be had
    replies_to_replies: str = "move"  # below the first comment; or "nest", or "refuse"
    on_write: Callable[[str, str], None] | None = (
        None  # called with kind and target before a write takes effect
    )


class DemoPage(Switches):
    """A Page: posts, comments, hides, deletes and bans. All public methods may be called from any thread."""

    address = "https://pages.example"  # where permalinks lead; a server puts its own here

    def __init__(self, page_id: str, name: str, token: str, *, app_secret: str | None = None) -> None:
        super().__init__()
        self.id, self.name, self._token, self._app_secret = page_id, name, token, app_secret
        self.about: dict[str, str] = {"category": "Primary School"}
        self.person: Who = ("900000000000001", "Robin Example")  # whom a user token speaks for
        self.lock = threading.RLock()
        self.faults = Faults()
        self.requests: list[Request] = []
        self.writes: list[Write] = []
        self.ratings: list[Rating] = []
        self.banned: dict[str, str] = {}  # id → name
        self.cursor_age = 0
        self.things: dict[str, Thing] = {}
        self.story: Story | None = None
        self._posts = Shelf()
        self._under: dict[str, Shelf] = {}  # all comments of a post
        self._top: dict[str, Shelf] = {}  # those of the first level; of a comment its replies
        self._by_number: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._last_number = 1000

    def __repr__(self) -> str:
        return f"DemoPage({self.id!r})"

    @classmethod
    def from_story(cls, folder: Path, token: str, now: datetime, saved: Path | None = None) -> DemoPage:
        """The Page of the demonstration; as it was left, if it was saved before."""
        story = Story.read(folder / "story.json", now)
        page = cls(story.page["id"], story.page["name"], token)
        page.about = {k: v for k, v in story.page.items() if k not in ("id", "name")}
        page.story = story
        state = saving.load(saved) if saved else None
        if state:
            saving.restore(page, state)
        else:
            story.tell(page, now)
        return page

    def save(self, path: Path) -> None:
        """Keep the Page as it stands, whole or not at all; the token is not part of it."""
        with self.lock:
            saving.keep(path, saving.state(self))

    def arrive(self, now: datetime) -> list[str]:
        """Let the story go on; the ids of the comments that came or were changed."""
        with self.lock:
            return self.story.tell(self, now) if self.story else []

    def post(
        self, message: str | None, *, by: Who | None = None, at: datetime | None = None, **fields: object
    ) -> str:
        """A post by a visitor, or by the Page itself; returns its id."""
        with self.lock:
            number = self._next_number()
            when = at or clock.now()
            thing = Thing(
                f"{self.id}_{number}", number, by or (self.id, self.name), message, when, when, extra=fields
            )
            self.put(thing)
            return thing.id

    def comment(
        self,
        post_id: str,
        message: str | None,
        *,
        by: Who | None = ("u1", "Sam Example"),
        at: datetime | None = None,
        parent: str | None = None,
        hidden: bool = False,
        **fields: object,
    ) -> str:
        """A comment or a reply; `fields` go into its record as they are, None takes one out."""
        with self.lock:
            post, number, when = self.things[post_id], self._next_number(), at or clock.now()
            own_id = f"{post.number}_{number}"
            above = self.things[parent].id if parent else None
            thing = Thing(own_id, number, by, message, when, when, post.id, above, hidden, fields)
            self.put(thing)
            post.updated = max(post.updated, when)
            return thing.id

    def rate(self, text: str, *, by: Who, at: datetime | None = None, positive: bool = True) -> None:
        """A visitor's recommendation."""
        with self.lock:
            self.ratings.insert(0, Rating(by, text, at or clock.now(), positive))

    def edit(self, object_id: str, message: str | None) -> None:
        """As its author would; the platform keeps no trace of it."""
        with self.lock:
            self.things[object_id].message = message

    def set_hidden(self, object_id: str, hidden: bool) -> None:
        """As another moderator, or the platform itself, would."""
        with self.lock:
            self.things[object_id].hidden = hidden

    def remove(self, object_id: str) -> None:
        """A post with its comments, or a comment with its replies."""
        with self.lock:
            thing = self.things[object_id]
            below = (self._under if thing.is_post else self._top).get(thing.id)
            for other in below.ids() if below else ():
                if other in self.things:
                    self.remove(other)
            for shelf in self._shelves(thing):
                shelf.drop(thing)
            for shelves in (self._under, self._top):
                shelves.pop(thing.id, None)
            del self.things[thing.id], self._by_number[str(thing.number)]

    def is_hidden(self, object_id: str) -> bool:
        with self.lock:
            return self.things[object_id].hidden

    def exists(self, object_id: str) -> bool:
        with self.lock:
            return object_id in self.things

    def expire_cursors(self) -> None:
        """Every cursor given out so far goes stale."""
        self.cursor_age += 1

    def put(self, thing: Thing) -> None:
        """Set a thing in its place."""
        self.things[thing.id] = thing
        self._by_number[str(thing.number)] = thing.id
        self._last_number = max(self._last_number, thing.number)
        if thing.author:
            self._people[thing.author[0]] = thing.author[1]
        for shelf in self._shelves(thing):
            shelf.add(thing)

    def find(self, object_id: str) -> Thing | None:
        """By its id, or by the last part of it alone."""
        return self.things.get(object_id) or self.things.get(self._by_number.get(object_id, ""))

    def posts(self) -> list[Thing]:
        """From new to old."""
        return [self.things[one] for one in reversed(self._posts.ids())]

    def below(self, thing: Thing, *, every_level: bool) -> list[Thing]:
        """The comments of a post or the replies of a comment, from old to new."""
        shelves = self._under if thing.is_post and every_level else self._top
        shelf = shelves.get(thing.id)
        return [self.things[one] for one in shelf.ids()] if shelf else []

    def count_below(self, thing: Thing, *, every_level: bool) -> int:
        shelf = (self._under if thing.is_post and every_level else self._top).get(thing.id)
        return len(shelf) if shelf else 0

    def known_person(self, person_id: str) -> str | None:
        """The name of somebody who has written here."""
        return self._people.get(person_id)

    def by_page(self, thing: Thing) -> bool:
        return thing.author is not None and thing.author[0] == self.id

    def may(self, task: str, *scopes: str) -> bool:
        """Whether the token's owner holds a task and one of the permissions."""
        has_task = bool({task, f"PROFILE_PLUS_{task}", "PROFILE_PLUS_FULL_CONTROL"} & self.tasks)
        return has_task and (not scopes or bool(self.scopes & set(scopes)))

    def sees(self, thing: Thing) -> bool:
        """What visitors wrote needs a permission of its own."""
        return self.by_page(thing) or "pages_read_user_content" in self.scopes

    def withholds(self, author: Who) -> bool:
        if author[0] == self.id:
            return False
        hidden = self.withhold_from
        return hidden(author[0]) if callable(hidden) else author[0] in hidden

    def accepts(self, token: str | None) -> bool:
        return token is not None and hmac.compare_digest(token.encode(), self._token.encode())

    def accepts_proof(self, proof: str | None) -> bool:
        """The proof that the caller knows the app's secret, where the Page wants one."""
        if self._app_secret is None:
            return True
        right = hmac.new(self._app_secret.encode(), self._token.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest((proof or "").encode(), right.encode())

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _shelves(self, thing: Thing) -> list[Shelf]:
        if thing.post is None:
            return [self._posts]
        above = thing.parent or thing.post
        return [self._under.setdefault(thing.post, Shelf()), self._top.setdefault(above, Shelf())]
