"""The school's rules put together: roster, word lists and policy become one judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bot import detection, policy
from bot.detection.language import WordListError
from bot.domain.comment import Comment, CommentId, PageId, Place
from bot.domain.decision import Decision
from bot.domain.finding import Category, Inspection
from bot.domain.roster import Roster
from bot.policy import posts
from bot.policy.links import Allowed, OwnPage
from bot.policy.naming import Naming, NamingFilter
from bot.policy.posts import Draft, Judgement
from bot.rosters import RosterError, read_pupils, read_staff
from bot.settings import Settings

RULES = Path(__file__).parent.parent / "moderation_rules"


class RulesError(Exception):
    """A roster, a word list or a policy with a slip in it; the text names the place."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Detection and policy, ready to be asked."""

    inspect: Callable[[Comment], Inspection]
    decide: Callable[[Inspection, Comment], Decision]
    review: Callable[[Draft], Judgement]
    roster: Roster


def load(
    settings: Settings, *, pupils: Path | None = None, staff: Path | None = None, named: str | None = None
) -> Judge:
    """The judge of a school, or one with another roster or policy in place of its own."""
    return judge(
        pupils=pupils or settings.pupils_file,
        staff=staff or settings.staff_file,
        policy_file=policy_file(named or settings.school.policy, settings.path.parent),
        sites=settings.school.sites,
        contacts=settings.school.contacts,
        naming=_naming(settings),
        caution=settings.moderation.caution,
    )


def judge(
    *,
    pupils: Path | None,
    staff: Path | None,
    policy_file: Path,
    sites: tuple[str, ...] = (),
    contacts: tuple[str, ...] = (),
    naming: Naming | None = None,
    caution: str = "balanced",
) -> Judge:
    """Everything read and checked first; nothing is judged by half of the rules."""
    try:
        roster = Roster(
            tuple(read_pupils(pupils)) if pupils else (), tuple(read_staff(staff)) if staff else ()
        )
        clauses = policy.load(policy_file)
        inspector = detection.build(roster, RULES, sites, contacts, caution)
    except (RosterError, WordListError, policy.PolicyError) as error:
        raise RulesError(str(error)) from None

    protected = frozenset(pupil.id for pupil in roster.pupils if pupil.protected)

    def decide(inspection: Inspection, comment: Comment) -> Decision:
        return policy.decide(inspection, comment, clauses, caution, protected)

    rule = naming or Naming()
    names = NamingFilter(rule, roster)

    def inspect(comment: Comment) -> Inspection:
        return names.sift(inspector.inspect(comment), comment)

    def review(draft: Draft) -> Judgement:
        return posts.judge(draft, [_read(inspector, text) for text, _ in draft.parts], roster, rule)

    return Judge(inspect, decide, review, roster)


def _read(inspector: detection.Inspector, text: str) -> Inspection:
    """A draft's text, read twice: the detectors let the school's own posts pass with first names and with words.

    So it is read as a stranger's too, and only what is the school's to give away, its telephone, as its own.
    """
    draft = Comment(CommentId("draft"), PageId(""), text, Place.OWN_POST, by_page=True)
    own, strange = inspector.inspect(draft), inspector.inspect(_by_a_stranger(draft))
    heard = (f for f in strange.findings if f.category is not Category.PERSONAL_DETAILS)
    return Inspection((*own.findings, *heard), (*own.failures, *strange.failures))


def _by_a_stranger(draft: Comment) -> Comment:
    return replace(draft, place=Place.VISITOR_POST, by_page=False)


def _naming(settings: Settings) -> Naming:
    pages = tuple(OwnPage(page.id, page.name) for page in settings.pages)
    allowed = Allowed((*settings.school.sites, *settings.school.links), pages)
    return Naming(settings.naming.own_posts, settings.naming.comments, allowed)


def policy_file(named: str, near: Path) -> Path:
    """One of ours by its name, or the school's own file by its path."""
    return near / named if named.endswith(".toml") else RULES / "policies" / f"{named}.toml"
