"""The child process that drives the browser: `python -m bot.evidence.browser EXECUTABLE SANDBOX FOLDER`.

A request is one line of JSON on standard input. An answer is one line of JSON on standard output, followed by
as many bytes of PNG as the line says. When standard input ends, our parent is gone: then everything ends.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from playwright.sync_api import Browser, Error, Page, sync_playwright

from bot.evidence import processes

WIDTH = 720
MOST_HEIGHT = 8000
FLAGS = [
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-gpu",
    "--no-pings",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
# Runs in the driver's own world; scripts of the page stay off.
MARK_CUT = """() => {
    let cut = false;
    for (const words of document.querySelectorAll('.words')) {
        if (words.scrollHeight > words.clientHeight + 1) {
            words.parentElement.classList.add('is-cut');
            cut = cut || words.parentElement.classList.contains('comment');
        }
    }
    return cut;
}"""
HEIGHT = "() => Math.ceil(document.documentElement.getBoundingClientRect().height)"


def main(executable: str, sandbox: bool, folder: Path) -> None:
    """Serve pictures until standard input ends."""
    os.umask(0o077)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not get among the answers
    requests: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, folder), daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable,
                headless=True,
                chromium_sandbox=sandbox,
                args=FLAGS,
                handle_sigint=False,
            )
            groups = [[g.id, g.started] for g in processes.groups_below(os.getpid())]
            _answer(answers, {"version": browser.version, "groups": groups})
            while True:
                _serve(browser, json.loads(requests.get()), answers)
    except Error as error:
        _answer(answers, {"error": type(error).__name__, "reason": _reason(str(error))})
        _end(folder)


def draw(browser: Browser, html: str) -> tuple[bytes, bool]:
    """The picture of a page that can reach nothing, and whether it had to be cut."""
    context = browser.new_context(
        offline=True,
        java_script_enabled=False,
        accept_downloads=False,
        service_workers="block",
        viewport={"width": WIDTH, "height": 600},
        locale="en-GB",
        color_scheme="light",
    )
    try:
        page = context.new_page()
        page.set_content(html, wait_until="load")
        return _photograph(page)
    finally:
        context.close()


def _photograph(page: Page) -> tuple[bytes, bool]:
    is_cut = bool(page.evaluate(MARK_CUT))
    height = int(page.evaluate(HEIGHT))
    page.set_viewport_size({"width": WIDTH, "height": max(1, min(height, MOST_HEIGHT))})
    return page.screenshot(type="png"), is_cut or height > MOST_HEIGHT


def _serve(browser: Browser, request: dict[str, Any], answers: BinaryIO) -> None:
    png, is_cut = draw(browser, request["html"])
    _answer(answers, {"size": len(png), "is_cut": is_cut}, png)


def _answer(answers: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + body)
    answers.flush()


def _listen(requests: queue.Queue[bytes], folder: Path) -> None:
    while line := sys.stdin.buffer.readline():
        requests.put(line)
    _end(folder)


def _end(folder: Path) -> None:
    """End the browser, tidy up, end the driver and ourselves: also when the browser is frozen."""
    processes.end(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def _reason(text: str) -> str:
    """Only causes that we know how to name: the text of an error may quote the page."""
    if found := re.search(r"error while loading shared libraries: ([\w.+-]+)", text):
        return f"the library {found[1]} is missing"
    if "No usable sandbox" in text:
        return "this machine does not allow its sandbox (user namespaces are switched off)"
    return ""


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "sandbox", Path(sys.argv[3]))
