"""After a token was refused and mended, nobody waits for a silence that was meant for the old one."""

from __future__ import annotations

import pytest

from bot import doctor, worker
from bot.assemble import house
from bot.pages.demo import Fault
from bot.settings import load
from tests.school import TOKEN
from tests.watched import ago, watched

NEW = "SCHOOL-token-new-0123456789"


@pytest.fixture
def refused(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        found.page.post("Winter concert tonight", at=ago(hours=2))
        found.page.faults.add(Fault.graph_error(190, 463).on(times=None))
        found.once()
        found.page.faults.clear()
        yield found


def restarted(found, token):
    """A new process with the settings and the store of the old one."""
    with house(load(found.settings.path, {"TOKEN": token}), found.now) as opened:
        opened.service.camera = found.camera
        return worker.run_once(opened.service, found.now)


def test_a_new_token_works_from_the_restart_on(refused):
    refused.page._token = NEW
    report = restarted(refused, NEW)
    assert report.errors == []
    assert report.read == 1


def test_the_old_token_is_not_tried_again_at_each_restart(refused):
    before = len(refused.page.requests)
    assert restarted(refused, TOKEN).errors != []
    assert len(refused.page.requests) == before


def test_a_new_token_does_not_end_a_silence_that_the_platform_asked_for(tmp_path, monkeypatch):
    with watched(tmp_path, monkeypatch) as found:
        found.page.faults.add(Fault.throttle(4, minutes=30).on("GET", "/feed"))
        found.once()
        before = len(found.page.requests)
        found.page._token = NEW
        assert restarted(found, NEW).errors != []
        assert len(found.page.requests) == before


def test_the_doctor_says_whether_the_mended_token_works(refused):
    checks = {check.what: check for check in doctor.examine(refused.settings, refused.now)}
    assert checks["page Larkfield"].ok, checks["page Larkfield"].says
