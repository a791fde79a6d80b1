"""JSON read strictly, and where in the text each part of it stands, so that the very bytes can be kept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from bot.outside import BadAnswer

DEEPEST = 60  # Graph answers nest about ten levels deep
_SPACE = " \t\n\r"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an answer and the text that says so: text[start:end]."""

    value: object
    start: int
    end: int


def read(body: bytes) -> tuple[str, object]:
    """The text and the value of a body; BadAnswer if it is no proper JSON."""
    fault = "it was cut off or is no JSON"
    if not body.strip():
        raise BadAnswer("Facebook's server sent an empty answer.")
    if body.lstrip()[:1] == b"<":
        raise BadAnswer(
            "A web page came back instead of data. A web filter or a sign-in page of the network may be in the way."
        )
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if _depth(value) <= DEEPEST:
            return text, value
        fault = "it is nested too deeply"
    except RecursionError:
        fault = "it is nested too deeply"
    except UnicodeDecodeError:
        fault = "its text is not UTF-8"
    except ValueError:
        pass
    raise BadAnswer(f"Facebook's server sent an answer that can't be read: {fault}.")


def members(text: str, start: int) -> dict[str, Part]:
    """The members of the object that begins at `start`; of a repeated key the last, as json does."""
    found: dict[str, Part] = {}
    place = _skip(text, start + 1)
    while text[place] == '"':
        key, place = _DECODER.raw_decode(text, place)
        begin = _skip(text, _skip(text, place) + 1)
        value, end = _DECODER.raw_decode(text, begin)
        found[key] = Part(value, begin, end)
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return found


def elements(text: str, start: int) -> Iterator[Part]:
    """The elements of the list that begins at `start`."""
    place = _skip(text, start + 1)
    while text[place] != "]":
        value, end = _DECODER.raw_decode(text, place)
        yield Part(value, place, end)
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)


def top(text: str) -> int:
    """Where the outermost value begins."""
    return _skip(text, 0)


def raw(text: str, part: Part) -> bytes:
    """Exactly the bytes that said so."""
    return text[part.start : part.end].encode()


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACE:
        place += 1
    return place


def _refuse(name: str) -> object:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large a number")
    return number


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        depth, level = depth + 1, inner
    return depth
