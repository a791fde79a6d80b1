"""A wrong setting gets one sentence that names the place, what was found, what was expected and what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.domain.decision import Role
from bot.policy.naming import NamingRule
from bot.settings import Settings, SettingsError, load

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "config.toml"
PLAIN = """
[school]
name = "Larkfield"
[[page]]
platform = "facebook"
id = "1"
name = "Larkfield"
token_env = "TOKEN"
[people.headteacher]
name = "Helen"
email = "head@larkfield.example"
[mail]
url = "file:outbox"
from = "gate@larkfield.example"
[store]
folder = "run"
"""


def written(folder: Path, text: str = PLAIN) -> Path:
    path = folder / "school.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str = PLAIN, **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(written(folder, text), environment)
    return str(caught.value)


def test_the_shipped_file_works_as_it_is():
    found = load(SHIPPED, {})
    assert found.pages[0].platform == "demo"
    assert found.pupils_file == ROOT / "data" / "demo" / "pupils.csv"


def test_every_key_stands_in_the_shipped_file():
    """A technician finds each key there, commented, without reading the program."""
    from bot.settings_form import Form, PersonEntry, Section

    text = SHIPPED.read_text(encoding="utf-8")
    for name, field in Form.model_fields.items():
        annotation = PersonEntry if name == "people" else field.annotation
        section = annotation if isinstance(annotation, type) else annotation.__args__[0]
        if isinstance(section, type) and issubclass(section, Section):
            for key, inner in section.model_fields.items():
                assert f"{inner.alias or key} = " in text, f"[{name}] {key}"


def test_a_real_page_starts_in_shadow_and_from_now(tmp_path):
    found = load(written(tmp_path), {})
    assert (found.moderation.mode, found.moderation.look_back_days) == ("shadow", 0)
    assert found.moderation.automatic_delete is False


def test_leavers_are_kept_for_a_year_unless_the_school_says_otherwise(tmp_path):
    assert load(written(tmp_path), {}).retention.leavers_days == 365
    assert load(written(tmp_path), {"SCHOOLGATE__RETENTION__LEAVERS_DAYS": "0"}).retention.leavers_days == 0


def test_the_environment_overrides_any_key(tmp_path):
    environment = {
        "SCHOOLGATE__MAIL__URL": "smtp://relay.example",
        "SCHOOLGATE__MODERATION__LOOK_BACK_DAYS": "7",
        "SCHOOLGATE__MODERATION__AUTOMATIC_DELETE": "true",
        "SCHOOLGATE__PEOPLE__DSL__NAME": "Imran",
        "SCHOOLGATE__PEOPLE__DSL__EMAIL": "dsl@larkfield.example",
        "SCHOOLGATE__PAGE__0__ID": "42",
        "SCHOOLGATE__SCHEDULE__POLL": "30s",
    }
    found = load(written(tmp_path), environment)
    assert found.mail_url == "smtp://relay.example"
    assert found.moderation.look_back_days == 7
    assert found.moderation.automatic_delete
    assert found.people[Role.DSL][0].name == "Imran"
    assert found.pages[0].id == "42"
    assert found.schedule.poll == 30


def test_paths_are_relative_to_the_settings_file(tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    found = load(written(tmp_path), {})
    assert found.store == tmp_path / "run"
    assert found.mail_url == f"file:{tmp_path / 'outbox'}"


def test_several_people_may_hold_one_role(tmp_path):
    slt = '[[people.slt]]\nname = "A"\nemail = "a@x.example"\n[[people.slt]]\nname = "B"\nemail = "b@x.example"\n'
    found = load(written(tmp_path, PLAIN + slt), {})
    assert [p.email for p in found.told(Role.SLT)] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize(
    ("url", "folder"), [("file:out", "out"), ("file:./out", "out"), ("file:///abs/out", "/abs/out")]
)
def test_a_mail_folder_may_be_said_in_several_ways(tmp_path, url, folder):
    found = load(written(tmp_path, PLAIN.replace("file:outbox", url)), {})
    assert Path(found.mail_url.removeprefix("file:")) == tmp_path / folder


@pytest.mark.parametrize(("said", "seconds"), [("3m", 180), ("90s", 90), ("1h", 3600)])
def test_a_time_is_said_with_its_unit(tmp_path, said, seconds):
    assert load(written(tmp_path), {"SCHOOLGATE__SCHEDULE__POLL": said}).schedule.poll == seconds


def test_names_are_judged_strictly_of_visitors_and_kindly_of_the_school_unless_it_says_otherwise(tmp_path):
    assert load(written(tmp_path), {}).naming.model_dump() == {"own_posts": "first_names", "comments": "none"}
    found = load(written(tmp_path, PLAIN + '[naming]\ncomments = "all_but_full_names"\n'), {})
    assert found.naming.comments is NamingRule.ALL_BUT_FULL_NAMES
    assert (
        load(written(tmp_path), {"SCHOOLGATE__NAMING__OWN_POSTS": "none"}).naming.own_posts is NamingRule.NONE
    )


def test_a_wrong_naming_rule_is_told_with_those_that_there_are(tmp_path):
    said = problems(tmp_path, PLAIN + '[naming]\nown_posts = "first"\n')
    assert "naming.own_posts: found 'first'" in said
    assert all(rule in said for rule in NamingRule)


def test_links_and_contacts_are_read(tmp_path):
    school = 'name = "Larkfield"\nlinks = ["gazette.example"]\ncontacts = ["01632 960500"]\n'
    found = load(written(tmp_path, PLAIN.replace('name = "Larkfield"\n', school, 1)), {}).school
    assert (found.links, found.contacts) == (("gazette.example",), ("01632 960500",))


def test_a_role_without_a_person_falls_to_the_headteacher(tmp_path):
    found = load(written(tmp_path), {})
    assert found.told(Role.ICT_SUPPORT)[0].email == "head@larkfield.example"


WRONG = {
    "unknown key": (
        'name = "Larkfield"\n[[',
        'nam = "x"\nname = "Larkfield"\n[[',
        ["school.nam", "Did you mean 'name'"],
    ),
    "unknown section": ("[store]", "[stroe]\nx = 1\n[store]", ["stroe", "Did you mean 'store'"]),
    "missing key": ('url = "file:outbox"', "", ["mail.url", "missing"]),
    "wrong platform": ('"facebook"', '"myspace"', ["page.0.platform", "'myspace'", "'facebook' or 'demo'"]),
    "wrong type": ('id = "1"', "id = 1", ["page.0.id", "found 1", "text in quotes"]),
    "wrong address": ("head@larkfield.example", "head", ["people.headteacher", "an e-mail address"]),
    "header in an address": (
        '"head@larkfield.example"',
        '"a@b.example\\nBcc: x@y.example"',
        ["e-mail address"],
    ),
    "wrong role": ("[people.headteacher]", "[people.headmaster]", ["people.headmaster", "headteacher"]),
    "no place for the token": ('token_env = "TOKEN"', "", ["page 1", "found 0", "token_file"]),
    "two places for the token": ('"TOKEN"', '"TOKEN"\ntoken_file = "x"', ["page 1", "found 2"]),
    "wrong mail": ('"file:outbox"', '"http://x"', ["mail.url", "smtp://"]),
    "not TOML": ("[store]", "[store", ["not valid TOML", "line"]),
}


@pytest.mark.parametrize(("old", "new", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_slip_gets_a_sentence_that_names_the_place(tmp_path, old, new, said):
    assert old in PLAIN
    text = problems(tmp_path, PLAIN.replace(old, new, 1))
    assert "school.toml" in text
    for words in said:
        assert words in text


VALUES = {
    "zone": ("SCHOOL__TIMEZONE", "Mars/Base", "time zone"),
    "poll": ("SCHEDULE__POLL", "5", "'3m'"),
    "no poll": ("SCHEDULE__POLL", "0m", "'3m'"),
    "daily": ("SCHEDULE__DAILY", "25:00", "time of day"),
    "weekly": ("SCHEDULE__WEEKLY", "funday 07:00", "'mon 07:30'"),
    "mode": ("MODERATION__MODE", "shado", "'shadow' or 'enforce'"),
    "caution": ("MODERATION__CAUTION", "brave", "'careful', 'balanced' or 'quiet'"),
    "look back": ("MODERATION__LOOK_BACK_DAYS", "-3", "greater than or equal to 0"),
    "plain http": ("GRAPH__BASE_URL", "http://graph.example", "https://"),
    "version": ("GRAPH__VERSION", "25", "'v25.0'"),
    "leavers": ("RETENTION__LEAVERS_DAYS", "-1", "greater than or equal to 0"),
    "port": ("CONSOLE__PORT", "99999", "less than or equal to 65535"),
}


@pytest.mark.parametrize(("name", "value", "expected"), VALUES.values(), ids=VALUES.keys())
def test_a_wrong_value_is_told_with_what_was_expected(tmp_path, name, value, expected):
    text = problems(tmp_path, **{f"SCHOOLGATE__{name}": value})
    assert name.lower().replace("__", ".") in text
    assert expected in text


ONE_SLIP = {
    "one person": ('email = "head@larkfield.example"', 'email = "head"'),
    "several people": (
        '[people.headteacher]\nname = "Helen"\nemail = "head@larkfield.example"',
        '[[people.headteacher]]\nname = "H"\nemail = "head"',
    ),
}


@pytest.mark.parametrize(("old", "new"), ONE_SLIP.values(), ids=ONE_SLIP.keys())
def test_one_slip_is_one_sentence(tmp_path, old, new):
    assert problems(tmp_path, PLAIN.replace(old, new)).count("\n") == 0


def test_all_problems_are_told_at_once(tmp_path):
    text = problems(
        tmp_path,
        SCHOOLGATE__MODERATION__MODE="x",
        SCHOOLGATE__SCHEDULE__POLL="x",
        SCHOOLGATE__GRAPH__VERSION="x",
    )
    assert text.count("\n") == 2


def test_a_missing_file_is_said_plainly(tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        load(tmp_path / "nowhere.toml", {})


SECRETS = {
    "unset": ({}, "TOKEN, which|TOKEN is empty"),
    "empty": ({"TOKEN": "  "}, "TOKEN is empty"),
    "two words": ({"TOKEN": "not a token"}, "does not hold a token"),
    "line break": ({"TOKEN": "abcd\nefgh"}, "does not hold a token"),
}


@pytest.mark.parametrize(("environment", "said"), SECRETS.values(), ids=SECRETS.keys())
def test_a_token_that_is_none_is_told_without_being_shown(tmp_path, environment, said):
    found = load(written(tmp_path), environment)
    with pytest.raises(SettingsError, match=said) as caught:
        found.token(found.pages[0])
    assert "efgh" not in str(caught.value)


def with_token_file(folder: Path, mode: int) -> Settings:
    (folder / "page.token").write_text("EAAB1234", encoding="utf-8")
    (folder / "page.token").chmod(mode)
    return load(written(folder, PLAIN.replace('token_env = "TOKEN"', 'token_file = "page.token"')), {})


def test_a_token_file_that_others_can_read_is_named_with_the_remedy(tmp_path):
    assert "chmod 600 page.token" in with_token_file(tmp_path, 0o644).exposed_secrets()[0]


def test_a_token_file_of_ones_own_is_no_matter(tmp_path):
    found = with_token_file(tmp_path, 0o600)
    assert found.exposed_secrets() == []
    assert found.token(found.pages[0]).value == "EAAB1234"


def test_a_token_hides_itself(tmp_path):
    token = with_token_file(tmp_path, 0o600)
    assert "EAAB1234" not in repr(token.token(token.pages[0])) + str(token.token(token.pages[0]))


def test_the_example_of_every_key_is_valid_toml():
    """The commented keys work too, once the mark is taken away."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    keys = [
        line.removeprefix("# ") for line in lines if line.startswith("# ") and " = " in line.split("#")[1]
    ]
    assert len(keys) == 5
    for line in keys:
        assert tomllib.loads(line)
