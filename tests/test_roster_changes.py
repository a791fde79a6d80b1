"""A new list meets the one in force: what the school had added stays, and nobody is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.roster import Pupil, PupilId, StaffId, StaffMember
from bot.rosters import Reading, aliases, merge_pupils, merge_staff, noticing, preview
from bot.rosters.aliases import NoAlias

TODAY = date(2026, 9, 1)
NAMES = frozenset({"id", "first", "last"})


def a_pupil(number, first="Alfie", last="Quayle", **more):
    return Pupil(PupilId(f"P{number}"), first, last, **more)


def merged(old, new, has=NAMES, bad=(), keep_days=365, forget=(), today=TODAY):
    reading = Reading("new.csv", tuple(new), frozenset(has), ids_of_bad_rows=frozenset(bad))
    return merge_pupils(old, reading, today, keep_days, forget)


def ids(people):
    return [p.id for p in people]


def test_who_came_changed_and_went():
    old = [a_pupil(1), a_pupil(2), a_pupil(3)]
    found = merged(old, [a_pupil(2), a_pupil(3, last="Marsh"), a_pupil(4)])
    changes = found.changes
    assert (ids(changes.added), ids(changes.gone), ids(changes.dropped)) == (["P4"], ["P1"], [])
    assert changes.changed == ((old[2], a_pupil(3, last="Marsh")),)


def test_what_the_school_added_survives_an_export_that_knows_nothing_of_it():
    own = a_pupil(
        1, middle_names="James", aliases=("Smarsh",), protected=True, image_consent=False, video_consent=True
    )
    found = merged([own], [a_pupil(1, class_name="Elm", aliases=("Alfie Holt",))])
    assert found.people == (replace(own, class_name="Elm", aliases=("Smarsh", "Alfie Holt")),)


def test_a_column_that_the_export_has_is_believed():
    found = merged(
        [a_pupil(1, image_consent=True, middle_names="James")],
        [a_pupil(1, image_consent=None, middle_names="Lee")],
        has=NAMES | {"image", "middle"},
    )
    assert found.people == (a_pupil(1, middle_names="Lee"),)


def test_an_import_never_takes_a_mark_away():
    found = merged([a_pupil(1, protected=True)], [a_pupil(1)], has=NAMES | {"protected"})
    assert found.people[0].protected


def test_who_is_gone_is_a_leaver_until_the_schools_time_is_up():
    first = merged([a_pupil(1), a_pupil(2, protected=True)], [a_pupil(1)])
    assert first.people == (a_pupil(1), a_pupil(2, protected=True, left_on="2026-09-01"))
    still = merged(first.people, [a_pupil(1)], today=date(2027, 8, 31))
    assert (still.people, ids(still.changes.gone)) == (first.people, [])
    over = merged(first.people, [a_pupil(1)], today=date(2027, 9, 1))
    assert (over.people, ids(over.changes.dropped)) == ((a_pupil(1),), ["P2"])


def test_a_school_that_keeps_no_leavers_drops_them_at_once():
    found = merged([a_pupil(1), a_pupil(2)], [a_pupil(1)], keep_days=0)
    assert (ids(found.people), ids(found.changes.gone)) == (["P1"], ["P2"])


def test_a_leaver_who_comes_back_is_a_pupil_again():
    found = merged([a_pupil(1, left_on="2026-07-22", aliases=("Smarsh",))], [a_pupil(1)])
    assert found.people == (a_pupil(1, aliases=("Smarsh",)),)
    assert "leaver" in "".join(preview.changes(found.changes, TODAY, 365))


def test_who_is_to_be_forgotten_is_gone_at_once():
    found = merged(
        [a_pupil(1), a_pupil(2, left_on="2026-07-22"), a_pupil(3)], [a_pupil(1)], forget=["P2", "P3"]
    )
    assert (ids(found.people), ids(found.changes.dropped), found.changes.gone) == (["P1"], ["P2", "P3"], ())


def test_a_pupil_whose_row_is_broken_is_not_taken_for_a_leaver():
    old = [a_pupil(1), a_pupil(2, aliases=("Smarsh",))]
    found = merged(old, [a_pupil(1)], bad=["P2"])
    assert (found.people, found.changes.gone, found.changes.held) == (tuple(old), (), 1)


def test_staff_keep_what_the_export_does_not_know():
    old = StaffMember(StaffId("S1"), "Jo", "Pike", "Mrs", "Cook", "JoP", "100042", (PupilId("P1"),))
    reading = Reading(
        "staff.csv", (StaffMember(StaffId("S1"), "Jo", "Pike", role="Head cook"),), NAMES | {"role"}
    )
    found = merge_staff([old, StaffMember(StaffId("S2"), "Bram", "Moor")], reading)
    assert found.people == (replace(old, role="Head cook"),)
    assert ids(found.changes.gone) == ["S2"]


def test_a_preview_counts_first_and_cuts_long_lists():
    found = merged([a_pupil(n) for n in range(3)], [a_pupil(n) for n in range(100, 190)])
    lines = preview.changes(found.changes, TODAY, 365)
    assert lines[0] == "90 added, 0 changed, 3 gone."
    assert "Added (90):" in lines
    assert "  … and 70 more" in lines
    assert "Gone, and looked for as leavers until 2027-09-01 (3):" in lines
    assert len(lines) < 30


def test_a_preview_names_what_changed_and_no_value_that_is_nobodys_business():
    old = a_pupil(1, class_name="Oak", date_of_birth="2015-10-14", image_consent=True)
    new = replace(old, class_name="Elm", date_of_birth="2015-10-15", image_consent=False, aliases=("Smarsh",))
    (line,) = [
        x for x in preview.changes(merged([old], [new], NAMES | {"image"}).changes, TODAY, 365) if "P1" in x
    ]
    assert line == "  P1  Alfie Quayle: class Oak → Elm, date of birth, image consent, aliases"


WORDS = frozenset({"will", "grace", "summer", "day"})
NO_ALIAS = {
    "two letters": ("Al", "at least 3 letters"),
    "signs and digits": ("a1-2", "at least 3 letters"),
    "nothing": ("  ", "at least 3 letters"),
    "an ordinary word": ("mum", "an ordinary word"),
    "an ordinary word in capitals": ("THE", "an ordinary word"),
    "a name that is a word": ("Grace", "an ordinary word"),
    "two in one": ("Smarsh;Moor", "letters, digits"),
    "an address": ("smarsh@larkfield.example", "letters, digits"),
    "very long": ("Smarsh " * 10, "at most 60"),
    "the name itself": ("alfie QUAYLE", "already"),
    "the first name": ("Alfie", "already"),
    "an alias that is there": ("smarsh", "already"),
}


@pytest.mark.parametrize(("said", "why"), NO_ALIAS.values(), ids=NO_ALIAS)
def test_an_alias_that_would_find_everybody_is_refused_with_a_sentence(said, why):
    with pytest.raises(NoAlias, match=why):
        aliases.checked(said, a_pupil(1, aliases=("Smarsh",)), WORDS)


@pytest.mark.parametrize(
    "said", ["Smarsh", "Alf", "Alfie Thornbury-Smythe", "Grace Moor", "Alfie O'Dea", "Zoë", "Al Quayle"]
)
def test_a_name_is_an_alias(said):
    assert aliases.checked(f" {said} ", a_pupil(1), WORDS) == said


def test_an_alias_is_taken_away_whatever_its_case():
    assert aliases.without("smarsh", a_pupil(1, aliases=("Moor", "Smarsh"))) == ("Moor",)
    with pytest.raises(NoAlias, match="no such alias"):
        aliases.without("Marsh", a_pupil(1, aliases=("Smarsh",)))


def test_what_is_worth_knowing_of_a_list():
    pupils = [
        a_pupil(1),
        a_pupil(2, "Alfred", preferred_name="ALFIE"),
        a_pupil(3, "Summer", "Day"),
        a_pupil(4, "Summer", "Marsh"),
        a_pupil(5, "Ellie", "Quayle"),
    ]
    assert noticing.shared_names(pupils) == ["P1 and P2 share the name Alfie Quayle"]
    assert noticing.word_names(pupils, WORDS) == ["P3: Summer Day is made of ordinary words"]
    staff = [StaffMember(StaffId("S1"), "Jo", "Pike", children=(PupilId("P1"), PupilId("P9")))]
    assert noticing.unknown_children(staff, pupils) == ["S1: among the children, P9 is no pupil's id"]
    assert noticing.who_is_called(pupils, "alfie") == ["P1", "P2"]
