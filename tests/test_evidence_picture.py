"""The picture: drawn by a browser that can reach nothing, and that never outlives its use."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.domain.comment import Attachment, Author
from bot.evidence import card, lookup, picture, processes
from bot.evidence.picture import ChromiumCamera
from bot.evidence.record import compose, read
from bot.outside import NoBrowser, Refused, TryLater
from tests.evidence_cast import GIVEN, record

needs_browser = pytest.mark.browser
RECORD = compose(GIVEN)


@pytest.fixture(scope="module")
def camera() -> Iterator[ChromiumCamera]:
    with ChromiumCamera() as shared:
        yield shared


@pytest.fixture
def own() -> Iterator[ChromiumCamera]:
    """A camera whose browser may be ill-treated."""
    with ChromiumCamera() as camera:
        yield camera


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def groups_of(camera: ChromiumCamera) -> list[processes.Group]:
    assert camera._child
    return processes.groups_below(camera._child._process.pid)


def browser_group(camera: ChromiumCamera) -> int:
    """The browser's own group: the child and its driver are in the other."""
    assert camera._child
    (group,) = [g.id for g in groups_of(camera) if g.id != camera._child._process.pid]
    return group


def lives(groups: list[processes.Group]) -> bool:
    return any(processes._lives(group) for group in groups)


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("schoolgate-browser-*"))


def wait_until(true: Callable[[], bool], seconds: float = 8.0) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@needs_browser
def test_a_picture_is_720_wide_and_as_high_as_the_card(camera: ChromiumCamera) -> None:
    taken = camera.capture(RECORD)
    width, height = size_of(taken.png)
    assert width == 720
    assert 900 < height < 2000
    assert "cut" not in taken.note


@needs_browser
def test_the_same_record_gives_the_same_picture(camera: ChromiumCamera) -> None:
    assert camera.capture(RECORD).png == camera.capture(RECORD).png
    assert camera.capture(RECORD).png != camera.capture(record("other words")).png


