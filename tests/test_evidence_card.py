"""The evidence card tells the truth, can be read by anybody, and can't be made to lie or to load."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.domain.comment import Attachment, Author
from bot.evidence import card, lookup, visible
from bot.evidence.record import compose, read
from tests.evidence_cast import GIVEN, PHOTO, given, record

HARMLESS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "section",
        "footer",
        "div",
        "p",
        "span",
        "b",
        "br",
        "h1",
        "h2",
        "bdi",
        "table",
        "tr",
        "th",
        "td",
    ]
)


class Reader(HTMLParser):
    """The tags, attributes and visible text of a card."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open != "style":
            self.text += data


def html_of(content: bytes) -> str:
    return card.render(read(content))


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", Reader(html_of(content)).text)


def test_it_says_what_it_is_and_what_it_is_not() -> None:
    text = text_of(compose(GIVEN))
    assert (
        "Drawn by Schoolgate from the data that the Graph API gave at Sat 20 Jun 2026, 23:31:09 UTC "
        "(Sun 21 Jun 2026, 00:31:09 BST). Not a photograph of Facebook." in text
    )


@pytest.mark.parametrize(
    "said",
    [
        "Larkfield Primary School",
        "Page: Larkfield Primary: our Page",
        "Incident 7",
        "Sports Day photos are on the website now!",
        "Priya Nair",
        "lovely day, shame about the queue for the car park 😂",
        "Sam Ashdown",
        "Absolute joke, she wants sacking 🤬 ring 07700 900123",
        "Reply to a comment, written Sun 21 Jun 2026, 00:30:31 BST (Sat 20 Jun 2026, 23:30:31 UTC)",
        "https://www.page.example/posts/122110/?comment_id=4400&reply_comment_id=4471",
        "122110_4471",
        hashlib.sha256(compose(GIVEN)).hexdigest(),
    ],
)
def test_everything_that_matters_stands_on_it(said: str) -> None:
    assert said in text_of(compose(GIVEN))


def test_an_author_whom_the_platform_withheld_is_not_invented() -> None:
    assert "What was written not given by the platformReply to a comment" in text_of(record(author=None))


def test_a_comment_that_was_hidden_before_we_came_says_so() -> None:
    assert "Already hidden when first seen" in text_of(record(is_hidden=True))
    assert "Already hidden when first seen" not in text_of(record(is_hidden=False))


def test_earlier_words_are_shown() -> None:
    seen = datetime(2026, 6, 20, 21, 0, tzinfo=UTC)
    text = text_of(compose(replace(GIVEN, version=2, earlier=[(1, "thats a bit much", seen)])))
    assert "thats a bit much" in text
    assert "2 (edited)" in text


def test_an_attached_picture_is_a_grey_box_with_kind_and_id() -> None:
    html = html_of(record(attachment=PHOTO))
    assert "Attached: photoid 998877665544Not fetched, not shown and not kept." in Reader(html).text
    assert "secret-picture" not in html
    assert Reader(html).tags <= HARMLESS


HOSTILE = {
    "script": "<script>document.title='x'</script>",
    "image": "<img src=http://127.0.0.1:1/x onerror=alert(1)>",
    "end of style": "</style><script>alert(1)</script>",
    "end of bdi": "</bdi></div></body><iframe src='http://127.0.0.1:1/'>",
    "attribute": '" onmouseover="alert(1)" style="background:url(//x.example)',
    "template": "{{ 7*7 }}{% for x in y %}{# #}",
    "entity": "&lt;b&gt; &#x202e;",
    "meta": "<meta http-equiv=refresh content='0;url=http://127.0.0.1:1/'>",
    "svg": "<svg onload=alert(1)><use href=http://127.0.0.1:1/></svg>",
    "comment": "<!-- --><base href=//x.example>",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    content = record(
        words,
        school=words,
        author=Author(words, words),
        attachment=Attachment(words, words, words),
        permalink=words,
    )
    found = Reader(html_of(content))
    assert found.tags <= HARMLESS
    assert found.attributes <= {"lang", "charset", "http-equiv", "content", "class", "dir"}
    assert found.text.count(words) >= 5


def test_its_own_policy_allows_its_own_style_and_nothing_else() -> None:
    html = html_of(compose(GIVEN))
    css = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert css
    digest = base64.b64encode(hashlib.sha256(css[1].encode()).digest()).decode()
    policy = re.search(r'Security-Policy" content="([^"]*)"', html)
    assert policy
    assert policy[1].replace("&#39;", "'") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert html.index("Security-Policy") < html.index("<style>")
    assert "url(" not in css[1]
    assert "@import" not in css[1]
    assert "style=" not in html


def signs(text: str) -> list[str]:
    return [p.text for line in visible.lines(text, 100) for p in line if p.is_sign]


def words(text: str) -> str:
    return "\n".join("".join(p.text for p in line if not p.is_sign) for line in visible.lines(text, 100))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("abc\u202egnitset\u202c", ["RLO", "PDF"], id="right-to-left override"),
        pytest.param("\u2066\u2067\u2068\u2069", ["LRI", "RLI", "FSI", "PDI"], id="isolates"),
        pytest.param("\u200e\u200f\u061c", ["LRM", "RLM", "ALM"], id="direction marks"),
        pytest.param("k\u200bi\u200bd", ["ZWSP", "ZWSP"], id="zero width space"),
        pytest.param("k\u200di", ["ZWJ"], id="joiner between Latin letters"),
        pytest.param("k\u200ci", ["ZWNJ"], id="non-joiner between Latin letters"),
        pytest.param("so\u00adft", ["SOFT HYPHEN"], id="soft hyphen"),
        pytest.param("a\ufeffb\u2060c", ["BOM", "WJ"], id="no-break"),
        pytest.param("a\x00b\x1b[31m\x7f", ["NUL", "ESC", "DEL"], id="control characters"),
        pytest.param("a\ud800b", ["U+D800"], id="lone surrogate"),
        pytest.param("a\ue000b", ["U+E000"], id="private use"),
        pytest.param("a\ufe0fb", ["U+FE0F"], id="selector after a letter"),
        pytest.param("hi\U000e0068\U000e0069", ["U+E0068", "U+E0069"], id="hidden tag characters"),
        pytest.param("\U0001f3f4" + "\U000e0061" * 9, ["U+E0061 ×3"], id="words hidden behind a flag"),
        pytest.param("a\u3164b\u2800c", ["U+3164", "U+2800"], id="letters that are blank"),
        pytest.param("\u200b" * 60_000, ["ZWSP ×60000"], id="sixty thousand of them"),
        pytest.param("one\rtwo\u2028three", ["CR", "LINE SEPARATOR"], id="odd line ends"),
        pytest.param("Z" + "\u0335" * 40 + "a", ["+36 marks"], id="Zalgo"),
    ],
)
def test_what_cannot_be_seen_is_named(text: str, expected: list[str]) -> None:
    assert signs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Well done Year 4!\nSee you Monday", id="plain"),
        pytest.param("👨‍👩‍👧 👍🏽 ❤️ 1️⃣ 🏳️‍🌈 🏃‍♀️ ☺️ 👩🏽‍🏫", id="emoji with joiners"),
        pytest.param("🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿", id="flags of England, Wales and Scotland"),
        pytest.param("Zażółć gęślą jaźń", id="Polish"),
        pytest.param("می‌خواهم", id="Persian non-joiner"),
        pytest.param("क्‍ष नमस्ते", id="Hindi joiner"),
        pytest.param("بِسْمِ ٱللَّهِ", id="Arabic with vowel marks"),
        pytest.param("Tiếng Việt ệ", id="Vietnamese, decomposed"),
        pytest.param("£5 – “quoted” … café x", id="British typing"),
    ],
)
def test_honest_writing_is_left_as_it_is(text: str) -> None:
    assert signs(text) == []
    assert words(text) == text


