"""Who writes: staff from a personal account, and an author who may be a pupil.

Only what the comment, its author's name and id, and the school's own lists say is used; nobody is looked up elsewhere.

**Staff.** The Facebook id or name that the school gave is `sure`. A name that is merely like a member's is `possible`,
and nothing at all where the school gave that member's id and the account has another one.

**Own child.** A member of staff who is a parent here (`children` on the staff list) may write what any parent may. Where a
comment is about their own child and nobody else's, and does not speak for the school, the account is still a personal one:
the finding stays, as `possible`, for the daily review, without an act or an alert. The child named is found as ever. A
school that knows of another tie, such as an aunt's or a foster carer's, lists that pupil among the `children` too.

**May be a pupil.** The author has exactly the full name of a pupil on the roll, or says an age under 13 or a year group of
their own. It is `safeguarding`, because it is the designated lead who looks after children online, and never more than
`possible`. Fathers, aunts and strangers share pupils' names. They sign what they write or speak of their namesake, so an
author's own first name in the text counts as an adult's sign, like "my daughter" or "when I was".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable

from bot.detection.account_names import AccountName, AlikeStaff, Key, key, read_name
from bot.detection.pupils.lexicon import Lexicon
from bot.detection.reading import by_the_school
from bot.detection.text import Folded, fold, words
from bot.domain.comment import Author, Comment
from bot.domain.finding import Category, Confidence, Finding, Inspection
from bot.domain.roster import Pupil, PupilId, Roster, StaffMember

Known = tuple[StaffMember, Finding]


def detector(roster: Roster, lexicon: Lexicon) -> Callable[[Comment, Inspection], list[Finding]]:
    """Looks at a comment after the other detectors: whose children it names is what they found."""
    staff, pupils = _Staff(roster, lexicon), _PupilNames(roster, lexicon)

    def find(comment: Comment, so_far: Inspection) -> list[Finding]:
        if by_the_school(comment):
            return []
        author = comment.author or Author(None, None)
        names = read_name(author.name) if author.name else ()
        if known := staff.known(author, names):
            member, finding = known
            return [_own_child() if _is_about_own_child(comment, member, so_far) else finding]
        text = fold(comment.message)
        return [*staff.alike(author, names), *(_says_an_age(text) or pupils.same(names, text))]

    return find


class _Staff:
    """Members of staff by what the school knows of their accounts, and by their names."""

    def __init__(self, roster: Roster, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._alike = AlikeStaff(roster.staff, lexicon)
        self._ids: dict[str, StaffMember] = {}
        self._given: dict[Key, tuple[StaffMember, AccountName]] = {}
        self._ends: defaultdict[tuple[str, str], list[tuple[StaffMember, AccountName]]] = defaultdict(list)
        self._pupils = {full for pupil in roster.pupils for full in _full_names(pupil)}
        for member in roster.staff:
            given = (member.facebook_name or "").strip()
            # Older lists hold the id in place of the name.
            for known_id in (member.facebook_id, given if given.isdigit() else None):
                if known_id:
                    self._ids[known_id] = member
            if given and not given.isdigit() and (name := read_name(given)[0]).key:
                self._given[name.key] = (member, name)
                self._ends[name.words[0], name.words[-1]].append((member, name))

    def known(self, author: Author, names: tuple[AccountName, ...]) -> Known | None:
        """By the id, or by the Facebook name that the school gave."""
        if author.id and (member := self._ids.get(author.id)):
            why = "The author is a member of staff, by the Facebook id that the school gave."
            return member, _staff("staff.facebook_id", why, Confidence.SURE)
        for name in names[:1]:
            if found := self._by_given(name):
                member, how, confidence = found
                if confidence is Confidence.SURE and name.key in self._pupils:
                    how, confidence = f"{how}; a pupil is called so, too", Confidence.LIKELY
                why = f"The author is a member of staff, by {how}."
                if _contradicts(author, member):
                    confidence = Confidence.POSSIBLE
                    why = f"The author has {how}, but not the Facebook id on the staff list: a namesake, or a second account."
                return member, _staff("staff.facebook_name", why, confidence)
        return None

    def _by_given(self, name: AccountName) -> tuple[StaffMember, str, Confidence] | None:
        if found := self._given.get(name.key):
            return found[0], "the Facebook name that the school gave", Confidence.SURE
        found = self._given.get(name.turned)
        # Lee Mason is not Mason Lee.
        if found and len(found[1].words) > 1 and key(found[1].words[-1:]) not in self._lexicon.known_names:
            return found[0], "the Facebook name that the school gave, in another order", Confidence.SURE
        if len(name.words) > 1:
            for member, given in self._ends.get((name.words[0], name.words[-1]), ()):
                if len(given.words) > 1 and (len(name.words) == 2 or len(given.words) == 2):
                    how = "the Facebook name that the school gave, but for a middle name"
                    return member, how, Confidence.LIKELY
        return None

    def alike(self, author: Author, names: tuple[AccountName, ...]) -> list[Finding]:
        """Called like a member of staff; once, for the surest likeness."""
        for name in names:
            for member, what in self._alike.like(name):
                if not _contradicts(author, member):
                    why = (
                        f"The author is called like a member of staff ({what}); it may be somebody else of that name. "
                        "With the Facebook id on the staff list this question would not come up."
                    )
                    return [_staff("staff.same_name", why, Confidence.POSSIBLE)]
        return []


def _contradicts(author: Author, member: StaffMember) -> bool:
    return bool(author.id and member.facebook_id and author.id != member.facebook_id)


def _staff(rule: str, why: str, confidence: Confidence) -> Finding:
    return Finding(Category.STAFF_PERSONAL_ACCOUNT, rule, why, confidence)


_OWN = re.compile(
    r"\b(?:my|our) (?:own |little |big |eldest |youngest |oldest |beautiful |gorgeous |clever )*"
    r"(?:son|daughter|boy|girl|lad|lass|bairn|wean|kid|child|little one|baby|eldest|youngest|grandson|granddaughter|niece|nephew)\b"
)
_FOR_THE_SCHOOL = re.compile(
    r"\b(?:my|our|the|this) (?:\w+ )?(?:class|pupils|students|tutor group|team|lot|staff|school|office|children|choir|colleagues)\b"
    r"|\b(?:my|our|the) year \w+\b|\b(?:all|both) of (?:you|them)\b|\byou all\b|\b(?:everyone|everybody)\b"
    r"|\bring us\b|\bcontact the\b|\breminder\b"
)


def _is_about_own_child(comment: Comment, member: StaffMember, so_far: Inspection) -> bool:
    """Their own child is named or spoken of, no other pupil is, and no class, team or school. Not sure means no."""
    if not member.children or so_far.failures:
        return False
    own = frozenset(member.children)
    named = [f for f in so_far.findings if f.category is Category.PUPIL_NAMED and f.pupils]
    others = [f for f in named if own.isdisjoint(f.pupils) and f.confidence is not Confidence.POSSIBLE]
    text = fold(comment.message).text
    if others or _FOR_THE_SCHOOL.search(text):
        return False
    return any(not own.isdisjoint(f.pupils) for f in named) or bool(_OWN.search(text))


def _own_child() -> Finding:
    why = (
        "A member of staff writes from a personal account, but as a parent and only about their own child, "
        "which any parent may."
    )
    return _staff("staff.own_child", why, Confidence.POSSIBLE)


_I_AM = r"(?:(?<![\w'\"])(?:i'?m|i am)|(?:^|(?<=and )|(?<=but )|(?<=[.!?,\n])|(?<=[.!?,\n] ))am) "
_NUMBER = r"(?:five|six|seven|eight|nine|ten|eleven|twelve|[5-9]|1[0-2])"
_END = r"$|[!?,;)\n]|\.(?!\d)|[\u2600-\u27bf\U0001f000-\U0001faff]|(?:but|so|too|lol|now|btw|x+)\b"
_AGE = re.compile(
    rf"{_I_AM}(?:only |just |nearly |almost |actually |literally )*{_NUMBER}"
    rf"(?:(?: and a half)? ?(?:years?|yrs?)[ -]old\b|(?= *(?:{_END}|and (?!counting|a half))))"
)
_YEAR = re.compile(
    rf"{_I_AM}(?:only |just |now )?in (?:(?:year|yr|y) ?(?:1[0-3]|[1-9]|one|two|three|four|five|six|seven)|p[1-7])\b"
    rf"(?= *(?:{_END}|(?:and|at|here|this year)\b|in (?:mr|mrs|miss|ms)\b))"
)
_REPORTED = re.compile(
    r"\b(?:like|if|when|un?till?|till?|since|sa(?:id|ys?|ying)|goes|wish|pretend(?:ing)?|thinks?|thinking|before|because|"
    r"although|though|told|tells) $"
)
_ADULT = re.compile(
    r"\b(?:my|our) (?:\w+ ){0,2}?(?:sons?|daughters?|kids?|child|children|boys?|girls?|lads?|lass|little ones?|eldest|youngest|"
    r"husband|hubby|wife|partner|missus|nieces?|nephews?|grand\w+|godson|goddaughter|class|pupils|job)\b"
    r"|\bwhen i was\b|\b(?:years|yrs) ago\b|\bclass of\b|\bback in\b|\b(?:19|20)\d\d\b|'[4-9]\ds?\b|\bat my age\b"
    r"|\b(?:1[89]|[2-9]\d) ?(?:years|yrs)\b|\bi(?:'?m| am) (?:only |nearly )?(?:1[89]|[2-9]\d)\b"
    r"|\bas a (?:parent|mum|mam|dad|nan|gran\w*|teacher)\b|\bi (?:work|teach|taught|drive|retired)\b|\bi'?m (?:a|her|his|their) \w+"
)


def _says_an_age(text: Folded) -> list[Finding]:
    for said, what in ((_AGE, "an age under 13"), (_YEAR, "a year group of their own")):
        found = said.search(text.text)
        if not found or _ADULT.search(text.text) or _REPORTED.search(text.text[: found.start()][-20:]):
            continue
        why = (
            f"The author says {what}: it may be a pupil's account, and Facebook is for those of 13 and over."
        )
        return [
            Finding(
                Category.SAFEGUARDING,
                "authors.may_be_pupil",
                why,
                Confidence.POSSIBLE,
                text.span(found.start(), found.end()),
            )
        ]
    return []


class _PupilNames:
    """The full names of the pupils on the roll, by key."""

    def __init__(self, roster: Roster, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._pupils: defaultdict[Key, set[PupilId]] = defaultdict(set)
        for pupil in roster.pupils:
            if not pupil.left_on:
                for full in _full_names(pupil):
                    self._pupils[full].add(pupil.id)

    def same(self, names: tuple[AccountName, ...], text: Folded) -> list[Finding]:
        """The author's name is a pupil's, and nothing shows an adult."""
        if len(names) != 1 or names[0].title or len(names[0].words) < 2:
            return []
        pupils = self._pupils.get(names[0].key)
        if not pupils or _ADULT.search(text.text) or self._signed(names[0], text):
            return []
        why = (
            "The author's name is the full name of a pupil; by the name alone that is weak, since parents, other "
            "relatives and strangers may be called the same."
        )
        found = tuple(sorted(pupils))
        return [
            Finding(Category.SAFEGUARDING, "authors.may_be_pupil", why, Confidence.POSSIBLE, pupils=found)
        ]

    def _signed(self, name: AccountName, text: Folded) -> bool:
        first = key(name.words[:1])
        forms = {first, *(other for _, other in self._lexicon.other_forms(first)), *name.words}
        said = [word.text for word in words(text.text)]
        initials = [word[0] for word in name.words]
        return not forms.isdisjoint(said) or said[-len(initials) :] == initials


def _full_names(pupil: Pupil) -> set[Key]:
    """First or known-as name with the family name; a pupil without one has no full name."""
    last = read_name(pupil.last_name)[0].key if pupil.last_name else ""
    return {read_name(first)[0].key + last for first in pupil.called} if last else set()
