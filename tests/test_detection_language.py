"""Swearing: found in its disguises, with its tier; innocent words that look like it are left alone."""

from __future__ import annotations

import pytest

from bot.domain.comment import Place
from bot.domain.finding import Category, Confidence, Tier
from tests.classroom import found, said

SWEARING = {
    "strongest": ("what the fuck was that", "fuck", Tier.STRONGEST),
    "strong": ("that ref is a wanker", "wanker", Tier.STRONG),
    "medium": ("this car park is shit", "shit", Tier.MEDIUM),
    "ending": ("fucking brilliant kids", "fucking", Tier.STRONGEST),
    "in quotes": ('they call it "shit"', "shit", Tier.MEDIUM),
    "possessive": ("some wanker's car", "wanker", Tier.STRONG),
    "capitals": ("BOLLOCKS", "BOLLOCKS", Tier.MEDIUM),
    "stretched": ("shiiiiit we are late", "shiiiiit", Tier.MEDIUM),
    "stretched in a double letter": ("bolllllocks", "bolllllocks", Tier.MEDIUM),
    "one letter short": ("utter bolocks", "bolocks", Tier.MEDIUM),
    "compound": ("absofuckinglutely", "absofuckinglutely", Tier.STRONGEST),
    "hashtag": ("#fuckthis", "fuckthis", Tier.STRONGEST),
    "with a hyphen": ("un-fucking-real", "fucking", Tier.STRONGEST),
    "full width": ("ＦＵＣＫ", "ＦＵＣＫ", Tier.STRONGEST),
    "bold signs": ("𝐟𝐮𝐜𝐤", "𝐟𝐮𝐜𝐤", Tier.STRONGEST),
    "squared": ("🅵🆄🅲🅺", "🅵🆄🅲🅺", Tier.STRONGEST),
    "Cyrillic": ("fuсk", "fuсk", Tier.STRONGEST),
    "accent": ("fück off", "fück", Tier.STRONGEST),
    "struck through": ("f\u0336u\u0336c\u0336k\u0336 it", "f\u0336u\u0336c\u0336k\u0336", Tier.STRONGEST),
    "zero width": ("fu\u200bck", "fu\u200bck", Tier.STRONGEST),
    "a framed word at a person": ("you knob", "knob", Tier.STRONG),
    "framed with words between": ("you stupid fat slag", "slag", Tier.STRONG),
    "framed in a phrase": ("stop being a dick about it", "dick", Tier.STRONG),
}


@pytest.mark.parametrize(("message", "words", "tier"), SWEARING.values(), ids=SWEARING)
def test_swearing_is_found_where_it_stands(message, words, tier):
    (finding,) = found(message, Category.PROFANITY)
    assert (said(finding, message), finding.tier, finding.confidence) == (words, tier, Confidence.SURE)


DISGUISED = {
    "one star": ("sh*t", "sh*t", Tier.MEDIUM),
    "two stars": ("f**k this", "f**k", Tier.STRONGEST),
    "only the first letter": ("what the f***", "f***", Tier.STRONGEST),
    "more stars than letters": ("f****ing hell", "f****ing", Tier.STRONGEST),
    "stars in a compound": ("clusterf**k", "clusterf**k", Tier.STRONGEST),
    "hash": ("d#ckhead", "d#ckhead", Tier.STRONG),
    "signs": ("$h1t show", "$h1t", Tier.MEDIUM),
    "exclamation mark inside": ("sh!t!", "sh!t", Tier.MEDIUM),
    "digit": ("w4nker", "w4nker", Tier.STRONG),
    "v for u": ("fvck", "fvck", Tier.STRONGEST),
    "dots": ("f.u.c.k", "f.u.c.k", Tier.STRONGEST),
    "spaces": ("s h i t", "s h i t", Tier.MEDIUM),
    "spaces in a sentence": ("well f u c k off then", "f u c k", Tier.STRONGEST),
    "hyphen": ("knob-head", "knob-head", Tier.STRONG),
    "picture": ("f🙃ck", "f🙃ck", Tier.STRONGEST),
}


@pytest.mark.parametrize(("message", "words", "tier"), DISGUISED.values(), ids=DISGUISED)
def test_a_disguise_is_likely(message, words, tier):
    finding = found(message, Category.PROFANITY)[0]
    assert (said(finding, message), finding.tier, finding.confidence) == (words, tier, Confidence.LIKELY)


INNOCENT = {
    "Scunthorpe": "We drove from Scunthorpe to Penistone",
    "assembly": "assembly, assessment, class photos and grassy banks",
    "cocktail": "cocktails at the summer ball, cockapoos welcome",
    "shiitake": "shiitake and a shih tzu",
    "staff names": "Mrs Cockburn and Mr Hancock were lovely",
    "kisses": "thank you so much xx xxx xoxo",
    "he'll": "he’ll be late, she'll wait in the hall",
    "god and omg": "omg thank god it stopped raining",
    "door knob": "the knob on the door came off, add a knob of butter",
    "birds": "blue tit, great tit, a cock robin and a shag rug",
    "dick": "Moby Dick, Dick Whittington and spotted dick",
    "balls": "bring tennis balls and fat balls for the birds",
    "prick": "prick your finger like Sleeping Beauty",
    "pussy": "pussy willow for the wreath",
    "ass": "the ass and the donkey in the nativity",
    "grade": "she got A* and A*A*A* and 5***** service",
    "mark-up": "*hugs* **thank you** to all",
    "time and years": "at 4pm on the 7th, y5 and yr6, 2/3 of us, £5.50",
    "spelt out": "give us an L E E D S",
    "single letters": "a b c d e f g h i j",
    "sentence without a space": "we need to push.It was great",
    "mild animals": "the cows and pigs at the farm",
    "link": "https://www.larkfield.example/fuckshire",
    "cow in a play": "she was the back end of a cow",
    "Nigeria": "our friends from Nigeria and Pakistan, no sniggering",
    "swanky": "a swanky new kitchen",
    "bint": "welcome to Khadija bint Yusuf",
    "bell": "the bell at the end of lunch",
}


@pytest.mark.parametrize("message", INNOCENT.values(), ids=INNOCENT)
def test_innocent_words_are_left_alone(message):
    assert found(message, Category.PROFANITY) == []


AT_A_PERSON = {
    "you arse": "you arse",
    "with insults between": "you stupid old cow",
    "such a": "he is such a git",
    "sod off": "oh sod off",
}


@pytest.mark.parametrize("message", AT_A_PERSON.values(), ids=AT_A_PERSON)
def test_a_mild_word_at_a_person_counts(message):
    assert [f.tier for f in found(message, Category.PROFANITY)] == [Tier.MILD]


KIND = {
    "lucky": "you lucky bugger",
    "intensifier": "bloody well done",
    "about a thing": "oh bugger, forgot the cake",
}


@pytest.mark.parametrize("message", KIND.values(), ids=KIND)
def test_a_mild_word_at_nobody_is_left_alone(message):
    assert found(message, Category.PROFANITY) == []


@pytest.mark.parametrize("own", [{"by_page": True}, {"place": Place.OWN_POST}], ids=["reply", "post"])
def test_the_schools_own_words_are_not_judged_for_swearing(own):
    assert found("oh shit", Category.PROFANITY, **own) == []


def test_a_stronger_word_hides_no_other():
    tiers = [f.tier for f in found("shit, this fucking car park", Category.PROFANITY)]
    assert tiers == [Tier.MEDIUM, Tier.STRONGEST]
