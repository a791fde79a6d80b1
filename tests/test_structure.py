"""What must hold of the code itself: dependencies point inwards, words stay the same everywhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.domain.finding import Category

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
EDGE = {"domain", "outside", "clock"}
MAY_IMPORT = {
    "domain": set(),
    "detection": {"domain"},
    "policy": {"domain"},
    "pages": EDGE,
    "store": EDGE,
    "evidence": EDGE,
    "mail": EDGE,
    "rosters": {"domain"},
}


def imported(file: Path) -> set[str]:
    """The parts of ours that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"bot.{a.name}" for a in node.names] if node.module == "bot" else [node.module]
        found |= {name.split(".")[1] for name in names if name.startswith("bot.")}
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_dependencies_point_inwards(package):
    files = list((BOT / package).rglob("*.py"))
    assert files
    for file in files:
        assert imported(file) <= MAY_IMPORT[package] | {package}, file


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_command_stands_in_the_readme(command):
    assert f"schoolgate {command.name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("category", Category)
def test_every_category_has_plain_words_for_a_letter(category):
    from bot.mail.letters import in_plain_words

    said = in_plain_words(category.value)
    assert "_" not in said
    assert said != category.value


def test_no_file_is_two_files():
    """Past 400 lines a file is really two."""
    long = {f.name: n for f in BOT.rglob("*.py") if (n := len(f.read_text().splitlines())) > 400}
    assert long == {}


def test_no_path_of_a_machine_and_no_token_is_in_the_repository():
    bad = re.compile(r"/(?:root|home/[a-z]+|Users/[a-z]+)/|EAA[A-Za-z0-9]{20,}")
    for file in [
        *BOT.rglob("*"),
        *(ROOT / "data" / "demo").rglob("*"),
        *(ROOT / "moderation_rules").rglob("*"),
    ]:
        if file.is_file() and file.suffix not in (".pyc", ".png"):
            assert not bad.search(file.read_text(encoding="utf-8")), file
