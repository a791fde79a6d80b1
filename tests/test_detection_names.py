"""Pupils' names: found however they are typed, left alone where a reader would see no pupil."""

from __future__ import annotations

import pytest

from bot.domain.comment import Author, Place, Tag
from bot.domain.finding import Category, Confidence
from tests.classroom import found, said

FULL = {
    "as on the roster": ("Well done Alfie Thornbury!", "Alfie Thornbury", "P001"),
    "lower case": ("saw alfie thornbury at the park", "alfie thornbury", "P001"),
    "capitals": ("ALFIE THORNBURY", "ALFIE THORNBURY", "P001"),
    "possessive": ("is this Ellie Marsh's coat", "Ellie Marsh", "P002"),
    "curly possessive": ("Ellie Marsh’s mum here", "Ellie Marsh", "P002"),
    "preferred name": ("will ackroyd and will ackroyd's dad", "will ackroyd", "P004"),
    "legal name": ("William Ackroyd won", "William Ackroyd", "P004"),
    "word name and word surname with capitals": ("so proud of Summer Day tonight", "Summer Day", "P005"),
    "without the accent": ("Zoe O'Brien", "Zoe O'Brien", "P006"),
    "without the apostrophe": ("zoe obrien", "zoe obrien", "P006"),
    "accent as a mark of its own": ("Zoe\u0308 O’Brien", "Zoe\u0308 O’Brien", "P006"),
    "three words": ("lily mae van der berg sang", "lily mae van der berg", "P007"),
    "Polish letters left out": ("Lukasz Wisniewski", "Lukasz Wisniewski", "P008"),
    "hashtag in lower case": ("#alfiequayle", "alfiequayle", "P009"),
    "run together": ("well done alfiequayle", "alfiequayle", "P009"),
    "hashtag": ("#AlfieQuayle", "AlfieQuayle", "P009"),
    "zero width inside": ("Al\u200bfie Thornbury", "Al\u200bfie Thornbury", "P001"),
    "Cyrillic look-alikes": ("Аlfiе Thornbury", "Аlfiе Thornbury", "P001"),
    "after an emoji": ("👏👏 Ellie Marsh", "Ellie Marsh", "P002"),
    "the surname decides between two": ("alfie quayle scored", "alfie quayle", "P009"),
}


@pytest.mark.parametrize(("message", "words", "pupil"), FULL.values(), ids=FULL)
def test_a_full_name_is_sure(message, words, pupil):
    findings = found(message, Category.PUPIL_NAMED)
    assert [(f.rule, f.confidence) for f in findings[:1]] == [("names.full_name", Confidence.SURE)]
    assert findings[0].pupils == (pupil,)
    assert said(findings[0], message) == words


FIRST = {
    "capital": ("Lovely singing Ellie", ("P002",)),
    "lower case": ("poor ellie fell off the wall", ("P002",)),
    "possessive": ("is Ellie's bag still there", ("P002",)),
    "possessive without apostrophe": ("ask ellies mum", ("P002",)),
    "shared by two": ("alfie was pushed", ("P001", "P009")),
    "the initial decides": ("Alfie Q was pushed", ("P009",)),
    "half of a double name": ("lily-mae did it", ("P007",)),
    "one slip in the surname": ("Alfie Thornbery was pushed", ("P001",)),
    "only name": ("Putri danced", ("P013",)),
    "word name after praise": ("Well done Grace!", ("P003",)),
    "word name after praise in lower case": ("well done grace xx", ("P003",)),
    "word name and its mum": ("grace's mum has the tickets", ("P003",)),
    "author of another name": ("thank you ellie x", ("P002",)),
}


@pytest.mark.parametrize(("message", "pupils"), FIRST.values(), ids=FIRST)
def test_a_first_name_alone_is_likely(message, pupils):
    finding = found(message, Category.PUPIL_NAMED)[0]
    assert (finding.confidence, finding.pupils) == (Confidence.LIKELY, pupils)


def test_both_names_of_a_list_are_found():
    assert {f.pupils for f in found("well done ellie and putri", Category.PUPIL_NAMED)} == {
        ("P002",),
        ("P013",),
    }


