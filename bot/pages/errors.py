"""Facebook's errors as ours: decided on code and subcode, told in one sentence that says what to do.

Within the family of bot.outside the client itself tells apart:
Busy          their trouble, not ours: a read may be repeated, a write may have happened
├── NoAnswer  nothing usable came back; `sent` says whether the request can have arrived
└── TooMuch   ask for less at once instead of waiting
BadRequest    something asked for does not exist: perhaps only one field
AlreadyDone   the comment was hidden before
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.outside import (
    BadAnswer,
    Gone,
    NotAllowed,
    OutsideError,
    PolicyBlock,
    Refused,
    Throttled,
    TokenDead,
    TryLater,
    WrongToken,
)
from bot.pages import usage

OWN_WAIT = timedelta(hours=1)  # where a throttle names no time

_THROTTLES = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_DEAD = frozenset({102, 190, 450, 452})
_MESSAGING = frozenset({551, 10900, 10902, 10903})
_UNSUPPORTED = frozenset({2069030, 2069033})  # on new-style Pages
_UNSUPPORTED_FIELD = 2069031
_MESSAGE_WINDOW = 2018278
_PAGE_TOKEN_WANTED = 2069032
_HIDDEN_BEFORE = 1446036
_MAKE_ANEW = "Make a new Page token and put it in place of the old one"

_WHY_DEAD: Mapping[int | None, str] = {
    458: "The app was removed from the account that made the token. Add the app again, then make a new Page token",
    459: "Facebook holds the account that made the token at a security check. That person must sign in to Facebook in "
    "a browser and finish the check; then make a new Page token",
    460: f"The password was changed, or the app was logged out, so the token ended. {_MAKE_ANEW}",
    463: f"The token has expired. {_MAKE_ANEW}, made from a long-lived token so that it does not expire",
    464: "The account that made the token is not confirmed. That person must confirm it with Facebook; then make a new "
    "Page token",
    467: f"The token is no longer valid. {_MAKE_ANEW}",
    492: "The person who made the token has lost the role on the Page. A new token will not help: give the role back "
    "in the Page's settings",
    None: f"Facebook does not accept the token. {_MAKE_ANEW}",
}
_WHY_WRONG: Mapping[int, str] = {
    190: "Facebook wants the Page's own token here, and this is another kind. Get the Page token from /me/accounts",
    1705: "The token speaks for a person instead of the Page. Get the Page token from /me/accounts",
    283: "The token lacks the family of permissions for Pages. Grant pages_read_engagement, pages_read_user_content and "
    "pages_manage_engagement, then make a new Page token",
    210: "With this token the person or Page cannot be seen. Use the Page's own token, from /me/accounts",
}


class Busy(TryLater):
    """Their trouble: a read may be repeated; a write may have happened all the same."""


class NoAnswer(Busy):
    """Nothing usable came back."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class TooMuch(Busy):
    """Too much was asked for at once."""


