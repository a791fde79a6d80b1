"""Where the browser is, and which letters the fonts of this machine can draw."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable
from pathlib import Path

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "msedge",
    "microsoft-edge",
)
# A service is often started with next to no PATH.
FOLDERS = ("/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin", "/opt/google/chrome")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PLAYWRIGHTS_OWN = ("chrome-headless-shell", "headless_shell", "chrome")
MOST_QUESTIONS = 40  # for one picture: a comment can hold letters of a thousand kinds
MISSING = (
    "No browser was found: the picture waits, the record is safe. Install chromium-headless-shell "
    "(Debian: apt install chromium-headless-shell fonts-noto-core fonts-noto-color-emoji; "
    "other systems: Google Chrome)."
)


def find_browser(asked: str | None = None) -> str | None:
    """The path of a browser, or None; what the settings ask for is never replaced by another."""
    if asked:
        return shutil.which(asked, path=_search_path())
    return _on_path() or _on_mac() or _playwrights()


def letters_without_font(text: str, known: dict[int, bool]) -> list[str]:
    """One letter for each kind of writing that no font here can draw; asks once for each kind."""
    letters = {ord(letter) >> 7: letter for letter in _one_of_each(text)}
    new = [kind for kind in letters if kind not in known]
    known.update({kind: _can_draw(letters[kind]) for kind in new[:MOST_QUESTIONS]})
    return [letter for kind, letter in letters.items() if not known.get(kind, True)]


def _search_path() -> str:
    return os.pathsep.join((os.environ.get("PATH", os.defpath), *FOLDERS))


def _on_path() -> str | None:
    found = (shutil.which(name, path=_search_path()) for name in NAMES)
    # A snap can't see our temporary folder, and is no browser for a service.
    return next((path for path in found if path and "/snap/" not in os.path.realpath(path)), None)


def _on_mac() -> str | None:
    return next((path for path in MAC if os.access(path, os.X_OK)), None)


def _playwrights() -> str | None:
    asked = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = [Path(asked)] if asked else []
    folders += [Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright"]
    for folder, name in itertools.product(folders, PLAYWRIGHTS_OWN):
        found = [path for path in folder.glob(f"chromium*-*/*/{name}") if os.access(path, os.X_OK)]
        if found:
            return str(max(found, key=os.path.getmtime))
    return None


def _one_of_each(text: str) -> Iterable[str]:
    """One letter or picture of each kind of writing beyond Latin, in order."""
    found: dict[int, str] = {}
    for character in text:
        if character > "\u024f" and unicodedata.category(character)[0] in "LSN":
            found.setdefault(ord(character) >> 7, character)
    return [found[kind] for kind in sorted(found)]


def _can_draw(letter: str) -> bool:
    """What fontconfig says; yes where there is no fontconfig to be asked (macOS brings its fonts)."""
    command = shutil.which("fc-list", path=_search_path())
    if command is None:
        return True
    try:
        listed = subprocess.run(
            [command, f":charset={ord(letter):x}", "family"], capture_output=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return True
    return listed.returncode != 0 or bool(listed.stdout.strip())