NOBODY = {
    "a surname that is a word": "The marsh was muddy",
    "a longer name": "Ellie Marshall won the cup",
    "inside a longer word": "the jellies were good",
    "will": "will there be a cake stall",
    "may": "may i ask who to ring",
    "month": "The trip is in May, back on 3 May",
    "month at the start": "May half term already",
    "summer fair": "Roll on the Summer Fair",
    "grace as a word": "he said grace before lunch",
    "opens a sentence": "Will you be open tomorrow? Grace is what we need.",
    "everything shouted": "WILL SOMEBODY ANSWER THE PHONE FOR ONCE",
    "title": "Thank you Mr Harry for the goals",
    "title with a stop": "Dr. Ellie was lovely",
    "another title with a stop": "thank you Mr. Alfie",
    "Miss": "Miss Grace is the best teacher",
    "coach": "coach Harry never shouts",
    "uncle": "Uncle Harry came to watch",
    "staff in full": "Grace Lavender and Harry Hancock worked so hard",
    "another surname": "Alfie Brannigan is on at the Hippodrome",
    "known from a book": "a harry potter quiz",
    "my husband": "my husband Harry can bring the van",
    "my ex in lower case": "my ex harry",
    "name, my partner": "Harry, my partner, will collect",
    "road": "the bus stops on Alfie Road now",
    "class": "Rowan class assembly was fab",
    "pub": "meet in the Harry Arms after",
    "article": "give that dinner lady an Alfie award, or a Harry",
    "surname after another first name": "thanks to Louise Mason from the PTA",
    "two letters": "ty for the lovely day",
}


@pytest.mark.parametrize("message", NOBODY.values(), ids=NOBODY)
def test_no_pupil_is_seen_where_none_is_meant(message):
    assert found(message, Category.PUPIL_NAMED) == []


SIGNED = {
    "sign-off": "Thank you all so much. Ellie x",
    "sign-off with surname": "Lovely evening, Ellie Sandford",
    "here": "Ellie here, who has the keys?",
    "I'm": "Hi I'm Ellie from next door",
}


@pytest.mark.parametrize("message", SIGNED.values(), ids=SIGNED)
def test_the_author_may_sign(message):
    assert found(message, Category.PUPIL_NAMED, author=Author("u7", "Ellie Sandford")) == []


def test_the_author_may_not_write_of_a_child_of_the_same_name():
    message = "Ellie was crying again at the gate today"
    assert found(message, Category.PUPIL_NAMED, author=Author("u7", "Ellie Sandford"))


def test_an_author_of_the_pupils_full_name_may_sign():
    author = Author("u7", "Ellie Marsh")
    assert found("Well done everyone. Ellie Marsh", Category.PUPIL_NAMED, author=author) == []
    assert found("Well done everyone. Ellie Marsh xx", Category.PUPIL_NAMED, author=author) == []
    assert found("Ellie Marsh was crying at the gate", Category.PUPIL_NAMED, author=author)


@pytest.mark.parametrize(
    ("kind", "counts"), [("user", False), ("page", False), (None, False), ("event", True)]
)
def test_a_tagged_account_is_no_pupil(kind, counts):
    message = "🎉 Ellie Marsh look at this"
    tag = Tag("u9", "Ellie Marsh", kind, 2, 11)
    assert bool(found(message, Category.PUPIL_NAMED, tags=(tag,))) is counts


def test_a_name_beside_a_tag_counts():
    message = "Ellie Sandford have you seen Ellie Marsh"
    tag = Tag("u9", "Ellie Sandford", "user", 0, 14)
    findings = found(message, Category.PUPIL_NAMED, tags=(tag,))
    assert [said(f, message) for f in findings] == ["Ellie Marsh"]


@pytest.mark.parametrize("own", [{"by_page": True}, {"place": Place.OWN_POST}], ids=["reply", "post"])
def test_in_the_schools_own_words_a_first_name_is_only_possible(own):
    (full,) = found("Well done Alfie Quayle", Category.PUPIL_NAMED, **own)
    (first,) = found("Well done Ellie", Category.PUPIL_NAMED, **own)
    assert (full.confidence, first.confidence) == (Confidence.SURE, Confidence.POSSIBLE)


def test_why_says_that_the_name_is_shared():
    (finding,) = found("alfie was pushed", Category.PUPIL_NAMED)
    assert finding.why.startswith("It gives the first name of 2 pupils")