def test_a_typed_sign_does_not_look_like_ours() -> None:
    html = html_of(record("⟦RLO⟧ and \u202e"))
    assert html.count('<span class="sign">⟦RLO⟧</span>') == 2  # the real one, and the one that explains
    assert "⟦RLO⟧ and" in html


def test_signs_are_explained_only_where_there_are_any() -> None:
    assert "Red signs" not in text_of(compose(GIVEN))
    assert "Red signs" in text_of(record("\u202eabc"))


def test_a_very_long_comment_says_that_it_is_cut() -> None:
    content = record("All work. " * 10_000)
    assert card.is_cut(read(content))
    html = html_of(content)
    assert (
        'class="cut known">The picture is cut here; the record holds the whole text (100,000 characters)'
        in html
    )
    assert len(html) < 60_000
    assert read(content).comment.text == "All work. " * 10_000


@pytest.mark.parametrize("text", ["\n" * 401, "x" * 30_001], ids=["lines", "characters"])
def test_one_more_than_fits_is_cut(text: str) -> None:
    assert card.is_cut(read(record(text)))
    assert not card.is_cut(read(record(text[:-2])))


def test_times_are_told_once_where_the_school_lives_by_utc() -> None:
    text = text_of(compose(replace(given(), zone="UTC")))
    assert "written Sat 20 Jun 2026, 23:30:31 UTC" in text
    assert "23:30:31 UTC (" not in text


def test_letters_that_no_font_can_draw_are_noticed_once_for_each_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(lookup, "_can_draw", lambda letter: asked.append(letter) or letter < "\u4e00")
    known: dict[int, bool] = {}
    assert lookup.letters_without_font("Hello Zoë Привет 你你", known) == ["你"]
    assert lookup.letters_without_font("ещё 你", known) == ["你"]
    assert asked == ["П", "你"]


def test_a_comment_of_a_thousand_scripts_is_not_asked_about_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(lookup, "_can_draw", lambda letter: bool(asked.append(letter)))
    every = "".join(chr(n) for n in range(0x250, 0x20000, 64) if not 0xD800 <= n < 0xE000)
    assert len(lookup.letters_without_font(every, {})) == len(asked) == lookup.MOST_QUESTIONS


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which no browser is installed yet."""
    monkeypatch.setattr(lookup, "FOLDERS", ())
    monkeypatch.setattr(lookup, "MAC", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    return tmp_path


def test_browsers_are_looked_for_in_their_order(bare: Path) -> None:
    assert lookup.find_browser() is None
    own = executable(bare / "home/.cache/ms-playwright/chromium_headless_shell-1/chrome-linux/headless_shell")
    assert lookup.find_browser() == own
    for name in ("google-chrome", "chromium", "chromium-headless-shell"):
        path = executable(bare / "bin" / name)
        assert lookup.find_browser() == path


def test_the_browser_that_was_asked_for_is_never_replaced_by_another(bare: Path) -> None:
    executable(bare / "bin/chromium")
    own = executable(bare / "own/browser")
    assert lookup.find_browser(own) == own
    assert lookup.find_browser(str(bare / "missing")) is None


def test_a_snap_is_no_browser_for_a_service(bare: Path) -> None:
    snap = executable(bare / "snap/bin/chromium")
    (bare / "bin").mkdir()
    (bare / "bin/chromium").symlink_to(snap)
    assert lookup.find_browser() is None
