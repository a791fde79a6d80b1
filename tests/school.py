"""A small school on the demo Page: the real service over real HTTP, a folder for mail, a paper camera."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, cast

from bot import worker
from bot.assemble import house
from bot.outside import Picture
from bot.pages.demo import DemoPage, DemoServer
from bot.service import Report, Service
from bot.settings import Settings, load
from bot.store import incidents, outbox

TOKEN = "SCHOOL-token-0123456789"
PAGE = "100000000000001"
SWEARING = "you are a fucking disgrace"
CONFIG = """
[school]
name = "Larkfield Primary School"
[[page]]
platform = "facebook"
id = "{page}"
name = "Larkfield"
token_env = "TOKEN"
[graph]
base_url = "{url}"
[roster]
pupils = "pupils.csv"
staff = "staff.csv"
[people.headteacher]
name = "Helen Marsden"
email = "head@larkfield.example"
[people.slt]
name = "Imran Qureshi"
email = "slt@larkfield.example"
[people.administrators]
name = "School office"
email = "office@larkfield.example"
[people.ict_support]
name = "Dewi Rees"
email = "ict@larkfield.example"
[mail]
url = "file:outbox"
from = "gate@larkfield.example"
[store]
folder = "run"
[moderation]
mode = "enforce"
look_back_days = 30
"""
PUPILS = "pupil_id,first_name,last_name\nP001,Alfie,Harrison\nP002,Ellie,Marsh\n"
STAFF = "staff_id,title,first_name,last_name,role,facebook_name\nS001,Mrs,Joan,Pike,Teacher,Joanie Pike\n"
PNG = b"\x89PNG\r\n\x1a\n paper"


class PaperCamera:
    """Takes pictures without a browser; fails as it is told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.taken = 0

    def capture(self, record: bytes) -> Picture:
        if self.error:
            raise self.error
        self.taken += 1
        return Picture(PNG + record[:40])

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class School:
    """The Page and its service, and what a test wants to know of them."""

    folder: Path
    page: DemoPage
    server: DemoServer
    service: Service
    camera: PaperCamera
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def settings(self) -> Settings:
        return self.service.settings

    def once(self, **later: float) -> Report:
        """One cycle with the slow work, `later` in the school's own time."""
        self.now += timedelta(**later)
        return worker.run_once(self.service, self.now)

    def letters(self, to: str = "") -> list[EmailMessage]:
        """What was sent, in the order of sending."""
        files = sorted((self.folder / "outbox").glob("*.eml"), key=lambda f: f.stat().st_mtime_ns)
        found = [cast(EmailMessage, message_from_bytes(f.read_bytes(), policy=SMTP)) for f in files]
        return [letter for letter in found if to in str(letter["To"])]

    def incidents(self) -> list[dict[str, Any]]:
        """Each incident with its steps and alerts."""
        with self.service.database() as db:
            return [
                {
                    "id": i.id,
                    "comment": i.comment,
                    "categories": i.categories,
                    "outcome": i.outcome,
                    "steps": {s.name.value: s.state.value for s in incidents.steps(db, i.id)},
                    "notes": {s.name.value: s.note for s in incidents.steps(db, i.id)},
                    "evidence": incidents.evidence(db, i.id),
                    "alerts": {a["to"]: a["state"] for a in outbox.told(db, i.id)},
                    "urgency": i.decision.urgency.value,
                }
                for i in incidents.every(db)
            ]

    def acts(self) -> list[tuple[str, str]]:
        """What took effect on the Page, in order."""
        return [(w.kind, w.target) for w in self.page.writes]


def body(letter: EmailMessage) -> str:
    """The plain part."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def furnish(folder: Path, url: str, config: str = CONFIG) -> Path:
    """Settings and roster in the folder; the settings file."""
    (folder / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    (folder / "staff.csv").write_text(STAFF, encoding="utf-8")
    path = folder / "school.toml"
    path.write_text(config.format(page=PAGE, url=url), encoding="utf-8")
    return path


@contextmanager
def school(folder: Path, config: str = CONFIG, **environment: str) -> Iterator[School]:
    """Everything in one folder; the first post stands there already."""
    page = DemoPage(PAGE, "Larkfield", TOKEN)
    with ExitStack() as stack:
        server = stack.enter_context(DemoServer(page))
        settings = load(furnish(folder, server.base_url, config), {"TOKEN": TOKEN, **environment})
        opened = stack.enter_context(house(settings, datetime.now(UTC)))
        camera = PaperCamera()
        opened.service.camera = camera
        yield School(folder, page, server, opened.service, camera)
