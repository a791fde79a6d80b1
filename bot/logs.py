"""Logs: one JSON object a line, an event and ids, with a net under it for secrets."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import IO

LONGEST = 2000


class JsonLines(logging.Formatter):
    """Line breaks and control characters come out escaped, so that no event can pretend to be two."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [s for s in secrets if s]

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            # The class only: an exception's text may quote a comment or an address with a secret in it.
            text += f" error={record.exc_info[0].__name__}"
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": text[:LONGEST],
        }
        return json.dumps(entry, ensure_ascii=True)


def set_up(secrets: Iterable[str], *, level: int = logging.WARNING, stream: IO[str] | None = None) -> None:
    """All logging, also that of libraries, through one door."""
    door = logging.StreamHandler(stream or sys.stderr)
    door.setFormatter(JsonLines(secrets))
    root = logging.getLogger()
    root.handlers[:] = [door]
    root.setLevel(level)
    logging.getLogger("bot").setLevel(level)
    for noisy in ("urllib3", "requests", "apscheduler", "asyncio"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
