"""Detection: a Comment and the Roster become Findings. Pure: no clock, no network, no database."""

from __future__ import annotations

from bot.detection.inspector import Inspector, build

__all__ = ["Inspector", "build"]
