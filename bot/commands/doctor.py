"""`doctor`: is everything in place, and what to do if not."""

from __future__ import annotations

import argparse
import json

from bot import clock
from bot.commands import OK, PROBLEM
from bot.commands.common import plainly, set_up_logs, settings
from bot.doctor import examine


def doctor(arguments: argparse.Namespace) -> int:
    found = settings(arguments.config)
    set_up_logs(found)
    with plainly():
        checks = list(examine(found, clock.now()))
    for check in checks:
        if arguments.json:
            print(json.dumps({"what": check.what, "ok": check.ok, "says": check.says}))
        else:
            print(f"{'ok     ' if check.ok else 'MEND   '} {check.what}: {check.says}")
    return OK if all(check.ok for check in checks) else PROBLEM
