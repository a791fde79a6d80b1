"""config.toml and the environment, made into Settings; an error names the key, and what was expected."""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from bot.domain.decision import Role
from bot.domain.incident import Person
from bot.outside import Token
from bot.settings_form import (
    Console,
    Form,
    Graph,
    Moderation,
    NamingRules,
    Retention,
    Schedule,
    School,
    WatchedPage,
    beside_the_point,
    section_of,
    sentence,
)

PREFIX = "SCHOOLGATE__"


class SettingsError(Exception):
    """Everything that is wrong with the settings, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """One school's settings, checked, with paths made absolute."""

    path: Path
    school: School
    pages: tuple[WatchedPage, ...]
    graph: Graph
    pupils_file: Path | None
    staff_file: Path | None
    people: Mapping[Role, tuple[Person, ...]]
    mail_url: str = field(repr=False)
    mail_from: str
    ca_bundle: str | None
    store: Path
    schedule: Schedule
    moderation: Moderation
    naming: NamingRules
    console: Console
    retention: Retention
    environment: Mapping[str, str] = field(repr=False)

    @property
    def evidence(self) -> Path:
        return self.store / "evidence"

    @property
    def database(self) -> Path:
        return self.store / "schoolgate.db"

    def token(self, page: WatchedPage) -> Token:
        """The Page's access token, from where the settings say that it is."""
        where = f"{self.path.name}, page '{page.name}'"
        if page.token_env:
            return _from_environment(self.environment, page.token_env, f"{where}, token_env")
        return _from_file(self.path.parent / str(page.token_file), f"{where}, token_file")

    def app_secret(self) -> Token | None:
        name = self.graph.app_secret_env
        return (
            _from_environment(self.environment, name, f"{self.path.name}, graph.app_secret_env")
            if name
            else None
        )

    def secret_values(self) -> list[str]:
        """What must never be written anywhere; a secret that can't be read can't be written either."""
        password = urlsplit(self.mail_url).password or ""
        found = [password, unquote(password)]
        for page in self.pages:
            with contextlib.suppress(SettingsError):
                found.append(self.token(page).value if page.platform != "demo" else "")
        with contextlib.suppress(SettingsError):
            secret = self.app_secret()
            found.append(secret.value if secret else "")
        return [value for value in found if value]

    def exposed_secrets(self) -> list[str]:
        """Token files that other users of this machine can read, and what to do."""
        names = [p.token_file for p in self.pages if p.token_file]
        return [
            f"{self.path.name}, token_file: {name} can be read by other users. Run: chmod 600 {name}"
            for name in names
            if os.name == "posix" and _mode(self.path.parent / name) & 0o077
        ]

    def told(self, role: Role) -> tuple[Person, ...]:
        """Who holds a role; the headteacher where the school named nobody."""
        return self.people.get(role) or self.people[Role.HEADTEACHER]


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _from_environment(environment: Mapping[str, str], name: str, key: str) -> Token:
    value = environment.get(name, "").strip()
    if not value:
        raise SettingsError(
            [f"{key}: the environment variable {name} is empty or not set. Put the secret into it."]
        )
    return _token(value, f"{key}: the environment variable {name}")


def _from_file(path: Path, key: str) -> Token:
    try:
        return _token(path.read_text(encoding="utf-8").strip(), f"{key}: the file {path.name}")
    except (OSError, UnicodeDecodeError) as error:
        why = type(error).__name__
    raise SettingsError(
        [f"{key}: the file {path.name} can't be read ({why}). Write the token, alone, into it."]
    )


