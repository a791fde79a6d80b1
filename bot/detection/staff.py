"""Staff who write from a personal account."""

from __future__ import annotations

from collections.abc import Callable

from bot.detection.reading import by_the_school
from bot.detection.text import fold
from bot.domain.comment import Comment
from bot.domain.finding import Category, Confidence, Finding
from bot.domain.roster import Roster


def detector(roster: Roster) -> Callable[[Comment], list[Finding]]:
    """Knows the Facebook names (or ids) that the school gave, and the names of staff."""
    given = {_plain(m.facebook_name) for m in roster.staff if m.facebook_name}
    names = {_plain(f"{m.first_name} {m.last_name}") for m in roster.staff}

    def find(comment: Comment) -> list[Finding]:
        if by_the_school(comment) or comment.author is None:
            return []
        name = _plain(comment.author.name or "")
        if name in given or comment.author.id in given:
            why = "The author is a member of staff, by the Facebook name that the school gave."
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
