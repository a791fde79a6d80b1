"""The real client against the demo Page over real HTTP: a contract for both.

What one faulty answer does by itself stands in test_graph_*.py; here the same Page is read and acted on again and again.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.comment import CommentId, PageId
from bot.outside import Doubtful, Gone, NotAllowed, Refused, Token, WrongToken
from bot.pages.demo import DemoPage, DemoServer, Fault
from bot.pages.graph import GraphPage

TOKEN, SECRET, PAGE = "CONTRACT-token-0123", "CONTRACT-secret-4567", "100000000000001"
NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)
FEED, COMMENTS = "/feed$", "/comments$"


class Reader:
    """A client and what it has seen so far, with the cursors kept as the store keeps them."""

    def __init__(self, page, client):
        self.page, self.client, self.now = page, client, NOW
        self.cursors, self.told, self.notes = {}, [], []

    def read(self, *, since=NOW - timedelta(days=400), sweep=False, **later):
        """One read; the ids that it told, in order."""
        self.now += timedelta(**later)
        told = []
        for batch in self.client.read(self.cursors, since, self.now, sweep=sweep):
            told += [s.comment.id for s in (*batch.sightings, *batch.unreadable)]
            self.notes += batch.notes
            self.cursors |= {cursor.post: cursor for cursor in batch.cursors}
        self.told += told
        return told

    def calls(self, act):
        """How many calls an act takes."""
        before = len(self.page.requests)
        act()
        return len(self.page.requests) - before

    @property
    def warnings(self):
        return " ".join(self.client.warnings)


def client_of(page, server, **more):
    reader = Reader(page, None)
    reader.client = GraphPage(
        PageId(PAGE),
        "Larkfield",
        Token(more.pop("token", TOKEN)),
        base_url=server.base_url,
        now=lambda: reader.now,
        sleep=lambda _seconds: None,
        deadline=10.0,
        **more,
    )
    return reader


@pytest.fixture
def larkfield():
    page = DemoPage(PAGE, "Larkfield", TOKEN)
    with DemoServer(page) as server:
        reader = client_of(page, server)
        reader.server = server
        yield reader
        reader.client.close()


def crowd(page, count, *, at=NOW - 3 * 60 * MINUTE, apart=timedelta(seconds=4)):
    """A post and its comments, each a little later than the one before."""
    post = page.post("Winter concert tonight", at=at - 60 * MINUTE)
    return post, [page.comment(post, f"lovely {n}", at=at + n * apart) for n in range(count)]


# Paging


@pytest.mark.parametrize("count", [1, 25, 26, 50, 51, 100, 101, 250], ids=str)
def test_every_comment_is_told_once_however_many_there_are(larkfield, count):
    post, wanted = crowd(larkfield.page, count)
    assert sorted(larkfield.read()) == sorted([post, *wanted])
    assert larkfield.notes == []


ASTRAY = {
    "the same page twice": (Fault.same_page_twice(), False),
    "an empty page that goes on": (Fault.empty_page(), False),
    "itself, without cursors": (Fault.next_elsewhere(), True),
    "another host": (Fault.next_elsewhere("https://evil.example/v25.0/x?after=1&access_token=t"), True),
    "http": (Fault.next_elsewhere("http://127.0.0.1:9/v25.0/x?after=1"), True),
    "no address": (Fault.next_elsewhere("javascript:alert(1)"), True),
}


@pytest.mark.parametrize(("fault", "is_noted"), ASTRAY.values(), ids=ASTRAY.keys())
@pytest.mark.parametrize("where", [COMMENTS, FEED], ids=["comments", "feed"])
def test_a_next_that_leads_astray_loses_nothing_for_good(larkfield, fault, is_noted, where):
    """Each comment once, the end is reached, and no call goes anywhere but home."""
    wanted = []
    for n in range(3):
        post, comments = crowd(larkfield.page, 120, at=NOW - (5 + n) * 60 * MINUTE)
        wanted += [post, *comments]
    larkfield.page.faults.add(fault.on("GET", where))
    first = larkfield.read()
    assert len(first) == len(set(first))
    assert {*first, *larkfield.read(minutes=3)} == set(wanted)
    if where == COMMENTS:
        assert any("led nowhere" in note for note in larkfield.notes) == is_noted


def test_a_next_that_never_ends_is_left(larkfield):
    crowd(larkfield.page, 120)
    larkfield.page.faults.add(Fault.next_elsewhere().on("GET", times=None))
    calls = larkfield.calls(larkfield.read)
    assert calls <= 8
    assert len(larkfield.told) == len(set(larkfield.told))
    assert larkfield.notes != []


def test_cursors_that_go_stale_in_the_middle_are_begun_again(larkfield):
    post, wanted = crowd(larkfield.page, 250)
    read = larkfield.client.read(larkfield.cursors, NOW - timedelta(days=9), NOW, sweep=False)
    seen = {s.comment.id for s in next(read).sightings}
    larkfield.page.expire_cursors()
    for batch in read:
        seen |= {s.comment.id for s in batch.sightings}
        larkfield.notes += batch.notes
    assert "will be tried again" in " ".join(larkfield.notes)
    assert {*seen, *larkfield.read(minutes=3)} == {post, *wanted}


@pytest.mark.parametrize("count", [12, 130], ids=str)
def test_a_list_in_nobodys_order_is_read_to_its_end(larkfield, count):
    larkfield.page.ranked = True
    post, wanted = crowd(larkfield.page, count)
    assert sorted(larkfield.read()) == sorted([post, *wanted])
    late = {larkfield.page.comment(post, f"late {n}", at=NOW + MINUTE) for n in range(9)}
    assert late <= set(larkfield.read(minutes=3))


def test_a_feed_that_goes_on_by_times_is_read_to_its_end(larkfield):
    larkfield.page.time_paging = True
    posts = [larkfield.page.post(f"Post {n}", at=NOW - n * 60 * MINUTE) for n in range(90)]
    wanted = [larkfield.page.comment(post, "lovely", at=NOW - 5 * MINUTE) for post in posts]
    assert set(larkfield.read(sweep=True)) == {*posts, *wanted}


def test_ten_posts_at_one_second_are_all_read_by_times(larkfield):
    larkfield.page.time_paging = True
    posts = {larkfield.page.post(f"Post {n}", at=NOW - (n // 10) * MINUTE) for n in range(80)}
    assert set(larkfield.read(sweep=True)) == posts


def test_more_are_counted_than_can_be_had_and_nobody_asks_for_ever(larkfield):
    crowd(larkfield.page, 60)
    larkfield.page.count_surplus = 3
    larkfield.read()
    assert larkfield.calls(lambda: larkfield.read(minutes=3)) <= 2


# What is old, late, or comes in between


def test_a_late_comment_on_any_of_seventy_posts_is_found(larkfield):
    posts = [larkfield.page.post(f"Post {n}", at=NOW - n * timedelta(days=2)) for n in range(70)]
    larkfield.read(sweep=True)
    late = [larkfield.page.comment(post, "late", at=NOW + MINUTE) for post in posts]
    found = set(larkfield.read(minutes=3))
    assert set(late[:25]) <= found, "the newest at once"
    for _ in range(2):
        found |= set(larkfield.read(minutes=3))
    assert set(late) <= found, "the older ones in turn"


def test_a_sweep_finds_old_edits_that_nothing_points_to(larkfield):
    posts = [larkfield.page.post(f"Post {n}", at=NOW - n * 60 * MINUTE) for n in range(60)]
    comments = [larkfield.page.comment(p, f"nice {n}", at=NOW - 50 * MINUTE) for p in posts for n in range(8)]
    larkfield.read(sweep=True)
    edited = comments[-8]
    larkfield.page.edit(edited, "not so nice")
    assert edited in larkfield.read(sweep=True, hours=7)


@pytest.mark.parametrize("late", [0, 1, 20, 25], ids=lambda minutes: f"{minutes} min")
@pytest.mark.parametrize("count", [5, 180], ids=["few", "many"])
def test_a_comment_that_shows_up_late_is_found(larkfield, late, count):
    post, _ = crowd(larkfield.page, count)
    larkfield.read()
    came = larkfield.page.comment(post, "late", at=larkfield.now - late * MINUTE)
    assert came in larkfield.read(minutes=2)


def test_a_late_comment_that_many_have_overtaken_is_found(larkfield):
    post, _ = crowd(larkfield.page, 180, at=NOW - 12 * MINUTE)
    larkfield.read()
    came = larkfield.page.comment(post, "late", at=NOW - 20 * MINUTE)
    larkfield.page.comment(post, "in time", at=NOW + MINUTE)
    assert came in larkfield.read(minutes=2)


@pytest.mark.parametrize("skew", [-5, 5], ids=["their clock is behind", "their clock is ahead"])
def test_a_clock_that_differs_by_five_minutes_hides_nothing(larkfield, skew):
    post, _ = crowd(larkfield.page, 120)
    for _ in range(12):
        larkfield.read(minutes=2)
        came = larkfield.page.comment(post, "new", at=larkfield.now + skew * MINUTE)
        assert came in larkfield.read(seconds=30)


def test_a_hundred_comments_of_one_second_are_all_found(larkfield):
    post, _ = crowd(larkfield.page, 100, apart=timedelta())
    larkfield.read()
    more = {larkfield.page.comment(post, f"again {n}", at=NOW - 3 * 60 * MINUTE) for n in range(70)}
    assert more <= set(larkfield.read(minutes=2))


@pytest.mark.parametrize("seed", range(6), ids=str)
def test_whatever_comes_while_we_read_is_found_by_the_next_read(larkfield, seed):
    chance = random.Random(seed)
    posts = [crowd(larkfield.page, chance.choice([3, 60, 130]))[0] for _ in range(4)]
    all_of_them = set(larkfield.page.things)
    larkfield.page.ranked = seed % 3 == 2
    for _ in range(4):
        larkfield.now += 2 * MINUTE
        for batch in larkfield.client.read(
            larkfield.cursors, NOW - timedelta(days=9), larkfield.now, sweep=False
        ):
            larkfield.told += [s.comment.id for s in batch.sightings]
            larkfield.cursors |= {cursor.post: cursor for cursor in batch.cursors}
            at = larkfield.now - timedelta(seconds=chance.randrange(1_200))
            all_of_them.add(larkfield.page.comment(chance.choice(posts), "meanwhile", at=at))
    larkfield.told += larkfield.read(minutes=2)
    assert set(larkfield.told) == all_of_them


def test_a_post_that_is_removed_meanwhile_loses_no_other(larkfield):
    gone, _ = crowd(larkfield.page, 120, at=NOW - 3 * 60 * MINUTE)
    kept, wanted = crowd(larkfield.page, 120, at=NOW - 4 * 60 * MINUTE)
    read = larkfield.client.read({}, NOW - timedelta(days=9), NOW, sweep=False)
    seen = {s.comment.id for s in next(read).sightings}
    larkfield.page.remove(gone)
    seen |= {s.comment.id for batch in read for s in batch.sightings}
    assert {kept, *wanted} <= seen


# What it costs


def test_a_quiet_page_costs_two_calls_at_the_most(larkfield):
    for n in range(70):
        post = larkfield.page.post(f"Post {n}", at=NOW - n * timedelta(days=1))
        for m in range(4):
            larkfield.page.comment(post, f"lovely {m}", at=NOW - n * timedelta(days=1))
    larkfield.read(sweep=True)
    for _ in range(5):
        assert larkfield.calls(lambda: larkfield.read(minutes=2)) <= 2


def test_twelve_hundred_new_comments_cost_little_more_than_their_pages(larkfield):
    post = larkfield.page.post("Winter concert tonight", at=NOW - 60 * MINUTE)
    larkfield.read()
    for n in range(1_200):
        larkfield.page.comment(post, f"lovely {n}", at=NOW + n * timedelta(seconds=0.1))
    assert larkfield.calls(lambda: larkfield.read(minutes=2)) <= 13, "the feed and twelve pages of a hundred"
    assert len(set(larkfield.told)) == 1_201


def test_a_pile_on_that_is_over_costs_as_little_as_a_quiet_page(larkfield):
    crowd(larkfield.page, 1_200, at=NOW - 5 * 60 * MINUTE)
    larkfield.read()
    assert larkfield.calls(lambda: larkfield.read(minutes=2)) <= 2


# What the platform does not give


def test_without_expansions_the_posts_are_read_one_by_one(larkfield):
    post, wanted = crowd(larkfield.page, 30)
    larkfield.page.faults.add(Fault.graph_error(100, message="(#100) field (comments)").on("GET", FEED))
    assert sorted(larkfield.read()) == sorted([post, *wanted])
    late = larkfield.page.comment(post, "late", at=NOW + MINUTE)
    assert late in larkfield.read(minutes=2)
    assert "comments" in larkfield.warnings


def test_a_field_that_is_gone_is_left_out_and_said(larkfield):
    post, wanted = crowd(larkfield.page, 30)
    no_such = Fault.graph_error(
        100, message="(#100) Tried accessing nonexisting field (can_hide) on node type"
    )
    larkfield.page.faults.add(no_such.on("GET", FEED))
    assert sorted(larkfield.read()) == sorted([post, *wanted])
    assert "can_hide" in larkfield.warnings
    assert "can_hide" not in larkfield.page.requests[-1].query["fields"]


def test_too_much_is_halved_until_it_is_given(larkfield):
    post, wanted = crowd(larkfield.page, 130)
    larkfield.page.faults.add(Fault.reduce_data(over=12))
    assert sorted(larkfield.read()) == sorted([post, *wanted])
    spent = larkfield.calls(lambda: larkfield.read(minutes=2))
    assert spent <= 2, "what is given is remembered"


def test_authors_that_are_withheld_cost_no_comment(larkfield):
    larkfield.page.withhold_from = lambda _author: True
    post, wanted = crowd(larkfield.page, 30)
    assert sorted(larkfield.read()) == sorted([post, *wanted])
    assert "does not say who wrote" in " ".join(larkfield.client.check())


def test_one_author_that_is_withheld_is_no_matter(larkfield):
    post = larkfield.page.post("Concert", at=NOW - 60 * MINUTE)
    larkfield.page.comment(post, "lovely", by=("u1", "Sam Example"))
    larkfield.page.comment(post, "lovely too", by=("u2", "Robin Example"))
    larkfield.page.withhold_from = {"u1"}
    assert larkfield.client.check() == ()


def test_ids_that_are_withheld_stop_the_read_with_what_to_do(larkfield):
    crowd(larkfield.page, 30)
    larkfield.page.tasks = {"CREATE_CONTENT"}
    for act in (larkfield.read, larkfield.client.check):
        with pytest.raises(NotAllowed, match="lacks the task Moderate"):
            act()


def test_a_task_with_its_new_style_name_is_as_good(larkfield):
    post, wanted = crowd(larkfield.page, 30)
    larkfield.page.tasks = {"PROFILE_PLUS_MODERATE"}
    assert sorted(larkfield.read()) == sorted([post, *wanted])


@pytest.mark.parametrize("missing", ["pages_read_engagement", "pages_read_user_content"])
def test_a_permission_that_is_missing_is_named(larkfield, missing):
    crowd(larkfield.page, 30)
    larkfield.page.scopes.discard(missing)
    with pytest.raises(NotAllowed, match=missing):
        larkfield.client.check()


def test_a_persons_token_is_told_from_a_pages(larkfield):
    crowd(larkfield.page, 30)
    larkfield.page.token_kind = "user"
    with pytest.raises(WrongToken, match="a person's token"):
        larkfield.client.check()


def test_an_expired_version_is_answered_and_warned_of_once(larkfield):
    crowd(larkfield.page, 3)
    larkfield.page.alive_versions = ("v26.0",)
    larkfield.read()
    assert "answered as version v26.0 although v25.0" in larkfield.warnings
    larkfield.read(minutes=2)
    assert larkfield.warnings == ""


def test_the_apps_secret_signs_every_call():
    page = DemoPage(PAGE, "Larkfield", TOKEN, app_secret=SECRET)
    post, wanted = crowd(page, 3)
    with DemoServer(page) as server:
        signed = client_of(page, server, app_secret=Token(SECRET))
        assert sorted(signed.read()) == sorted([post, *wanted])
        signed.client.hide(CommentId(wanted[0]))
        assert page.is_hidden(wanted[0])
        for wrong in (client_of(page, server), client_of(page, server, app_secret=Token("another"))):
            with pytest.raises((NotAllowed, Refused)):
                wrong.read()
            wrong.client.close()
        signed.client.close()
    assert not any(SECRET in str((r.query, r.form, r.headers)) for r in page.requests)


def test_an_edge_that_new_pages_do_not_have_is_never_asked_for_again(larkfield):
    larkfield.page.faults.add(Fault.graph_error(200, 2069030).on("GET", FEED, times=None))
    with pytest.raises(Refused):
        larkfield.read()
    assert len(larkfield.page.requests) == 1


# Acting


@pytest.fixture
def comment(larkfield):
    post = larkfield.page.post("Concert", at=NOW - 60 * MINUTE)
    larkfield.post = post
    return CommentId(larkfield.page.comment(post, "not nice", at=NOW - 5 * MINUTE))


def acts(larkfield):
    return [write.kind for write in larkfield.page.writes]


def test_each_act_done_twice_takes_effect_once(larkfield, comment):
    for act, kind in ((larkfield.client.hide, "hide"), (larkfield.client.unhide, "unhide")):
        act(comment)
        act(comment)
        assert acts(larkfield)[-1] == kind
    larkfield.client.delete(comment)
    larkfield.client.delete(comment)
    assert acts(larkfield) == ["hide", "unhide", "delete"]


def test_what_is_gone_cannot_be_hidden(larkfield, comment):
    larkfield.page.remove(comment)
    with pytest.raises(Gone):
        larkfield.client.hide(comment)


def test_the_pages_own_comment_is_refused_and_not_tried_again(larkfield):
    post = larkfield.page.post("Concert", at=NOW - 60 * MINUTE)
    own = larkfield.page.comment(post, "ours", by=(PAGE, "Larkfield"))
    with pytest.raises(Refused):
        larkfield.client.hide(CommentId(own))
    assert sum(r.method == "POST" for r in larkfield.page.requests) == 1


LOST = {
    "connection": Fault.lost_answer(),
    "500": Fault.lost_answer(500),
    "cut": Fault.cut(),
    "true": Fault.true_instead_of_object(),
    "huge": Fault.huge_content_length(),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST.keys())
@pytest.mark.parametrize("act", ["hide", "unhide", "delete"])
def test_an_act_whose_answer_is_lost_is_found_done_and_not_sent_again(larkfield, comment, act, fault):
    larkfield.page.set_hidden(comment, act == "unhide")
    larkfield.page.faults.add(fault.on("DELETE" if act == "delete" else "POST"))
    getattr(larkfield.client, act)(comment)
    assert acts(larkfield) == [act]
    assert sum(r.method != "GET" for r in larkfield.page.requests) == 1


@pytest.mark.parametrize("fault", [f for name, f in LOST.items() if name != "true"])
def test_a_reply_whose_answer_is_lost_is_given_once(larkfield, comment, fault):
    larkfield.page.faults.add(fault.on("POST", COMMENTS))
    found = larkfield.client.reply(comment, "Please ring the office.", first_try=True)
    assert found == larkfield.page.writes[-1].made
    assert larkfield.client.reply(comment, "Please ring the office.", first_try=False) == found
    assert acts(larkfield) == ["reply"]


def test_a_reply_that_nobody_can_confirm_is_looked_for_before_it_is_sent_again(larkfield, comment):
    larkfield.page.faults.add(Fault.lost_answer().on("POST", COMMENTS), Fault.error(503).on("GET", times=9))
    with pytest.raises(Doubtful):
        larkfield.client.reply(comment, "Please ring the office.", first_try=True)
    larkfield.page.faults.clear()
    larkfield.client.reply(comment, "Please ring the office.", first_try=False)
    assert acts(larkfield) == ["reply"]


@pytest.mark.parametrize("where", ["move", "nest"])
def test_a_reply_to_a_reply_is_found_wherever_the_platform_puts_it(larkfield, comment, where):
    larkfield.page.replies_to_replies = where
    below = larkfield.page.comment(larkfield.post, "me too", parent=comment)
    first = larkfield.client.reply(CommentId(below), "Please ring the office.", first_try=True)
    assert larkfield.client.reply(CommentId(below), "Please ring the office.", first_try=False) == first
    assert acts(larkfield) == ["reply"]


def test_another_moderator_who_was_first_is_no_trouble(larkfield, comment):
    larkfield.page.on_write = lambda _kind, target: larkfield.page.set_hidden(target, True)
    larkfield.client.hide(comment)
    assert larkfield.page.is_hidden(comment)
    assert acts(larkfield) == []
