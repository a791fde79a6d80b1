"""`check-post`: the school's own drafts in, ok or hold and the reasons out, a line for a line, as they come."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from bot import rules
from bot.commands import OK
from bot.commands.common import line_by_line, plainly, settings
from bot.pages import shapes
from bot.policy.posts import Draft, Hanging, Judgement, Medium

COULD_NOT_BE_CHECKED = "It could not be checked in full: a person must read it."
_KINDS = {
    **dict.fromkeys(("photo", "image", "picture", "album"), Medium.PHOTO),
    **dict.fromkeys(("video", "reel"), Medium.VIDEO),
}


class NoDraft(Exception):
    """A record that is no draft; the text says which key, what it has to be, and never what stands in it."""


def check_post(arguments: argparse.Namespace) -> int:
    with plainly():
        judge = _judge(arguments)
    line_by_line(lambda record: _answer(record, judge))
    return OK


def _judge(arguments: argparse.Namespace) -> rules.Judge:
    """The settings' roster and rules, or the roster named on the command line; then no settings are needed."""
    roster = Path(arguments.roster) if arguments.roster else None
    staff = Path(arguments.staff) if arguments.staff else None
    if roster and not arguments.config.exists():
        file = rules.policy_file("recommended", Path.cwd())
        return rules.judge(pupils=roster, staff=staff, policy_file=file)
    return rules.load(settings(arguments.config), pupils=roster, staff=staff)


def _answer(record: Mapping[str, object], judge: rules.Judge) -> dict[str, object]:
    try:
        return {"id": record.get("id"), **_said(judge.review(_draft(record)))}
    except NoDraft as error:
        return {"id": record.get("id"), "error": str(error)}
    except Exception as error:  # noqa: BLE001 - one line never stops the others
        return {"id": record.get("id"), "error": f"could not be judged ({type(error).__name__})"}


def _said(judgement: Judgement) -> dict[str, object]:
    why = [objection.why for objection in judgement.objections]
    pupils = [pupil for objection in judgement.objections for pupil in objection.pupils]
    return {
        "verdict": "hold" if judgement.held else "ok",
        "reasons": [reason.value for reason in judgement.reasons],
        "why": why if judgement.checked else [*why, COULD_NOT_BE_CHECKED],
        "pupils": list(dict.fromkeys(pupils)),
    }


def _draft(record: Mapping[str, object]) -> Draft:
    message = record.get("message")
    if message is not None and not isinstance(message, str):
        raise NoDraft("'message' is to be text")
    attachments = [_hanging(one) for one in _list(record, "attachments")]
    tagged = [shapes.identity(one) for one in _list(record, "tagged_pupils")]
    if None in tagged:
        raise NoDraft("'tagged_pupils' is to be a list of pupils' ids or names")
    return Draft(message or "", tuple(attachments), tuple(one for one in tagged if one))


def _list(record: Mapping[str, object], key: str) -> list[object]:
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise NoDraft(f"'{key}' is to be a list")
    return value


def _hanging(value: object) -> Hanging:
    """A photo, a video, or something else, of which the words and the link are looked at."""
    kind = shapes.text(value.get("type")) if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind is None:
        raise NoDraft('each of \'attachments\' is to be such as {"type": "photo", "caption": "…"}')
    medium = next((medium for word, medium in _KINDS.items() if word in kind.lower()), None)
    caption, url = shapes.text(value.get("caption")) or "", shapes.text(value.get("url")) or ""
    return Hanging(medium, caption if medium else f"{caption}\n{url}".strip())
