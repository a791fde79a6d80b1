"""A log line is one line, an event and ids, and never a secret."""

from __future__ import annotations

import io
import json
import logging

import pytest

from bot import logs

SECRET = "EAAB-secret-1234"


@pytest.fixture
def lines():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    logs.set_up([SECRET], level=logging.DEBUG, stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers[:], level = before[0], before[1]
    logging.getLogger().setLevel(level)


def test_an_event_is_one_json_object(lines):
    logging.getLogger("bot.worker").info("hidden comment=%s", "1_2")
    (line,) = lines()
    assert (line["event"], line["level"], line["from"]) == ("hidden comment=1_2", "info", "bot.worker")


@pytest.mark.parametrize(
    "logger", ["bot.pages", "urllib3.connectionpool", "apscheduler", "somebody"], ids=lambda name: name
)
def test_a_secret_never_reaches_a_log_whoever_writes_it(lines, logger):
    logging.getLogger(logger).error("GET /me?access_token=%s", SECRET)
    assert SECRET not in json.dumps(lines())
    assert "[secret]" in lines()[0]["event"]


def test_an_exceptions_text_is_not_logged(lines):
    try:
        raise ValueError("Alfie Harrison is a " + SECRET)
    except ValueError:
        logging.getLogger("bot").exception("failed step=%s", "hide")
    assert "Alfie" not in json.dumps(lines())
    assert lines()[0]["event"] == "failed step=hide error=ValueError"


@pytest.mark.parametrize(
    "bad", ["a\nb", "\x1b[31mred", "a\u2028b", "x" * 1_000_000, "\ud83d"], ids=lambda s: repr(s)[:12]
)
def test_hostile_text_stays_on_its_line(lines, bad):
    logging.getLogger("bot").error("event id=%s", bad)
    (line,) = lines()
    assert len(line["event"]) <= logs.LONGEST
