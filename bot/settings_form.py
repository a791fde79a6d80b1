"""The form that config.toml has to fill in, and what is said of a slip in it."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import ErrorDetails

from bot.domain.decision import Role
from bot.mail.postbox import describe
from bot.policy.naming import NamingRule


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a time zone such as 'Europe/London'") from None
    return value


def _http(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("an address such as 'https://graph.facebook.com'")
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "http" and not local:
        raise ValueError("an address that begins with https:// (http:// only for this machine)")
    return value.rstrip("/")


def _version(value: str) -> str:
    if not re.fullmatch(r"v\d+\.\d+", value):
        raise ValueError("a version such as 'v25.0'")
    return value


def _email(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+", value) or not value.isascii():
        raise ValueError("an e-mail address such as 'head@school.example'")
    return value


def _mail_url(value: str) -> str:
    try:
        describe(value)
    except ValueError:
        # Its own text may hold the password.
        raise ValueError(
            "smtp://, smtps:// or smtp+starttls:// with a host, or file: with a folder; in a password write"
            " %40 for @, %2F for / and so on"
        ) from None
    return value


DURATION = {"s": 1, "m": 60, "h": 3600}


def _seconds(value: object) -> object:
    """'3m' → 180; a bare number is seconds."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = re.fullmatch(r"\s*(\d+)\s*([smh])\s*", value) if isinstance(value, str) else None
    if not found or int(found.group(1)) == 0:
        raise ValueError("a time such as '3m', '90s' or '1h'")
    return int(found.group(1)) * DURATION[found.group(2)]


def _time_of_day(value: str) -> str:
    found = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)
    if not found:
        raise ValueError("a time of day such as '07:00'")
    return value


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekly(value: str) -> str:
    day, _, at = value.strip().lower().partition(" ")
    day = day[:3]
    if day not in DAYS:
        raise ValueError("a day and a time such as 'mon 07:30'")
    return f"{day} {_time_of_day(at)}"


def _role(value: object) -> Role:
    try:
        return Role(str(value))
    except ValueError:
        close = difflib.get_close_matches(str(value), list(Role), n=1, cutoff=0.5)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        raise ValueError(f"one of the roles {', '.join(Role)}{hint}") from None


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, strict=True)


OTHER_WAY = "list[PersonEntry]"
Text = Annotated[str, Field(min_length=1)]


class School(Section):
    name: Text
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    policy: Text = "recommended"
    sites: tuple[str, ...] = Field(default=(), strict=False)
    links: tuple[str, ...] = Field(default=(), strict=False)
    contacts: tuple[str, ...] = Field(default=(), strict=False)


class WatchedPage(Section):
    platform: Literal["facebook", "demo"]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")]
    name: Text
    token_env: Text | None = None
    token_file: Text | None = None


class Graph(Section):
    base_url: Annotated[str, AfterValidator(_http)] = "https://graph.facebook.com"
    version: Annotated[str, AfterValidator(_version)] = "v25.0"
    app_secret_env: Text | None = None


class RosterFiles(Section):
    pupils: Text | None = None
    staff: Text | None = None


class PersonEntry(Section):
    name: Text
    email: Annotated[str, AfterValidator(_email)]


class Mail(Section):
    url: Annotated[str, AfterValidator(_mail_url)]
    sender: Annotated[str, AfterValidator(_email)] = Field(alias="from")
    ca_bundle: Text | None = None


class Store(Section):
    folder: Text


class Schedule(Section):
    poll: Annotated[int, BeforeValidator(_seconds)] = 180
    daily: Annotated[str, AfterValidator(_time_of_day)] = "07:00"
    weekly: Annotated[str, AfterValidator(_weekly)] = "mon 07:30"


class Moderation(Section):
    mode: Literal["shadow", "enforce"] = "shadow"
    automatic_delete: bool = False
    caution: Literal["careful", "balanced", "quiet"] = "balanced"
    look_back_days: Annotated[int, Field(ge=0, le=365)] = 0


