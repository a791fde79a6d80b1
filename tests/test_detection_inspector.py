"""Detection as a whole: honest about failures, quick on any text, true to the place."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.detection import Inspector, build
from bot.detection.pupils import named
from bot.detection.text import fold
from bot.detection.wordlist import WordListError
from bot.domain.finding import Category, Failure, Finding
from tests.cast import a_comment
from tests.classroom import ROSTER, RULES, found, inspector, said

INSPECTOR = inspector()


def _breaks(_comment: object) -> list[Finding]:
    raise RuntimeError("Alfie Thornbury said so")


def test_a_broken_detector_is_named_and_the_others_go_on():
    media = INSPECTOR._detectors["language"]
    inspection = Inspector({"broken": _breaks, "language": media}).inspect(a_comment("oh shit"))
    assert inspection.failures == (Failure("broken", "RuntimeError"),)
    assert [f.category for f in inspection.findings] == [Category.PROFANITY]


def test_a_detector_that_can_not_be_built_fails_at_every_comment(monkeypatch):
    def no_spacy(*_: object) -> object:
        raise ImportError("no spacy")

    monkeypatch.setattr(named, "detector", no_spacy)
    inspection = inspector().inspect(a_comment("oh shit"))
    assert inspection.failures == (Failure("names", "ImportError"),)
    assert inspection.findings


def test_importing_detection_does_not_load_spacy():
    code = "import sys, bot.detection; sys.exit('spacy' in sys.modules or 'phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


LONG = {
    "ordinary": "the play was lovely and we all had such a nice time, thank you " * 1600,
    "one letter": "a" * 100_000,
    "emoji": "😀" * 100_000,
    "marks": "\u0301" * 100_000,
    "brackets": ")(" * 50_000,
    "stars": "f*" * 50_000,
    "at signs": "a@" * 50_000,
    "digits": "07 " * 33_000,
    "spaced letters": "s h " * 25_000,
    "dots": "a.b" * 33_000,
    "names": "and grace " * 10_000,
    "names of one family": "alfie quayle in oak " * 5_000,
    "shared names and classes": "alfie oak " * 10_000,
    "hashtags": "#teamalfie " * 9_000,
    "initials": "A.Q. " * 20_000,
    "streets": "12 aa " * 16_000,
}
END = " you fucking idiot Alfie Thornbury 07700 900123"


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_text_is_judged_within_bounds_and_to_its_end(text):
    """A bound against work that grows with the square of the text; the timings are benchmarks."""
    message = text + "\n." + END
    began = time.perf_counter()
    inspection = INSPECTOR.inspect(a_comment(message))
    assert time.perf_counter() - began < 8
    assert inspection.failures == ()
    words = {said(f, message) for f in inspection.findings}
    assert {"fucking", "Alfie Thornbury"} <= words


def test_a_text_that_repeats_itself_gives_a_bounded_list():
    assert len(found("fuck " * 5000, Category.PROFANITY)) == 50


ODD = [
    "",
    "\x00",
    "\ud800",
    "fu\x00ck",
    "\ud83d Ellie Marsh",
    "\r",
    "\u2028",
    "\u202eevil",
    "İ",
    "ﷺ",
    "\U000e0041",
]


@pytest.mark.parametrize("message", ODD, ids=ascii)
def test_odd_characters_do_not_stop_detection(message):
    assert INSPECTOR.inspect(a_comment(message)).failures == ()


PIECES = st.sampled_from(
    ["Ellie", "Marsh", " ", "'s", "grace", "f*ck", "07700 900123", "you", "cow", "😀", "\u0301"]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_judged_with_places_inside_it_and_twice_alike(message):
    comment = a_comment(message)
    inspection = INSPECTOR.inspect(comment)
    assert inspection.failures == ()
    assert inspection == INSPECTOR.inspect(comment)
    for finding in inspection.findings:
        if finding.span:
            assert 0 <= finding.span.start < finding.span.end <= len(message)


@given(st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_every_folded_character_knows_its_way_back(message):
    folded = fold(message)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    for place in range(len(folded.text)):
        span = folded.span(place, place + 1)
        assert 0 <= span.start < span.end <= len(message)


SLIPS = {
    "not TOML": ("language/profanity.toml", "words = ", "Invalid value"),
    "an entry is missing": ("language/profanity.toml", "[listed]", "missing"),
    "no such tier": ("language/profanity.toml", None, "'rude' is not a valid Tier"),
    "nicknames: not TOML": ("names/nicknames.toml", "[pairs", "Expected"),
    "nicknames: not there": ("names/nicknames.toml", "[others]", "'pairs' is missing"),
    "nicknames: a list for a text": ("names/nicknames.toml", "[pairs]\nwilliam = ['will']", "wrong kind"),
    "spellings: not there": ("names/spellings.toml", "", "'groups' is missing"),
    "spellings: a number": ("names/spellings.toml", "groups = 5", "wrong kind"),
    "words: not TOML": ("names/words.toml", "may = 'may\n", "Illegal|Expected"),
    "words: a number": (
        "names/words.toml",
        "months = 5\nsurnames = 'young'",
        "'months' should hold texts only",
    ),
    "people: not TOML": ("names/people.toml", "famous = [", "Unclosed|Invalid"),
    "adults: not TOML": ("names/adults.toml", "titles = ", "Invalid value"),
    "people: no famous": ("names/people.toml", "[brands]", "'famous' is missing"),
    "adults: a number": ("names/adults.toml", "titles = 5", "wrong kind .'titles' should be a list"),
    "adults: not there": ("names/adults.toml", "titles = ['mr']", "'kin_adult' is missing"),
    "words: no surnames": ("names/words.toml", "months = 'may'", "'surnames' is missing"),
}


@pytest.mark.parametrize(("file", "text", "says"), SLIPS.values(), ids=SLIPS)
def test_a_slip_in_a_word_list_names_its_file(tmp_path, file, text, says):
    for folder in ("names", "language"):
        shutil.copytree(RULES / folder, tmp_path / folder)
    broken = tmp_path / file
    whole = broken.read_text(encoding="utf-8").replace('tier = "mild"', 'tier = "rude"', 1)
    broken.write_text(whole if text is None else text, encoding="utf-8")
    with pytest.raises(WordListError, match=f"{broken.name}.*({says})"):
        build(ROSTER, tmp_path)
