"""`demo`: the demo Page alone."""

from __future__ import annotations

import argparse
import secrets
import time

from bot import clock
from bot.commands import OK


def demo(arguments: argparse.Namespace) -> int:
    from bot.assemble import DEMO_STORY
    from bot.pages.demo import DemoPage, DemoServer

    token = f"demo-{secrets.token_hex(16)}"
    page = DemoPage.from_story(DEMO_STORY, token, clock.now())
    with DemoServer(page, port=arguments.port) as server:
        print(f"The demo Page as visitors see it: {server.base_url}/\nIts token: {token}", flush=True)
        while True:
            page.arrive(clock.now())
            time.sleep(1)
    return OK