def _token(value: str, source: str) -> Token:
    if not re.fullmatch(r"[\x21-\x7e]{4,4096}", value):
        raise SettingsError(
            [f"{source} does not hold a token; expected one long word of letters and digits."]
        )
    return Token(value)


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read, override by the environment, check; every problem at once."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            [f"{path}: there is no such file. Name the settings file with --config PATH."]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            [f"{path}: can't be read ({type(error).__name__}). Expected a UTF-8 text file."]
        ) from None
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path.name}: not valid TOML: {error}."]) from None
    problems = _override(found, environment)
    try:
        form = Form.model_validate(found)
    except ValidationError as error:
        slips = [e for e in error.errors() if not beside_the_point(found, e)]
        raise SettingsError(problems + [sentence(path.name, found, e) for e in slips]) from None
    problems += _contradictions(path, form)
    if problems:
        raise SettingsError(problems)
    return _settings(path.absolute(), form, environment)


def _override(found: dict[str, Any], environment: Mapping[str, str]) -> list[str]:
    """SCHOOLGATE__MAIL__URL=… replaces [mail] url."""
    problems = []
    for name, value in sorted(environment.items()):
        if not name.startswith(PREFIX):
            continue
        *sections, key = name[len(PREFIX) :].lower().split("__")
        place: Any = found
        for section in sections:
            place = place.setdefault(section, {}) if isinstance(place, dict) else _at(place, section)
            if not isinstance(place, dict | list):
                break
        if not sections or not isinstance(place, dict):
            problems.append(
                f"environment, {name}: there is no such key; expected for example {PREFIX}MAIL__URL."
            )
            continue
        place[key] = _typed(value, sections[0], key)
    return problems


def _at(place: list[Any], number: str) -> Any:
    return place[int(number)] if number.isdigit() and int(number) < len(place) else None


def _typed(value: str, section: str, key: str) -> Any:
    """An environment variable is text; where a number, true/false or a list is due it is read as TOML would."""
    of = section_of(section)
    fields = {f.alias or name: f for name, f in of.model_fields.items()} if of else {}
    if key not in fields or fields[key].annotation not in (int, bool, tuple[str, ...]) or key == "poll":
        return value
    try:
        return tomllib.loads(f"x = {value}")["x"]
    except tomllib.TOMLDecodeError:
        return value


def _contradictions(path: Path, form: Form) -> list[str]:
    problems = []
    for n, page in enumerate(form.page, 1):
        given = [key for key in (page.token_env, page.token_file) if key]
        if page.platform == "demo" and given:
            problems.append(
                f"{path.name}, page {n}: the demo Page makes its own token; remove token_env and token_file."
            )
        if page.platform != "demo" and len(given) != 1:
            problems.append(
                f"{path.name}, page {n}: found {len(given)} places for the token, expected one:"
                ' token_env = "NAME" or token_file = "PATH".'
            )
    ids = [page.id for page in form.page]
    problems += [
        f"{path.name}, page: the id {i} stands twice; each Page once." for i in set(ids) if ids.count(i) > 1
    ]
    if Role.HEADTEACHER not in form.people:
        problems.append(
            f"{path.name}, people.headteacher: this key is missing. Name the headteacher:"
            ' [people.headteacher] name = "…", email = "…". Roles that you leave out fall to the headteacher.'
        )
    return problems


def _settings(path: Path, form: Form, environment: Mapping[str, str]) -> Settings:
    def place(name: str) -> Path:
        return path.parent / name

    url = form.mail.url
    if url.startswith("file:"):
        folder = url.removeprefix("file:")
        url = f"file:{place(folder.removeprefix('//'))}"
    people = {
        role: tuple(Person(e.name, e.email) for e in (entry if isinstance(entry, list) else (entry,)))
        for role, entry in form.people.items()
    }
    return Settings(
        path=path,
        school=form.school,
        pages=form.page,
        graph=form.graph,
        pupils_file=place(form.roster.pupils) if form.roster.pupils else None,
        staff_file=place(form.roster.staff) if form.roster.staff else None,
        people=people,
        mail_url=url,
        mail_from=form.mail.sender,
        ca_bundle=str(place(form.mail.ca_bundle)) if form.mail.ca_bundle else None,
        store=place(form.store.folder),
        schedule=form.schedule,
        moderation=form.moderation,
        naming=form.naming,
        console=form.console,
        retention=form.retention,
        environment=environment,
    )