class Trap:
    """A server that nobody should ever call."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        trap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.calls.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.server.shutdown()
    trap.server.server_close()


FETCHES = {
    "stylesheet": '<link rel=stylesheet href="{}/css">',
    "import": '<style>@import "{}/import";</style>',
    "font": "<style>@font-face{{font-family:t;src:url({}/font)}}*{{font-family:t}}</style>x",
    "background": '<div style="height:9px;background:url({}/background)">x</div>',
    "image": '<img src="{}/image">',
    "frame": '<iframe src="{}/frame"></iframe>',
    "object": '<object data="{}/object"></object>',
    "video": '<video src="{}/video" autoplay></video>',
    "prefetch": '<link rel=prefetch href="{}/prefetch">',
    "script": '<script>new Image().src="{0}/script"</script><script src="{0}/script2"></script>',
    "refresh": '<meta http-equiv=refresh content="0;url={}/refresh">',
}


def test_the_trap_notices_a_caller(trap: Trap) -> None:
    urllib.request.urlopen(trap.url + "/hello", timeout=5).close()
    assert trap.calls == ["/hello"]


@needs_browser
def test_hostile_words_reach_nothing_and_the_picture_is_still_made(
    camera: ChromiumCamera, trap: Trap
) -> None:
    hostile = "".join(FETCHES.values()).replace("{{", "{").replace("}}", "}").replace("{}", trap.url)
    hostile = hostile.replace("{0}", trap.url)
    hostile += "<img src=file:///etc/passwd><img src=http://169.254.169.254/latest/meta-data/>"
    taken = camera.capture(
        record(
            hostile,
            school=hostile,
            author=Author(hostile, hostile),
            attachment=Attachment(f"photo {hostile}", trap.url + "/attached.jpg", hostile),
            permalink=trap.url + "/link",
        )
    )
    assert size_of(taken.png)[1] > 900
    time.sleep(0.3)
    assert trap.calls == []


@needs_browser
@pytest.mark.parametrize("kind", sorted(FETCHES.keys() - {"refresh"}))
def test_even_a_page_without_escape_or_policy_reaches_nothing(
    camera: ChromiumCamera, trap: Trap, kind: str
) -> None:
    """The other layers must hold by themselves, should the template ever slip."""
    page = f"<!doctype html><p>still here</p>{FETCHES[kind].format(trap.url)}"
    assert size_of(camera.draw(page).png)[0] == 720
    time.sleep(0.15)
    assert trap.calls == []


@needs_browser
def test_a_page_that_leads_away_reaches_nothing_and_is_not_photographed(
    camera: ChromiumCamera, trap: Trap
) -> None:
    with pytest.raises(TryLater, match="stopped in the middle"):
        camera.draw(f"<!doctype html>{FETCHES['refresh'].format(trap.url)}")
    assert trap.calls == []


@needs_browser
def test_a_grey_box_looks_the_same_whatever_the_picture_shows(camera: ChromiumCamera, trap: Trap) -> None:
    one, other = (
        camera.capture(record(attachment=Attachment("photo", f"{trap.url}/{n}.jpg", "998877665544"))).png
        for n in (1, 2)
    )
    # Also the hash of the record is the same: the address is in the platform's bytes alone.
    assert one == other
    assert one != camera.capture(RECORD).png
    assert trap.calls == []


LONG = {
    "100,000 characters": ("All work and no play. " * 4546, True),
    "63,000 of one letter": ("a" * 63_000, True),
    "8,000 characters, the most Facebook takes": ("Some words. " * 666, False),
    "only emoji": ("😡" * 8_000, True),
    "only combining marks": ("\u0335" * 30_000, False),
    "wide letters": ("﷽" * 8_000, True),
    "empty lines": ("\n" * 5_000, True),
    "signs by turns": ("\u200b\u200c" * 8_000, True),
}


@needs_browser
@pytest.mark.parametrize(("words", "is_cut"), LONG.values(), ids=LONG)
def test_a_long_comment_is_cut_with_a_note_and_the_card_is_whole(
    camera: ChromiumCamera, words: str, is_cut: bool
) -> None:
    content = record(words)
    drawn = camera.draw(card.render(read(content)))
    assert size_of(drawn.png)[1] < 8000, "the hash at the foot must be on it"
    assert ("cut" in camera.capture(content).note) == is_cut


@needs_browser
def test_no_picture_is_higher_than_8000(camera: ChromiumCamera) -> None:
    drawn = camera.draw("<!doctype html><style>p{height:200000px}</style><p>tower</p>")
    assert size_of(drawn.png) == (720, 8000)
    assert drawn.is_cut


def glyph(camera: ChromiumCamera, text: str) -> bytes:
    style = "p{font:40px 'Noto Sans','Noto Color Emoji',sans-serif;width:500px;height:90px;overflow:hidden}"
    return camera.draw(f"<!doctype html><meta charset=utf-8><style>{style}</style><p>{text}</p>").png


@needs_browser
@pytest.mark.parametrize(
    "letter",
    ["😀", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "ب", "न", "ż", "ਪ", "ই"],
    ids=["emoji", "Wales", "Arabic", "Hindi", "Polish", "Punjabi", "Bengali"],
)
def test_the_scripts_of_a_british_school_are_no_boxes(camera: ChromiumCamera, letter: str) -> None:
    box = glyph(camera, "\U0010fffd")
    assert glyph(camera, "\U0010fffc") == box, "two letters that no font has look the same"
    assert glyph(camera, letter) not in (box, glyph(camera, " "))
    assert lookup.letters_without_font(letter, {}) == []


@needs_browser
def test_letters_that_show_as_boxes_are_said_to_do_so() -> None:
    with ChromiumCamera(fonts=lambda text, known: [c for c in "😀你" if c in text]) as camera:
        note = camera.capture(record("你好")).note
    assert "This machine has no font for emoji, U+4F60: such characters show as boxes." in note


def test_without_a_browser_it_says_what_to_install() -> None:
    with ChromiumCamera("/nowhere/browser") as camera, pytest.raises(NoBrowser, match="apt install chromium"):
        camera.capture(RECORD)
    assert issubclass(NoBrowser, TryLater)


def test_what_is_no_record_is_refused_without_a_browser() -> None:
    with ChromiumCamera("/nowhere/browser") as camera, pytest.raises(Refused, match="could not be read"):
        camera.capture(b"{}")


def false_browser(folder: Path, script: str) -> str:
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param("exit 1", r"The browser did not start\.", id="ends at once"),
        pytest.param(
            "echo 'x: error while loading shared libraries: libatomic.so.1: cannot open' >&2; exit 127",
            r"did not start: the library libatomic.so.1 is missing\.",
            id="a library is missing",
        ),
        pytest.param(
            "echo '[1:1:FATAL] No usable sandbox! Update your kernel' >&2; exit 1",
            "does not allow its sandbox",
            id="no sandbox",
        ),
    ],
)
def test_a_browser_that_does_not_start_is_named_with_its_reason(
    tmp_path: Path, script: str, said: str
) -> None:
    before = folders()
    with (
        ChromiumCamera(false_browser(tmp_path, script)) as camera,
        pytest.raises(TryLater, match=said) as error,
    ):
        camera.capture(RECORD)
    assert not isinstance(error.value, NoBrowser)
    assert folders() == before


def test_a_browser_that_never_answers_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"echo $$ >> {pids}; trap '' TERM; sleep 71.5 & echo $! >> {pids}; wait"
    with ChromiumCamera(false_browser(tmp_path, script), deadline=2.5) as camera:
        with pytest.raises(TryLater, match=r"did not start within 2\.5 s and was stopped"):
            camera.capture(RECORD)
        started = [int(pid) for pid in pids.read_text().split()]
        assert len(started) == 2
        assert wait_until(lambda: not set(started) & set(processes._running()))


def test_the_browser_is_told_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOOLGATE_PAGE_TOKEN", "EAAsecret")
    browser = false_browser(tmp_path, f"env > {tmp_path}/env; exit 1")
    with ChromiumCamera(browser) as camera, pytest.raises(TryLater):
        camera.capture(RECORD)
    told = (tmp_path / "env").read_text()
    assert "PATH=" in told
    assert "EAAsecret" not in told


@needs_browser
def test_a_frozen_browser_is_stopped_at_the_deadline_and_the_next_picture_is_made(
    own: ChromiumCamera,
) -> None:
    own.capture(RECORD)
    groups = groups_of(own)
    os.killpg(browser_group(own), signal.SIGSTOP)
    own._deadline = 1.0
    begun = time.monotonic()
    with pytest.raises(TryLater, match="did not answer within 1 s and was stopped"):
        own.capture(RECORD)
    assert time.monotonic() - begun < 5
    assert not lives(groups)
    own._deadline = 20.0
    assert own.capture(RECORD).png


@needs_browser
@pytest.mark.parametrize("victim", ["browser", "child"])
def test_a_killed_browser_is_replaced_and_leaves_nothing(own: ChromiumCamera, victim: str) -> None:
    own.capture(RECORD)
    groups = groups_of(own)
    assert own._child
    if victim == "browser":
        os.killpg(browser_group(own), signal.SIGKILL)
    else:
        os.kill(own._child._process.pid, signal.SIGKILL)
    assert own.capture(RECORD).png
    assert not lives(groups)


@needs_browser
def test_closing_leaves_no_process_and_no_folder_and_the_camera_can_be_used_again() -> None:
    before = folders()
    camera = ChromiumCamera()
    camera.capture(RECORD)
    groups = groups_of(camera)
    assert lives(groups)
    camera.close()
    camera.close()
    assert not lives(groups)
    assert folders() == before
    assert camera.capture(RECORD).png
    camera.close()


MAIN = """
import sys, time
from tests.evidence_cast import record
from bot.evidence import processes
from bot.evidence.picture import ChromiumCamera
camera = ChromiumCamera()
camera.capture(record())
groups = processes.groups_below(camera._child._process.pid)
print(camera._child._folder.name, *(f"{g.id}:{g.started}" for g in groups), flush=True)
time.sleep(60)
"""


@needs_browser
@pytest.mark.parametrize("frozen", [False, True], ids=["well", "frozen browser"])
def test_when_we_are_killed_the_browser_ends_by_itself(frozen: bool) -> None:
    root = Path(__file__).parent
    main = subprocess.Popen(
        [sys.executable, "-c", MAIN],
        stdout=subprocess.PIPE,
        cwd=root.parent,
        env={**os.environ, "PYTHONPATH": str(root.parent)},
    )
    assert main.stdout
    folder, *marks = main.stdout.readline().decode().split()
    groups = [processes.Group(int(m.split(":")[0]), int(m.split(":")[1])) for m in marks]
    assert len(groups) == 2
    if frozen:
        child = {p.group for p in processes._running().values() if p.parent == main.pid}
        for group in groups:
            if group.id not in child:
                os.killpg(group.id, signal.SIGSTOP)
    main.kill()
    main.wait()
    main.stdout.close()
    ended = wait_until(lambda: not lives(groups) and not Path(folder).exists())
    processes.end(main.pid, groups)  # also when the promise is broken, none is left for the next test
    assert ended


@needs_browser
def test_the_browser_is_renewed_before_it_grows_too_big(
    own: ChromiumCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "RENEW_AFTER", 2)
    own.capture(RECORD)
    first = groups_of(own)
    own.capture(RECORD)
    assert lives(first)
    own.capture(RECORD)
    assert not lives(first)


def memory() -> int:
    """Our own resident memory in kB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