class BadRequest(Refused):
    """Something asked for does not exist; `hint` is the platform's text, of use only as a hint at which field."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class AlreadyDone(Refused):
    """The comment was hidden before we came to it."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """What one error answer says."""

    code: int
    subcode: int | None
    transient: bool
    words: str
    status: int
    headers: Mapping[str, str]
    now: datetime

    @property
    def name(self) -> str:
        return f"code {self.code}/{self.subcode}" if self.subcode else f"code {self.code}"


def problem(status: int, headers: Mapping[str, str], value: object, now: datetime) -> OutsideError | None:
    """What is wrong with an answer, or None; an error may hide under HTTP 200 too."""
    fault = _fault(status, headers, value, now)
    if fault is None:
        return _by_status(status, headers, now)
    for judge in (_throttled, _blocked, _hidden_before, _transient, _token, _unsupported, _permission, _gone):
        found = judge(fault)
        if found:
            return found
    return _refused(fault)


def _fault(status: int, headers: Mapping[str, str], value: object, now: datetime) -> _Fault | None:
    if not isinstance(value, dict):
        return None
    error = value.get("error")
    if not isinstance(error, dict):
        # Two older shapes carry the code beside the words.
        code = value.get("error_code") or (value.get("code") if "error_message" in value else None)
        if code is None:
            return None if error is None else _Fault(-1, None, False, "", status, headers, now)
        error = {"code": code, "message": value.get("error_description") or value.get("error_message")}
    words = " ".join(
        str(error[key]) for key in ("message", "error_user_msg") if isinstance(error.get(key), str)
    )
    subcode = _whole(error.get("error_subcode", error.get("subcode")))
    code = _whole(error.get("code"))
    transient = error.get("is_transient") is True
    return _Fault(-1 if code is None else code, subcode, transient, words, status, headers, now)


def _whole(number: object) -> int | None:
    if isinstance(number, str) and number.isascii() and number.isdigit():
        return int(number[:12])
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _by_status(status: int, headers: Mapping[str, str], now: datetime) -> OutsideError | None:
    if 200 <= status < 300:
        return None
    if status == 429:
        return _pause(headers, now, "HTTP 429")
    if status >= 500:
        return Busy(f"Facebook's server has trouble of its own (HTTP {status}); it will be asked again.")
    if 300 <= status < 400:
        return BadAnswer(f"The answer sent us to another address (HTTP {status}), which is not followed.")
    return BadAnswer(
        f"HTTP {status} came without a word of Facebook; something in the network may be in the way."
    )


def _throttled(fault: _Fault) -> OutsideError | None:
    # Before is_transient: a throttle carries that mark too, and trying again lengthens the block.
    if fault.code in _THROTTLES or fault.status == 429:
        return _pause(fault.headers, fault.now, fault.name)
    return None


def _pause(headers: Mapping[str, str], now: datetime, name: str) -> Throttled:
    until = now + (usage.wait(headers, now) or OWN_WAIT)
    return Throttled(
        f"Facebook asks us to call less often ({name}); nothing is asked before {until:%H:%M} UTC.", until
    )


def _blocked(fault: _Fault) -> OutsideError | None:
    if fault.code != 368:
        return None
    return PolicyBlock(
        "Facebook has blocked the Page's actions for a while (code 368), as it does when much is done quickly. "
        "Only waiting helps; hide by hand in the Page's own tools what can't wait."
    )


def _hidden_before(fault: _Fault) -> OutsideError | None:
    return AlreadyDone("The comment was hidden before.") if fault.subcode == _HIDDEN_BEFORE else None


def _transient(fault: _Fault) -> OutsideError | None:
    if fault.code == 1 and ("reduce the amount" in fault.words.lower() or fault.subcode == 99):
        return TooMuch("Facebook found that too much was asked for at once (code 1).")
    if fault.code in (1, 2) or fault.transient or (fault.code == -1 and fault.status >= 500):
        return Busy(f"Facebook's server has trouble of its own ({fault.name}); it will be asked again.")
    return None


def _token(fault: _Fault) -> OutsideError | None:
    if fault.code in (1705, 283, 210) or (fault.code == 190 and fault.subcode == _PAGE_TOKEN_WANTED):
        return WrongToken(f"{_WHY_WRONG[fault.code]} ({fault.name}).")
    if fault.code in _DEAD:
        return TokenDead(f"{_WHY_DEAD.get(fault.subcode, _WHY_DEAD[None])} ({fault.name}).")
    return None


def _unsupported(fault: _Fault) -> OutsideError | None:
    if fault.subcode == _UNSUPPORTED_FIELD:
        return BadRequest(f"Facebook does not give a field on this kind of Page ({fault.name}).", fault.words)
    if fault.subcode in _UNSUPPORTED:
        return Refused(f"Facebook does not offer this on this kind of Page ({fault.name}).")
    if fault.subcode == _MESSAGE_WINDOW or fault.code in _MESSAGING:
        return Refused(f"Facebook does not let the Page write to this person ({fault.name}).")
    return None


def _permission(fault: _Fault) -> OutsideError | None:
    if fault.code not in (3, 10) and not 200 <= fault.code <= 299:
        return None
    return NotAllowed(
        f"The token lacks a permission, or its person lacks a task on the Page ({fault.name}). Check "
        "pages_read_engagement, pages_read_user_content and pages_manage_engagement (a permission ends after 90 days "
        "without use) and the task Moderate."
    )


def _gone(fault: _Fault) -> OutsideError | None:
    if fault.code == 803 or (fault.code == 100 and fault.subcode == 33):
        return Gone(f"It is no longer there, or the Page can no longer see it ({fault.name}).")
    return None


def _refused(fault: _Fault) -> OutsideError:
    if fault.code == 506:
        return Refused("Facebook refuses to publish the same words twice (code 506); change the text.")
    if fault.code == 100:
        return BadRequest(
            f"Facebook does not know something that it was asked for ({fault.name}).", fault.words
        )
    return Refused(f"Facebook refuses this request as it is ({fault.name}, HTTP {fault.status}).")
