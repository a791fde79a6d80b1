"""Which of three pupils of one name: class, year, family name, brother or sister, author or post decide; else all."""

from __future__ import annotations

import pytest

from bot.detection.pupils import lexicon
from bot.detection.pupils.calls import Calls
from bot.detection.pupils.candidates import CandidateFinder
from bot.detection.pupils.scene import Scene, Staff
from bot.detection.pupils.which import meant
from bot.detection.reading import read
from bot.domain.comment import Author
from bot.domain.roster import Pupil, PupilId, Roster
from tests.cast import a_comment
from tests.classroom import RULES


def child(key: str, first: str, last: str, year: str, room: str) -> Pupil:
    return Pupil(PupilId(key), first, last, year_group=year, class_name=room)


CALLS = Calls(
    Roster(
        (
            child("1", "Freya", "Holt", "Year 2", "Oak"),
            child("2", "Freya", "Okonjo-Bell", "Year 4", "Red Kites"),
            child("3", "Freya", "Pell", "Reception", "Acorns"),
            child("4", "Mason", "Pell", "4", "Oak"),
            child("5", "Theo", "Okonjo-Bell", "Y6", "6B"),
        )
    ),
    lexicon.load(RULES),
)
FINDER = CandidateFinder(CALLS)


def whom(message: str, **fields: object) -> str:
    """Whom the first candidate of that comment means."""
    reading = read(a_comment(message, **fields))
    scene = Scene(reading, FINDER.find(reading), CALLS, Staff())
    freya = next(c for c in scene.candidates if c.form == "freya")
    return "".join(sorted(meant(scene, freya)))


SAID = {
    "nothing": ("freya was brilliant", "123"),
    "class": ("freya in oak was brilliant", "1"),
    "class of two words": ("freya from Red Kites", "2"),
    "class before": ("oak class: freya again", "1"),
    "half of a class's name": ("freya likes kites", "123"),
    "another class": ("freya and 6B", "123"),
    "year": ("freya in year 4", "2"),
    "year in short": ("that yr4 freya", "2"),
    "year as Y": ("Freya Y2", "1"),
    "reception": ("freya in reception", "3"),
    "a year nobody is in": ("freya in year 5", "123"),
    "a number alone": ("freya scored 4", "123"),
    "class before year": ("freya in oak, the year 4 play", "1"),
    "family name": ("freya pell", "3"),
    "half of a family name": ("freya okonjo", "2"),
    "initial": ("freya h", "1"),
    "an initial of nobody": ("freya z", "123"),
    "a brother in full": ("freya and theo okonjo-bell", "2"),
    "the family apart": ("freya was there, the Holts too", "1"),
    "another family": ("freya and the Smiths", "123"),
}


@pytest.mark.parametrize(("message", "pupils"), SAID.values(), ids=SAID)
def test_what_is_said_decides(message: str, pupils: str) -> None:
    assert whom(message) == pupils


WRITTEN = {
    "same family name": ("Dan Holt", "1"),
    "half of it": ("Ngozi Bell", "2"),
    "another": ("Sam Example", "123"),
    "the family name as a first name": ("Holt Example", "123"),
    "one word": ("Pell", "123"),
    "nobody": (None, "123"),
}


@pytest.mark.parametrize(("author", "pupils"), WRITTEN.values(), ids=WRITTEN)
def test_the_author_decides(author: str | None, pupils: str) -> None:
    assert whom("so proud of freya", author=Author("u1", author) if author else None) == pupils


POSTED = {
    "class": ("Oak had a great trip", "1"),
    "class of two words": ("The red kites at the museum", "2"),
    "year": ("Year 2 at the farm", "1"),
    "reception": ("Our Reception children", "3"),
    "two classes": ("Oak and Acorns made soup", "13"),
    "neither": ("A great trip", "123"),
    "none": (None, "123"),
}


@pytest.mark.parametrize(("post", "pupils"), POSTED.values(), ids=POSTED)
def test_the_post_decides(post: str | None, pupils: str) -> None:
    assert whom("freya loved it", parent_post=post) == pupils


def test_the_comment_goes_before_the_author_and_the_author_before_the_post() -> None:
    post, author = "Oak at the farm", Author("u1", "Ngozi Okonjo-Bell")
    assert whom("freya loved it", parent_post=post, author=author) == "2"
    assert whom("freya in acorns loved it", parent_post=post, author=author) == "3"
