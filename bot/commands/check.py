"""`check`: comments in, findings and decisions out, a line for a line, as they come."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import judgement, rules
from bot.commands import OK
from bot.commands.common import line_by_line, plainly, settings
from bot.domain.comment import PageId
from bot.pages import shapes
from bot.settings import Settings


def check(arguments: argparse.Namespace) -> int:
    with plainly():
        found, judge = _judge(arguments)
    own = {PageId(page.id) for page in found.pages} if found else set()
    line_by_line(lambda record: _answer(record, judge, own))
    return OK


def _judge(arguments: argparse.Namespace) -> tuple[Settings | None, rules.Judge]:
    """The settings' roster and policy, or those named on the command line; then no settings are needed."""
    roster = Path(arguments.roster) if arguments.roster else None
    staff = Path(arguments.staff) if arguments.staff else None
    if roster and not arguments.config.exists():
        file = rules.policy_file(arguments.policy or "recommended", Path.cwd())
        return None, rules.judge(pupils=roster, staff=staff, policy_file=file)
    found = settings(arguments.config)
    return found, rules.load(found, pupils=roster, staff=staff, named=arguments.policy)


def _answer(record: dict[str, object], judge: rules.Judge, own: set[PageId]) -> dict[str, object]:
    record.setdefault("id", None)
    try:
        comment = shapes.comment(
            {**record, "id": shapes.identity(record["id"]) or "unknown"}, _page(record, own)
        )
        inspection = judge.inspect(comment)
        decision = judge.decide(inspection, comment)
    except Exception as error:  # noqa: BLE001 - one line never stops the others
        return {"id": record["id"], "error": f"could not be judged ({type(error).__name__})"}
    return {
        "id": record["id"],
        "findings": [judgement.finding_json(f, comment.message) for f in inspection.findings],
        "decision": judgement.decision_json(decision),
    }


def _page(record: dict[str, object], own: set[PageId]) -> PageId | None:
    author = record.get("from")
    found = PageId(str(author.get("id"))) if isinstance(author, dict) else None
    return found if found in own else None
