"""Settings in, a working Service out: the only place that chooses real parts."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import truststore

from bot import clock, rules
from bot.domain.comment import PageId
from bot.evidence import files
from bot.evidence.picture import ChromiumCamera
from bot.mail.postbox import open_postbox
from bot.outside import Postbox, Token
from bot.pages.graph import GraphPage
from bot.service import GatedPage, Service
from bot.settings import Settings, SettingsError
from bot.settings_form import WatchedPage
from bot.store import pages
from bot.store.database import Broken, opened

if TYPE_CHECKING:
    from bot.pages.demo import DemoPage

DEMO_STORY = Path(__file__).parent.parent / "data" / "demo"


@dataclass(slots=True)
class Demo:
    """The embedded demo Page while it runs."""

    page: DemoPage
    saved: Path
    address: str

    def visitors_write(self) -> None:
        """What the story has for this moment."""
        if self.page.arrive(clock.now()):
            self.page.save(self.saved)


@dataclass(slots=True)
class House:
    """The service, and the demo Page if it is one of those watched."""

    service: Service
    demo: Demo | None


@contextmanager
def house(settings: Settings, now: datetime, *, only_looking: bool = False) -> Iterator[House]:
    """Everything opened in order, and closed again; who only looks may do so beside a worker and leaves no trace."""
    # Schools re-sign TLS with an authority of their own, which the system knows and a bundled list does not.
    truststore.inject_into_ssl()
    _refuse_to_begin_anew(settings)
    if not only_looking:
        files.sweep_up(settings.evidence)
    with contextlib.ExitStack() as stack:
        demo: Demo | None = None
        watched: dict[PageId, GatedPage] = {}
        marks: dict[PageId, str] = {}
        for page in settings.pages:
            token, base_url = _access(settings, page)
            if page.platform == "demo":
                demo = stack.enter_context(_demo(settings, token, now, only_looking))
                base_url = demo.address
            watched[PageId(page.id)] = _page(settings, page, token, base_url, only_looking)
            marks[PageId(page.id)] = _mark(token)
        judge = rules.load(settings)
        camera = ChromiumCamera()
        stack.callback(camera.close)
        yield House(
            Service(
                settings=settings,
                pages=watched,
                token_marks=marks,
                inspect=judge.inspect,
                decide=judge.decide,
                camera=camera,
                postbox=_postbox(settings),
            ),
            demo,
        )


def _postbox(settings: Settings) -> Postbox:
    try:
        return open_postbox(settings.mail_url, ca_bundle=settings.ca_bundle)
    except ValueError as error:
        raise SettingsError([f"{settings.path.name}, {error}"]) from None


def _access(settings: Settings, page: WatchedPage) -> tuple[Token, str]:
    if page.platform == "demo":
        return Token(f"demo-{secrets.token_hex(16)}"), ""
    return settings.token(page), settings.graph.base_url


def _mark(token: Token) -> str:
    return hashlib.sha256(b"schoolgate token mark\x00" + token.value.encode()).hexdigest()[:16]


@contextmanager
def _demo(settings: Settings, token: Token, now: datetime, only_looking: bool) -> Iterator[Demo]:
    from bot.pages.demo import DemoPage, DemoServer

    saved = settings.store / "demo-page.json"
    story = DemoPage.from_story(DEMO_STORY, token.value, now, saved=saved)
    with DemoServer(story) as server:
        try:
            yield Demo(story, saved, server.base_url)
        finally:
            if not only_looking:
                saved.parent.mkdir(parents=True, exist_ok=True)
                story.save(saved)


def _refuse_to_begin_anew(settings: Settings) -> None:
    """A database that has vanished is never made again in silence: what it owed and knew would be lost."""
    if not settings.database.exists() and any(settings.evidence.glob("??/*")):
        raise Broken(
            f"There is evidence in {settings.evidence}, but the database {settings.database} is gone. Put a backup"
            f" in its place: schoolgate restore BACKUP-FOLDER. To begin anew, move {settings.evidence} away."
        )


def _page(
    settings: Settings, page: WatchedPage, token: Token, base_url: str, only_looking: bool
) -> GraphPage:
    calls, writes = _silences(settings, page, only_looking)
    return GraphPage(
        PageId(page.id),
        page.name,
        token,
        base_url=base_url,
        version=settings.graph.version,
        app_secret=settings.app_secret() if page.platform != "demo" else None,
        now=clock.now,
        no_calls_until=calls,
        no_writes_until=writes,
    )


def _silences(
    settings: Settings, page: WatchedPage, only_looking: bool
) -> tuple[datetime | None, datetime | None]:
    """Until when the platform wanted no calls, and no writes, when we were last at work."""
    if not settings.database.exists():
        return None, None
    with opened(settings.database) as db:
        calls, writes = pages.silences(db, PageId(page.id))
        # Who looks after mending a token wants to know now whether it works.
        return (None if only_looking and pages.was_refused(db, PageId(page.id)) else calls), writes
