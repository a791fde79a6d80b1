"""`schoolgate roster`: what a person sees of a list before and after it is in force."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot import cli, clock, rules
from bot.domain.roster import PupilId
from bot.rosters import read_pupils, read_staff
from bot.settings import load
from tests.cast import a_comment
from tests.school import furnish

PUPILS = "UPN,Forename,Surname,Reg Group\n" + "".join(
    f"U{n},{first},Quayle,Oak\n"
    for n, first in enumerate(["Alfie", "Ellie", "Noor", "Bram", "Zoë", "Idris"] * 5)
)


@pytest.fixture
def school(tmp_path, capsys, monkeypatch):
    """Run a command; its exit status and all that it said."""
    config = furnish(tmp_path, "http://localhost:1")
    (tmp_path / "pupils.csv").unlink()
    (tmp_path / "staff.csv").unlink()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 9, 1, 12, tzinfo=UTC))

    class School:
        folder = tmp_path
        pupils = tmp_path / "pupils.csv"
        staff = tmp_path / "staff.csv"

        def says(self, *words):
            try:
                status = cli.main(["roster", *map(str, words), "--config", str(config)])
            except SystemExit as error:
                status = error.code
            output = capsys.readouterr()
            return status, output.out + output.err

        def file(self, text, name="new.csv"):
            (tmp_path / name).write_text(text, encoding="utf-8")
            return tmp_path / name

        def judge(self):
            self.staff.write_text("staff_id,first_name,last_name\nS1,Jo,Pike\n")
            return rules.load(load(config, {"TOKEN": "SCHOOL-token"}))

    return School()


@pytest.fixture
def filled(school):
    assert school.says("import", school.file(PUPILS))[0] == 0
    return school


def pupil(school, wanted):
    return next(p for p in read_pupils(school.pupils) if p.id == wanted)


def test_a_preview_changes_nothing(filled):
    before = filled.pupils.read_bytes()
    new = (
        PUPILS.replace("U3,Bram,Quayle,Oak", "U3,Bram,Quayle,Elm").replace("U4,Zoë,Quayle,Oak\n", "")
        + "U99,Ada,Holt,Elm\n"
    )
    status, said = filled.says("import", filled.file(new), "--preview")
    assert status == 0
    assert "1 added, 1 changed, 1 gone." in said
    assert "U99  Ada Holt" in said
    assert "U3  Bram Quayle: class Oak → Elm" in said
    assert "U4  Zoë Quayle" in said
    assert filled.pupils.read_bytes() == before
    assert filled.says("import", filled.file(new))[0] == 0
    assert filled.pupils.read_bytes() != before


def test_more_than_a_tenth_gone_needs_a_yes(filled):
    fewer = filled.file("\n".join(PUPILS.splitlines()[:27]) + "\n")
    before = filled.pupils.read_bytes()
    for more in ([], ["--preview"]):
        status, said = filled.says("import", fewer, *more)
        assert status == 1
        assert "4 of 30 would be dropped" in said
        assert filled.pupils.read_bytes() == before
    assert filled.says("import", fewer, "--yes")[0] == 0
    assert "leavers: 4" in filled.says("show")[1]
    assert "pupils: 26 in" in filled.says("show")[1]
    assert filled.says("import", fewer)[0] == 0, "leavers are not gone a second time"


def test_another_column_of_ids_is_suspected(filled):
    status, said = filled.says("import", filled.file(PUPILS.replace("\nU", "\nX")))
    assert status == 1
    assert "is another column the id this time?" in said


def test_leavers_are_still_looked_for_and_dropped_when_their_time_is_up(filled, monkeypatch):
    fewer = filled.file(PUPILS.replace("U4,Zoë,Quayle,Oak\n", ""))
    filled.says("import", fewer)
    assert pupil(filled, "U4").left_on == "2026-09-01"
    judge = filled.judge()
    (finding,) = judge.inspect(a_comment(message="well done Zoë Quayle")).findings
    assert PupilId("U4") in finding.pupils
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 9, 2, 12, tzinfo=UTC))
    assert "Dropped for good (1)" in filled.says("import", fewer)[1]
    assert b"U4," not in filled.pupils.read_bytes()


def test_a_leaver_can_be_forgotten_at_once(filled):
    fewer = filled.file(PUPILS.replace("U4,Zoë,Quayle,Oak\n", "").replace("U5,Idris,Quayle,Oak\n", ""))
    assert "U4: this pupil is in new.csv" in filled.says("import", filled.file(PUPILS), "--forget", "U4")[1]
    fewer = filled.file(PUPILS.replace("U4,Zoë,Quayle,Oak\n", "").replace("U5,Idris,Quayle,Oak\n", ""))
    assert filled.says("import", fewer, "--forget", "U4")[0] == 0
    assert [p.id for p in read_pupils(filled.pupils) if p.left_on] == ["U5"]
    assert filled.says("import", "--forget", "U5")[0] == 0
    assert not [p for p in read_pupils(filled.pupils) if p.left_on]
    assert filled.says("import", "--forget", "U1")[0] == 1
    assert filled.says("import", "--forget", "U1", "--yes")[0] == 0
    assert filled.says("import", "--forget", "nobody")[0] == 2
    assert "U1" not in [p.id for p in read_pupils(filled.pupils)]


def test_broken_rows_are_named_or_passed_over_as_the_person_chooses(filled):
    new = filled.file(PUPILS.replace("U3,Bram,Quayle", "U3,,Quayle").replace("U7,Ellie", ",Ellie"))
    before = filled.pupils.read_bytes()
    status, said = filled.says("import", new)
    assert (status, filled.pupils.read_bytes()) == (2, before)
    assert "new.csv, line 5: the first name is missing." in said
    assert "new.csv, line 9: the id is missing." in said
    assert "Ellie" not in said
    status, said = filled.says("import", new, "--skip-broken")
    assert status == 0
    assert "Passed over: 2 rows; left empty: 0 cells. 1 of these people were on the list already" in said
    assert pupil(filled, "U3").first_name == "Bram"
    assert pupil(filled, "U7").left_on == "2026-09-01"


def test_a_column_that_looks_like_a_password_is_refused_until_it_is_to_be_ignored(school):
    new = school.file("UPN,Forename,Surname,Password,Medical notes\nU1,Alfie,Quayle,hunter2,zzz\n")
    status, said = school.says("import", new)
    assert (status, school.pupils.exists()) == (2, False)
    assert "the column 'Password' looks like passwords" in said
    status, said = school.says("import", new, "--ignore-columns")
    assert status == 0
    assert "The column 'Medical notes' was not taken over" in said
    kept = school.pupils.read_text()
    assert "hunter2" not in kept + said
    assert "zzz" not in kept + said


def test_a_list_without_a_header_is_taken_over_only_when_a_person_agrees(school):
    new = school.file("1001,Alfie,Quayle\n1002,Ellie,Marsh\n")
    status, said = school.says("import", new)
    assert (status, school.pupils.exists()) == (1, False)
    assert "Assumed: column 1 the id, column 2 the first name, column 3 the last name." in said
    assert school.says("import", new, "--yes")[0] == 0
    assert [p.first_name for p in read_pupils(school.pupils)] == ["Alfie", "Ellie"]


def test_a_spoilt_list_in_force_does_not_keep_a_good_one_out_for_ever(school):
    school.pupils.write_text("nonsense")
    status, said = school.says("import", school.file(PUPILS))
    assert (status, school.pupils.read_text()) == (1, "nonsense")
    assert "would be lost" in said
    assert school.says("import", school.file(PUPILS), "--yes")[0] == 0
    assert len(read_pupils(school.pupils)) == 30


def test_aliases_and_the_mark_survive_an_import(filled):
    assert filled.says("alias", "U0", "Alfie", "Thornbury-Holt")[0] == 0
    assert filled.says("alias", "U0", "Smarsh")[0] == 0
    assert filled.says("protect", "U0")[0] == 0
    filled.says("import", filled.file(PUPILS.replace("U0,Alfie,Quayle,Oak", "U0,Alfie,Quayle,Elm")))
    kept = pupil(filled, "U0")
    assert (kept.aliases, kept.protected, kept.class_name) == (
        ("Alfie Thornbury-Holt", "Smarsh"),
        True,
        "Elm",
    )
    assert filled.says("alias", "U0")[1].splitlines() == ["Alfie Thornbury-Holt", "Smarsh"]
    assert filled.says("alias", "U0", "smarsh", "--remove")[0] == 0
    assert filled.says("alias", "U0", "--remove", "Alfie", "Thornbury-Holt")[0] == 0
    assert filled.says("alias", "U0")[1] == "U0 has no alias.\n"
    assert "protected: 1" in filled.says("show")[1]
    assert filled.says("protect", "U0", "--off")[0] == 0
    assert not pupil(filled, "U0").protected


WRONG = {
    "nobody": (["alias", "U999", "Smarsh"], 1, "nobody|no pupil"),
    "an ordinary word": (["alias", "U0", "mum"], 1, "ordinary word"),
    "nothing to remove": (["alias", "U0", "--remove"], 2, "Say which alias"),
    "not there to remove": (["alias", "U0", "Smarsh", "--remove"], 1, "no such alias"),
    "nobody to show": (["show", "U999"], 1, "nobody with the id"),
    "nobody to protect": (["protect", "U999"], 1, "no pupil"),
    "no file": (["import"], 2, "Name the file"),
    "staff to forget": (["import", "x.csv", "--staff", "--forget", "S1"], 2, "--forget is for pupils"),
    "nothing": ([], 2, "required"),
}


@pytest.mark.parametrize(("words", "status", "says"), WRONG.values(), ids=WRONG)
def test_a_slip_is_a_sentence_and_changes_nothing(filled, words, status, says):
    before = filled.pupils.read_bytes()
    found, said = filled.says(*words)
    assert found == status
    assert any(part in said for part in says.split("|")), said
    assert filled.pupils.read_bytes() == before


def test_an_alias_that_another_pupil_goes_by_is_warned_of(filled):
    assert "U2, U8, U14, U20, U26 is called this too" in filled.says("alias", "U0", "Noor", "Quayle")[1]


def test_one_entry_is_shown_whole(filled):
    filled.says("alias", "U4", "Zo", "Quayle")
    said = filled.says("show", "U4")[1]
    assert said.splitlines() == ["U4  Zoë Quayle", "  class: Oak", "  aliases: Zo Quayle"]


def test_an_entry_tells_a_no_from_nothing_said(school):
    school.says(
        "import", school.file("UPN,Forename,Surname,Photo consent,Video consent\nU1,Alfie,Quayle,no,\n")
    )
    assert school.says("show", "U1")[1].splitlines() == ["U1  Alfie Quayle", "  image consent: no"]


def test_staff_come_with_titles_roles_facebook_and_their_own_children(filled):
    staff = "Staff ID,Title,Forename,Surname,Job Title,Facebook Name,Facebook ID,Children\n"
    status, said = filled.says(
        "import", "--staff", filled.file(f"{staff}S1,Mrs,Jo,PIKE,Cook,Joanie P,100000000000042,U1;U2;U999\n")
    )
    assert status == 0
    assert "S1: among the children, U999 is no pupil's id" in said
    (member,) = read_staff(filled.staff)
    assert (member.last_name, member.facebook_id, member.children) == (
        "Pike",
        "100000000000042",
        ("U1", "U2", "U999"),
    )
    assert "U999 is no pupil's id" in filled.says("show")[1]
    assert "  children: U1; U2; U999" in filled.says("show", "S1")[1]
    filled.says("import", "--staff", filled.file("Staff ID,Forename,Surname\nS1,Jo,Pike\n"))
    assert read_staff(filled.staff) == [member]


def test_a_mark_on_the_roster_reaches_the_decision(filled):
    comment = a_comment(message="Oak class: well done Zoë Quayle", by_page=True)
    judge = filled.judge()
    usual = judge.decide(judge.inspect(comment), comment)
    filled.says("protect", "U4")
    judge = filled.judge()
    raised = judge.decide(judge.inspect(comment), comment)
    assert (usual.urgency.value, raised.urgency.value) == ("soon", "now")
    assert (raised.clause, raised.alert, raised.action) == (usual.clause, usual.alert, usual.action)


def test_help_teaches_each_part(school):
    for part in ("import", "show", "alias", "protect"):
        status, said = school.says(part, "--help")
        assert status == 0
        assert "PATH" in said


def test_the_settings_file_may_be_named_before_the_second_word(filled, capsys):
    assert cli.main(["roster", "--config", str(filled.folder / "school.toml"), "show"]) == 0
    assert "pupils: 30 in" in capsys.readouterr().out
