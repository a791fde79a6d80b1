"""Staff who write from a personal account."""

from __future__ import annotations

from collections.abc import Callable

from bot.detection.text import fold
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding
from bot.domain.roster import Roster


def detector(roster: Roster) -> Callable[[Comment], list[Finding]]:
    """Knows the Facebook names that the school gave, and the names of staff."""
    given = {_plain(m.facebook_name) for m in roster.staff if m.facebook_name}
    names = {_plain(f"{m.first_name} {m.last_name}") for m in roster.staff}

    def find(comment: Comment) -> list[Finding]:
        if comment.by_page or comment.author is None or not comment.author.name:
            return []
        name = _plain(comment.author.name)
        if name in given:
            why = "The author's name is the Facebook name of a member of staff, as the school gave it."
            return [_finding("staff.facebook_name", why, Confidence.SURE)]
        if name in names:
            why = "The author is called like a member of staff; it may be somebody else of that name."
            return [_finding("staff.same_name", why, Confidence.POSSIBLE)]
        return []

    return find


def _finding(rule: str, why: str, confidence: Confidence) -> Finding:
    return Finding(Category.STAFF_PERSONAL_ACCOUNT, rule, why, confidence)


def _plain(name: str) -> str:
    return " ".join(fold(name).text.split())