@needs_browser
@pytest.mark.slow
def test_a_hundred_pictures_leave_processes_and_memory_as_they_were() -> None:
    before = folders()
    with ChromiumCamera() as camera:
        for n in range(10):
            camera.capture(record(f"warm {n}"))
        groups, open_files, used = groups_of(camera), len(os.listdir("/proc/self/fd")), memory()
        for n in range(90):
            camera.capture(record(f"comment {n}"))
        assert len(groups_of(camera)) == len(groups)
        assert len(os.listdir("/proc/self/fd")) <= open_files
        assert memory() - used < 20_000
        later = groups_of(camera)
    assert not lives(groups + later)
    assert folders() == before


def test_a_number_that_was_used_again_is_not_killed() -> None:
    stranger = subprocess.Popen(["sleep", "30"], start_new_session=True)
    try:
        (group,) = processes.groups_below(stranger.pid)
        processes.end(2**30, [processes.Group(group.id, group.started - 1)])
        assert stranger.poll() is None
        assert processes.end(2**30, [group])
        assert stranger.wait(5) == -signal.SIGKILL
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="a machine without ps")
def test_both_ways_of_listing_processes_agree() -> None:
    by_proc = {(p.pid, p.parent, p.group) for p in processes._from_proc()}
    by_ps = {(p.pid, p.parent, p.group) for p in processes._from_ps()}
    us = (os.getpid(), os.getppid(), os.getpgrp())
    assert us in by_proc & by_ps
