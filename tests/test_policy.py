"""The policy decides and names its clause; a slip in it is named with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.comment import Place
from bot.domain.decision import Action, Decision, Role, Urgency
from bot.domain.finding import Category, Confidence, Failure, Finding, Inspection, Tier
from bot.policy import PolicyError, decide, load
from tests.cast import a_comment

SHIPPED = Path(__file__).parent.parent / "moderation_rules" / "policies" / "recommended.toml"


@pytest.fixture(scope="module")
def policy():
    return load(SHIPPED)


def a_finding(category, confidence="sure", tier=None):
    return Finding(category, "x.y", "why.", Confidence(confidence), tier=tier)


def decided(policy, *findings, failures=(), caution="balanced", protected=frozenset(), **comment):
    return decide(Inspection(findings, failures), a_comment(**comment), policy, caution, protected)


NAMED = a_finding(Category.PUPIL_NAMED)
SWEARING = a_finding(Category.PROFANITY, tier=Tier.STRONG)
MEDIA = a_finding(Category.VISITOR_MEDIA)


def test_nothing_found_is_no_decision(policy):
    assert decided(policy) == Decision()
    assert not decided(policy).flagged


def test_a_pupil_named_is_to_be_deleted_and_the_head_told_at_once(policy):
    decision = decided(policy, NAMED)
    assert (decision.action, decision.urgency, decision.alert) == (
        Action.DELETE,
        Urgency.NOW,
        (Role.HEADTEACHER,),
    )
    assert decision.clause.startswith("R1: ")


def test_several_findings_give_the_strictest_action_all_people_and_every_clause(policy):
    decision = decided(policy, MEDIA, SWEARING, NAMED)
    assert (decision.action, decision.urgency) == (Action.DELETE, Urgency.NOW)
    assert set(decision.alert) == {Role.HEADTEACHER, Role.SLT, Role.ADMINISTRATORS}
    assert [part[:2] for part in decision.clause.split("; ")] == [
        "R1",
        "R7",
        "R5",
    ] or decision.clause.startswith("R1")
    assert all(clause in decision.clause for clause in ("R1", "R5", "R7"))


def test_the_order_of_findings_changes_nothing(policy):
    one, other = decided(policy, NAMED, SWEARING), decided(policy, SWEARING, NAMED)
    assert (one.action, one.urgency, set(one.alert)) == (other.action, other.urgency, set(other.alert))
    assert one.clause == other.clause


@pytest.mark.parametrize(
    ("confidence", "caution", "acts"),
    [
        ("sure", "quiet", True),
        ("likely", "quiet", False),
        ("likely", "balanced", True),
        ("likely", "careful", True),
        ("possible", "careful", False),
        ("possible", "balanced", False),
    ],
)
def test_only_what_is_trusted_acts_and_alerts(policy, confidence, caution, acts):
    decision = decided(policy, a_finding(Category.PUPIL_NAMED, confidence), caution=caution)
    assert decision.flagged
    assert (decision.action is Action.DELETE) is acts
    assert bool(decision.alert) is acts
    assert (decision.urgency is Urgency.DAILY) is not acts


def test_a_failure_sends_the_comment_to_a_person(policy):
    decision = decided(policy, failures=(Failure("names", "KeyError"),))
    assert (decision.action, decision.alert) == (Action.NONE, (Role.HEADTEACHER,))
    assert "could not be checked" in decision.clause


def test_a_failure_does_not_keep_a_sure_finding_from_acting(policy):
    assert decided(policy, SWEARING, failures=(Failure("names", "KeyError"),)).action is Action.HIDE


def test_the_schools_own_post_is_never_taken_down_by_a_rule(policy):
    decision = decided(policy, NAMED, place=Place.OWN_POST, by_page=True)
    assert decision.action is Action.NONE
    assert Role.ADMINISTRATORS in decision.alert


@pytest.mark.parametrize(
    "category",
    [
        c
        for c in Category
        if c
        in {
            Category.PUPIL_NAMED,
            Category.PROFANITY,
            Category.PERSONAL_DETAILS,
            Category.VISITOR_MEDIA,
            Category.STAFF_PERSONAL_ACCOUNT,
        }
    ],
)
@pytest.mark.parametrize("place", [Place.COMMENT, Place.REPLY, Place.VISITOR_POST])
def test_every_category_that_is_detected_has_a_clause(policy, category, place):
    decision = decided(policy, a_finding(category, tier=Tier.MEDIUM), place=place)
    assert decision.action is not Action.NONE
    assert decision.alert != ()


GOOD = """
[[clause]]
id = "A1"
category = "profanity"
means = "No swearing."
action = "hide"
urgency = "soon"
tell = ["headteacher"]
"""
WRONG = {
    "category": (
        '"profanity"',
        '"pupil_name"',
        "clause 1: no category 'pupil_name'. Did you mean 'pupil_named'?",
    ),
    "action": ('"hide"', '"hyde"', "clause 1: no action 'hyde'. Did you mean 'hide'?"),
    "role": ('["headteacher"]', '["headteecher"]', "Did you mean 'headteacher'?"),
    "role not in a list": ('["headteacher"]', '"headteacher"', "'tell' is to be a list"),
    "key": ("means", "meens", "there is no key 'meens'. Did you mean 'means'?"),
    "missing": ('urgency = "soon"\n', "", "clause 1: 'urgency' is missing."),
    "far away": ('"hide"', '"x"', "It is one of: none, hide, delete."),
    "not TOML": ("[[clause]]", "[[clause]", "not valid TOML"),
    "empty": (GOOD, "\n", "there is no [[clause]]"),
    "twice": (GOOD, GOOD + GOOD, "two clauses have the id 'A1'"),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_slip_is_named_with_its_place_and_a_suggestion(tmp_path, old, new, said):
    path = tmp_path / "school.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load(path)
    assert said in str(caught.value)
    assert "school.toml" in str(caught.value)


def test_the_first_clause_that_covers_a_finding_counts(tmp_path):
    path = tmp_path / "school.toml"
    mild = (
        GOOD.replace('"A1"', '"A0"')
        .replace('"hide"', '"none"')
        .replace('tell = ["headteacher"]', 'tell = []\ntiers = ["mild"]')
        .replace('"soon"', '"none"')
    )
    path.write_text(mild + GOOD, encoding="utf-8")
    policy = load(path)
    assert not decided(policy, a_finding(Category.PROFANITY, tier=Tier.MILD)).flagged
    assert decided(policy, a_finding(Category.PROFANITY, tier=Tier.STRONG)).clause.startswith("A1")


def test_the_pages_own_reply_is_never_taken_down_by_a_rule(policy):
    decision = decided(policy, NAMED, place=Place.REPLY, by_page=True)
    assert decision.action is Action.NONE
    assert Role.ADMINISTRATORS in decision.alert


def test_what_is_only_possible_does_not_hide_a_failure(policy):
    possible = a_finding(Category.PUPIL_NAMED, "possible")
    decision = decided(policy, possible, failures=(Failure("names", "KeyError"),))
    assert decision.alert == (Role.HEADTEACHER,)


def test_a_clause_that_hides_without_telling_still_hides(tmp_path):
    path = tmp_path / "school.toml"
    path.write_text(GOOD.replace('"soon"', '"none"').replace('["headteacher"]', "[]"), encoding="utf-8")
    assert decided(load(path), SWEARING).action is Action.HIDE


def test_a_clause_of_the_wrong_kind_is_refused(tmp_path):
    path = tmp_path / "school.toml"
    path.write_text("clause = [1]", encoding="utf-8")
    with pytest.raises(PolicyError, match="there is no"):
        load(path)


def about(*pupils, category=Category.PUPIL_NAMED, confidence="sure"):
    return Finding(category, "x.y", "why.", Confidence(confidence), pupils=pupils)


MORE_URGENT = {
    "named": (about("P1"), "balanced", Urgency.SOON, Urgency.NOW),
    "one of several with the name": (
        about("P7", "P1", confidence="likely"),
        "balanced",
        Urgency.SOON,
        Urgency.NOW,
    ),
    "likely, where only what is sure is trusted": (
        about("P1", confidence="likely"),
        "quiet",
        Urgency.DAILY,
        Urgency.SOON,
    ),
}


@pytest.mark.parametrize(("finding", "caution", "usual", "raised"), MORE_URGENT.values(), ids=MORE_URGENT)
def test_a_protected_pupil_makes_it_one_step_more_urgent(policy, finding, caution, usual, raised):
    """In the school's own post, where naming a pupil is not yet of the highest urgency."""
    place = {"caution": caution, "place": Place.OWN_POST, "by_page": True}
    assert decided(policy, finding, **place).urgency is usual
    decision = decided(policy, finding, protected={"P1"}, **place)
    assert decision.urgency is raised
    assert decision.alert == (Role.HEADTEACHER, Role.ADMINISTRATORS)


def test_what_is_most_urgent_already_stays_so(policy):
    assert decided(policy, about("P1"), protected={"P1"}).urgency is Urgency.NOW


NOT_MORE_URGENT = {
    "another pupil": about("P2"),
    "only possible": about("P1", confidence="possible"),
    "not about naming": about("P1", category=Category.VISITOR_MEDIA),
    "nobody": about(),
}


@pytest.mark.parametrize("finding", NOT_MORE_URGENT.values(), ids=NOT_MORE_URGENT)
@pytest.mark.parametrize("place", [Place.OWN_POST, Place.COMMENT])
def test_nobody_elses_comment_becomes_more_urgent(policy, finding, place):
    assert decided(policy, finding, protected={"P1"}, place=place) == decided(policy, finding, place=place)


def test_nothing_but_the_hour_betrays_the_mark(policy):
    """An alert that said why would give the child away."""
    usual = decided(policy, about("P1"), place=Place.OWN_POST)
    raised = decided(policy, about("P1"), place=Place.OWN_POST, protected={"P1"})
    assert replace(raised, urgency=usual.urgency) == usual
    assert raised != usual