class NamingRules(Section):
    own_posts: NamingRule = Field(default=NamingRule.FIRST_NAMES, strict=False)
    comments: NamingRule = Field(default=NamingRule.NONE, strict=False)


class Console(Section):
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    base_url: Annotated[str, AfterValidator(_http)] | None = None


class Retention(Section):
    unflagged_days: Annotated[int, Field(ge=1, le=365)] = 30
    leavers_days: Annotated[int, Field(ge=0, le=3650)] = 365


class Form(Section):
    """The whole file, as pydantic sees it."""

    school: School
    page: tuple[WatchedPage, ...] = Field(min_length=1, strict=False)
    graph: Graph = Graph()
    roster: RosterFiles = RosterFiles()
    people: dict[Annotated[Role, BeforeValidator(_role)], PersonEntry | list[PersonEntry]] = Field(
        strict=False
    )
    mail: Mail
    store: Store
    schedule: Schedule = Schedule()
    moderation: Moderation = Moderation()
    naming: NamingRules = NamingRules()
    console: Console = Console()
    retention: Retention = Retention()


def section_of(name: str) -> type[Section] | None:
    """The model behind a section's name."""
    if name == "people":
        return PersonEntry
    field = Form.model_fields.get(name)
    found = [field.annotation, *get_args(field.annotation)] if field else []
    return next((s for s in found if isinstance(s, type) and issubclass(s, Section)), None)


def beside_the_point(found: dict[str, Any], error: ErrorDetails) -> bool:
    """A role may be one person or several: complaints about the way that was not taken say nothing.

    Nor does the complaint that no Page is left, when it is their own slips that cost them.
    """
    if error["loc"] == ("page",) and error["type"] == "too_short" and found.get("page"):
        return True
    if error["loc"][0] != "people" or len(error["loc"]) < 3:
        return False
    several = isinstance(_found(found, list(error["loc"][:2])), list)
    return several != (OTHER_WAY in error["loc"])


def sentence(file: str, found: dict[str, Any], error: ErrorDetails) -> str:
    steps = [s for s in error["loc"] if s not in ("PersonEntry", "[key]") and s != OTHER_WAY]
    key = ".".join(str(step) for step in steps)
    what = error["type"]
    if steps[:1] == ["people"] and len(steps) == 2 and what == "value_error":
        return f"{file}, {key}: there is no such role; expected {_expected(error)}."
    if what == "extra_forbidden":
        return f"{file}, {key}: there is no such key.{_suggestion(steps)} Remove it or correct its name."
    if what == "missing":
        return f"{file}, {key}: this key is missing. Add it (config.toml shows every key with an example)."
    value = _found(found, steps)
    shown = "something" if "url" in key or "token" in key else repr(value)[:60]
    return f"{file}, {key}: found {shown}, expected {_expected(error)}."


def _expected(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context.get("error", error["msg"]))
    if "expected" in context:
        return str(context["expected"])
    if error["type"] == "string_pattern_mismatch":
        return "a number such as '100000000000001' in quotes"
    words = {"bool_type": "true or false", "string_type": "text in quotes", "int_type": "a whole number"}
    bounds = {"greater_than_equal": "ge", "less_than_equal": "le"}
    if error["type"] in bounds:
        return error["msg"].replace("Input should be ", "a number ")
    return words.get(error["type"], error["msg"].replace("Input should be ", ""))


def _found(found: Any, steps: list[Any]) -> Any:
    for step in steps:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def _known(steps: list[Any]) -> list[str]:
    """The keys that may stand where a wrong one was found."""
    if len(steps) == 1:
        return list(Form.model_fields)
    section = section_of(str(steps[0]))
    return [f.alias or name for name, f in section.model_fields.items()] if section else []


def _suggestion(steps: list[Any]) -> str:
    close = difflib.get_close_matches(str(steps[-1]), _known(steps), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""
