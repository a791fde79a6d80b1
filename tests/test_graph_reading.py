"""Reading a Page: nothing that is there is missed, nothing is told twice, and few calls are made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import outside
from bot.domain.comment import CommentId, PageId, Place, PostId
from bot.outside import Batch, PostCursor, Token
from bot.pages.graph import GraphPage
from bot.pages.order import Order

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BASE = "https://graph.facebook.com"
MINUTE = timedelta(minutes=1)


def stamped(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def error(code: int, **more: object) -> tuple[int, dict[str, Any]]:
    return 400, {"error": {"message": f"(#{code})", "code": code, **more}}


@dataclass
class Little:
    """A very small Graph: posts with comments, two lists, cursors that are positions."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    newest_first: bool = True
    expands: bool = True
    stream_inside: bool = True
    cap: int = 100
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[Callable[[str, dict[str, str]], Any]] = field(default_factory=list)

    def post(self, number: int, *, at: datetime = NOW - 60 * MINUTE, **more: Any) -> str:
        own_id = f"100_{number}"
        owner = {"id": "100", "name": "Ashdown"}
        self.posts.append(
            {"id": own_id, "message": f"Post {number}", "from": owner, "created_time": stamped(at), "updated_time": stamped(at), **more}
        )  # fmt: skip
        self.comments[own_id] = []
        return own_id

    def comment(self, post: str, number: int, at: datetime, **more: Any) -> str:
        own_id = f"{post.split('_')[1]}_{number}"
        author = {"id": "7", "name": "Sam Example"}
        record = {"id": own_id, "message": f"c{number}", "from": author, "created_time": stamped(at), **more}
        self.comments[post].append({key: value for key, value in record.items() if value is not None})
        return own_id

    def touch(self, post: str, at: datetime) -> None:
        next(p for p in self.posts if p["id"] == post)["updated_time"] = stamped(at)

    def answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        parts = urlsplit(request.url)
        path, query = parts.path.removeprefix("/v25.0/"), dict(parse_qsl(parts.query))
        self.asked.append((path, query))
        for fault in self.faults:
            found = fault(path, query)
            if found is not None:
                return found[0], {}, found[1] if isinstance(found[1], str) else json.dumps(found[1])
        return 200, {}, json.dumps(self._list(path, query), ensure_ascii=False)

    def _list(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        if path == "100/feed":
            page = self._page(self.posts, int(query["limit"]), query, path)
            nested = re.search(r"comments\.limit\((\d+)\)", query["fields"])
            if self.expands and nested:
                page["data"] = [
                    {**post, "comments": self._inside(post["id"], int(nested[1]))} for post in page["data"]
                ]
            return page
        post = path.removesuffix("/comments")
        return self._page(self._ordered(post), int(query["limit"]), query, path)

    def _inside(self, post: str, limit: int) -> dict[str, Any]:
        ordered = [c for c in self._ordered(post) if self.stream_inside or "parent" not in c]
        return {**self._page(ordered, limit, {}, post), "summary": {"total_count": len(ordered)}}

    def _ordered(self, post: str) -> list[dict[str, Any]]:
        if not self.newest_first:
            return self.comments[post]
        return sorted(self.comments[post], key=lambda c: str(c.get("created_time")), reverse=True)

    def _page(self, entries: list[Any], limit: int, query: dict[str, str], path: str) -> dict[str, Any]:
        start = int(query.get("after", 0))
        end = start + min(limit, self.cap)
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(entries):
            paging["next"] = f"{BASE}/v25.0/{path}?access_token=x&after={end}"
        return {"data": entries[start:end], "paging": paging}


@pytest.fixture
def little() -> Little:
    return Little()


@pytest.fixture
def page(little: Little) -> Iterator[GraphPage]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, re.compile(f"{BASE}/.*"), little.answer)
        made = opened()
        yield made
        made.close()


def opened() -> GraphPage:
    return GraphPage(
        PageId("100"), "Ashdown", Token("secret"), now=lambda: NOW, sleep=lambda _: None, random=lambda: 0.5
    )


def ids(batches: list[Batch]) -> list[str]:
    return [
        str(s.comment.id)
        for batch in batches
        for s in batch.sightings
        if s.comment.place is not Place.OWN_POST
    ]


def cursors(batches: list[Batch]) -> dict[PostId, PostCursor]:
    return {cursor.post: cursor for batch in batches for cursor in batch.cursors}


def notes(batches: list[Batch]) -> list[str]:
    return [note for batch in batches for note in batch.notes]


def read(page: GraphPage, known: dict[PostId, PostCursor] | None = None, **more: Any) -> list[Batch]:
    arguments = {"since": LONG_AGO, "now": NOW, "sweep": False, **more}
    return list(page.read(known or {}, **arguments))


def test_a_small_page_takes_one_call(little: Little, page: GraphPage) -> None:
    own = little.post(1)
    theirs = little.post(2, **{"from": {"id": "7", "name": "Sam Example"}})
    little.comment(own, 1, NOW - MINUTE)
    little.comment(own, 2, NOW, parent={"id": "1_1"}, message="Zoë 😀")
    little.comment(theirs, 3, NOW, **{"from": {"id": "100", "name": "Ashdown"}})
    (batch,) = read(page)
    seen = {s.comment.id: s for s in batch.sightings}
    assert page.calls == 1
    assert set(cursors([batch])) == {own, theirs}
    assert seen[CommentId(own)].comment.place is Place.OWN_POST
    assert seen[CommentId(theirs)].comment.place is Place.VISITOR_POST
    reply = seen[CommentId("1_2")]
    assert (reply.comment.place, reply.comment.parent_post, reply.comment.post_id) == (
        Place.REPLY,
        "Post 1",
        own,
    )
    assert json.loads(reply.raw)["message"] == "Zoë 😀"
    assert seen[CommentId("2_3")].comment.by_page
    assert "secret" not in reply.answer.request
    assert len(reply.answer.sha256) == 64


def test_a_quiet_page_with_many_posts_takes_two_calls_and_goes_round(little: Little, page: GraphPage) -> None:
    for number in range(130):
        post = little.post(number)
        for n in range(60):
            little.comment(post, n, NOW - timedelta(days=20, minutes=n))
    known = {
        PostId(p["id"]): PostCursor(PostId(p["id"]), p["updated_time"], NOW - 10 * MINUTE)
        for p in little.posts
    }
    seen: set[str] = set()
    for _ in range(3):
        before = page.calls
        batches = read(page, known)
        assert page.calls - before == 2
        seen |= set(cursors(batches))
    assert len(seen) == 130


def test_the_first_read_from_now_on_does_not_dig(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    for n in range(300):
        little.comment(post, n, NOW - timedelta(days=1, minutes=n))
    batches = read(page, since=NOW)
    assert page.calls == 1
    assert set(cursors(batches)) == {post}


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_pile_on_is_read_to_its_end_each_comment_once(
    little: Little, page: GraphPage, newest_first: bool
) -> None:
    little.newest_first = newest_first
    post = little.post(1)
    wanted = {little.comment(post, n, NOW - timedelta(seconds=n * 7 % 1000)) for n in range(1200)}
    found = read(page)
    assert sorted(ids(found)) == sorted(wanted)
    assert page.calls <= 14
    assert [len(batch.cursors) for batch in found] == [0] * (len(found) - 1) + [1]


def test_reading_stops_where_the_last_read_and_its_overlap_begin(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    for n in range(1000):
        little.comment(post, n, NOW - n * MINUTE)
    known = {PostId(post): PostCursor(PostId(post), stamped(NOW), NOW - 60 * MINUTE)}
    little.touch(post, NOW)
    found = ids(read(page, known))
    assert page.calls == 2
    assert {f"1_{n}" for n in range(90)} <= set(found)


def test_a_post_that_moved_without_a_new_comment_is_read_fully_once(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    for n in range(130):
        little.comment(post, n, NOW - timedelta(days=1, minutes=n))
    known = cursors(read(page))
    little.touch(post, NOW)
    again = read(page, known)
    assert len(ids(again)) == 130
    calls = page.calls
    read(page, cursors(again))
    assert page.calls == calls + 1


def test_an_edit_within_one_read_is_a_second_sighting(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    for n in range(60):
        little.comment(post, n, NOW - (60 - n) * MINUTE)

    def edited(path: str, query: dict[str, str]) -> None:
        if path.endswith("/comments"):
            little.comments[post][0]["message"] = "changed"

    little.newest_first = False
    little.faults.append(edited)
    found = [s.comment.message for b in read(page) for s in b.sightings if s.comment.id == "1_0"]
    assert found == ["c0", "changed"]


@pytest.mark.parametrize(("moved", "calls"), [(False, 2), (True, 3)])
def test_an_older_post_in_no_order_is_read_when_it_moved(
    little: Little, page: GraphPage, moved: bool, calls: int
) -> None:
    little.newest_first = False
    for number in range(40):
        little.post(number)
    for n in range(30):
        little.comment("100_39", n, NOW - timedelta(minutes=n * 11 % 30))
    known = {PostId(p["id"]): PostCursor(PostId(p["id"]), p["updated_time"], NOW) for p in little.posts}
    if moved:
        little.touch("100_39", NOW)
    read(page, known)
    assert page.calls == calls


def test_few_posts_at_a_time_are_asked_for_until_there_are_enough(little: Little, page: GraphPage) -> None:
    for number in range(30):
        little.comment(little.post(number), number, NOW)
    little.cap = 3
    assert {f"{n}_{n}" for n in range(21)} <= set(ids(read(page)))


def test_replies_are_found_though_the_expansion_leaves_them_out(little: Little, page: GraphPage) -> None:
    little.stream_inside = False
    post = little.post(1)
    little.comment(post, 1, NOW - 9 * MINUTE, comment_count=1)
    little.comment(post, 2, NOW, parent={"id": "1_1"})
    first = read(page)
    assert sorted(ids(first)) == ["1_1", "1_2"]
    calls = page.calls
    little.touch(post, NOW)
    read(page, cursors(first))
    assert page.calls == calls + 1  # a count that stays wrong is looked into once


def test_a_server_without_expansion_is_read_post_by_post(little: Little, page: GraphPage) -> None:
    little.expands = False
    fresh, old = little.post(1), little.post(2, at=NOW - timedelta(days=30))
    little.comment(fresh, 1, NOW)
    little.comment(old, 2, NOW)
    first = read(page)
    assert sorted(ids(first)) == ["1_1", "2_2"]
    little.asked.clear()
    read(page, cursors(first))
    assert [path for path, _ in little.asked] == ["100/feed", f"{fresh}/comments"]
    little.asked.clear()
    little.touch(old, NOW)
    read(page, cursors(first))
    assert f"{old}/comments" in [path for path, _ in little.asked]


def test_a_sweep_reads_every_lively_post_of_the_year_again(little: Little, page: GraphPage) -> None:
    for number in range(120):
        post = little.post(number)
        age = timedelta(days=1 if number == 110 else 40)
        for n in range(70):
            little.comment(post, n, NOW - age - n * MINUTE)
    known = {PostId(p["id"]): PostCursor(PostId(p["id"]), p["updated_time"], NOW) for p in little.posts}
    batches = read(page, known, sweep=True)
    assert len(cursors(batches)) == 120
    assert len([i for i in ids(batches) if i.startswith("110_")]) == 70
    assert [path for path, _ in little.asked] == ["100/feed"] * 3 + ["100_110/comments"]


def test_one_post_that_fails_does_not_lose_the_others(little: Little, page: GraphPage) -> None:
    posts = [little.post(n) for n in range(3)]
    for post in posts:
        for n in range(60):
            little.comment(post, n, NOW - n * MINUTE)
    little.faults.append(lambda path, query: error(2500) if path == f"{posts[1]}/comments" else None)
    batches = read(page)
    assert set(cursors(batches)) == {posts[0], posts[2]}
    assert len(ids(batches)) == 60 + 50 + 60
    assert [note for note in notes(batches) if posts[1] in note]
    little.faults.clear()
    assert set(ids(read(page, cursors(batches)))) >= {f"1_{n}" for n in range(60)}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (32, outside.Throttled),
        (190, outside.TokenDead),
        (200, outside.NotAllowed),
        (1705, outside.WrongToken),
    ],
)
def test_what_concerns_the_whole_page_ends_the_read(
    little: Little, page: GraphPage, code: int, kind: type[Exception]
) -> None:
    post = little.post(1)
    for n in range(60):
        little.comment(post, n, NOW - n * MINUTE)
    little.faults.append(lambda path, query: error(code) if path.endswith("comments") else None)
    batches = page.read({}, LONG_AGO, NOW, sweep=False)
    first = next(batches)
    assert len(first.sightings) == 51
    assert first.cursors == ()
    with pytest.raises(kind):
        next(batches)


def test_a_dead_network_is_not_asked_post_by_post(little: Little, page: GraphPage) -> None:
    for number in range(20):
        post = little.post(number)
        for n in range(60):
            little.comment(post, n, NOW - n * MINUTE)
    little.faults.append(lambda path, query: (502, "") if path.endswith("comments") else None)
    with pytest.raises(outside.TryLater):
        read(page)
    assert page.calls == 1 + 3 * 4


@pytest.mark.parametrize("body", ['{"data":{}}', "{}", "[]", '{"data":null}', "null", "<p>", ""])
def test_a_feed_that_is_no_list_is_a_bad_answer(little: Little, page: GraphPage, body: str) -> None:
    little.faults.append(lambda path, query: (200, body))
    with pytest.raises(outside.BadAnswer):
        read(page)


def test_too_much_is_answered_by_asking_for_less_and_remembered(little: Little, page: GraphPage) -> None:
    def reduce(path: str, query: dict[str, str]) -> Any:
        words = "Please reduce the amount of data you're asking for"
        asked = int(query["limit"])
        return (500, {"error": {"code": 1, "message": words}}) if asked > 7 else None

    for number in range(40):
        little.comment(little.post(number), number, NOW)
    little.faults.append(reduce)
    seen: set[str] = set()
    for _ in range(7):
        batches = read(page)
        seen |= set(ids(batches))
    assert len(seen) == 40
    assert [query["limit"] for _, query in little.asked][:9] == [
        "25",
        "12",
        "6",
        "6",
        "6",
        "6",
        "50",
        "25",
        "12",
    ]
    assert all(int(query["limit"]) == 6 for _, query in little.asked[10:])


@pytest.mark.parametrize("named", [True, False])
def test_a_field_that_is_not_given_is_left_out_with_a_warning(
    little: Little, page: GraphPage, named: bool
) -> None:
    def lacks(path: str, query: dict[str, str]) -> Any:
        words = "(#100) Tried accessing nonexisting field (message_tags)" if named else "ein unbekanntes Feld"
        return (
            (400, {"error": {"code": 100, "message": words}}) if "message_tags" in query["fields"] else None
        )

    little.comment(little.post(1), 1, NOW)
    little.faults.append(lacks)
    assert ids(read(page)) == ["1_1"]
    calls = page.calls
    read(page)
    assert page.calls == calls + 1
    assert ("attachments" in little.asked[-1][1]["fields"]) is True
    assert ("permalink_url" in little.asked[-1][1]["fields"]) is named
    assert "message_tags" in page.warnings[-1]


def test_a_stale_cursor_costs_no_fields_and_starts_over(little: Little, page: GraphPage) -> None:
    for number in range(130):
        little.post(number)
    read(page)
    little.faults.append(lambda path, query: error(100) if query.get("after") == "75" else None)
    batches = read(page)
    assert [query.get("after") for _, query in little.asked] == [None, "25", None, "75", "25"]
    assert len(cursors(batches)) == 75
    assert page.warnings == ()


def paged(paging: Callable[[dict[str, Any]], Any]) -> Callable[[Little], Any]:
    """A fault that gives the comments' first page with another paging."""

    def fault(little: Little) -> Any:
        def answer(path: str, query: dict[str, str]) -> Any:
            if not path.endswith("comments"):
                return None
            found = little._list(path, query)
            found["paging"] = paging(found["paging"])
            return 200, found

        return answer

    return fault


@pytest.mark.parametrize(
    "paging",
    [
        pytest.param(lambda p: {**p, "next": p.get("next", "x"), "cursors": {"after": "50"}}, id="to itself"),
        pytest.param(lambda p: {"next": "https://evil.example/v25.0/x?after=60"}, id="another host"),
        pytest.param(lambda p: {"next": "http://graph.facebook.com/v25.0/x?after=60"}, id="http"),
        pytest.param(lambda p: {"next": "https://[broken"}, id="no URL"),
        pytest.param(lambda p: {"next": f"{BASE}/v25.0/x?limit=3"}, id="no cursor"),
    ],
)
def test_a_next_that_leads_astray_ends_the_list_and_is_noted(
    little: Little, page: GraphPage, paging: Any
) -> None:
    post = little.post(1)
    for n in range(300):
        little.comment(post, n, NOW - n * MINUTE)
    little.faults.append(paged(paging)(little))
    batches = read(page)
    assert len(ids(batches)) == len(set(ids(batches))) >= 150
    assert cursors(batches) == {}
    assert len(notes(batches)) == 1
    assert page.calls <= 3


def test_only_next_says_that_a_list_goes_on_and_an_empty_page_is_passed(
    little: Little, page: GraphPage
) -> None:
    post = little.post(1)
    for n in range(120):
        little.comment(post, n, NOW - n * MINUTE)

    def empty_first(path: str, query: dict[str, str]) -> Any:
        if path.endswith("comments") and query["after"] == "50":
            return 200, {"data": [], "paging": {"next": f"{BASE}/v25.0/{path}?after=51&access_token=x"}}
        if path.endswith("comments") and query["after"] == "51":
            return 200, little._list(path, {**query, "after": "50"})
        return None

    little.faults.append(empty_first)
    batches = read(page)
    assert len(ids(batches)) == 120
    assert set(cursors(batches)) == {post}
    assert all("access_token" not in query for _, query in little.asked)


def test_what_has_no_id_goes_to_a_person(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    little.comment(post, 1, NOW, id=None, message="who am I")
    little.comment(post, 2, NOW)
    little.comments[post] += [None, 5, {}]  # type: ignore[list-item]
    little.newest_first = False
    (batch,) = read(page)
    (lost,) = batch.unreadable
    assert re.fullmatch(r"100_1_unreadable_[0-9a-f]{12}", lost.comment.id)
    assert lost.comment.message == "who am I"
    assert json.loads(lost.raw)["message"] == "who am I"
    assert ids([batch]) == ["1_2"]
    assert read(page)[0].unreadable[0].comment.id == lost.comment.id


def test_comments_that_all_lack_ids_mean_a_missing_task(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    for n in range(4):
        little.comment(post, n, NOW, id=None)
    with pytest.raises(outside.NotAllowed, match="Moderate"):
        read(page)


def test_a_hostile_comment_does_not_stop_the_others(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    little.comment(post, 1, NOW, message=["x"], **{"from": "me"}, message_tags=5, parent=[1], attachment="y")
    little.comment(post, 2, NOW, message="\ud83d", created_time={"a": 1})
    little.comment(post, 3, NOW)
    little.newest_first = False
    with_surrogate = json.dumps(little._list("100/feed", {"limit": "25", "fields": "comments.limit(50)"}))
    little.faults.append(lambda path, query: (200, with_surrogate))
    (batch,) = read(page)
    assert ids([batch]) == ["1_1", "1_2", "1_3"]
    assert b"\\ud83d" in next(s.raw for s in batch.sightings if s.comment.id == "1_2")


def test_a_post_without_words_or_author_is_read_too(little: Little, page: GraphPage) -> None:
    little.posts.append({"id": "100_5", "story": "Ashdown updated their photo", "is_published": False})
    little.comments["100_5"] = []
    little.expands = False
    batches = read(page)
    assert batches[0].sightings[0].comment.message == ""
    assert cursors(batches)[PostId("100_5")].updated_time == ""


def test_order_is_believed_only_when_it_was_shown() -> None:
    def order(*minutes: int | None) -> Order:
        seen = Order()
        seen.see(None if m is None else NOW - m * MINUTE for m in minutes)
        return seen

    assert order(1, 2, 2, 9).past(NOW - 8 * MINUTE)
    assert not order(1, 2, 2, 9).past(NOW - 9 * MINUTE)
    assert not order(9, 9, 9).past(NOW)
    assert not order(9, 1).past(NOW)
    assert not order(1, 3, 2, 9).past(NOW)
    assert not order(1, None, 9).past(NOW)
    assert not order().past(NOW)
    ranked = Order("ranked")
    ranked.see([NOW, NOW - 9 * MINUTE])
    assert not ranked.proven


ME = {"id": "100", "name": "Ashdown"}
PERSON: dict[str, Any] = {"id": "7", "name": "Head Teacher"}


def checked(
    page: GraphPage, little: Little, me: dict[str, Any], feed: Any, *, category: bool = True
) -> tuple[str, ...]:
    def answer(path: str, query: dict[str, str]) -> Any:
        if path == "me" and "category" in query["fields"]:
            return (200, {**me, "category": "School"}) if category else error(100)
        return (200, me) if path == "me" else (200, {"data": feed})

    little.faults.append(answer)
    return page.check()


def shown(*comments: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    count = len(comments) if total is None else total
    return {"id": "100_1", "comments": {"data": list(comments), "summary": {"total_count": count}}}


def test_a_good_token_is_proven_by_two_calls(little: Little, page: GraphPage) -> None:
    good = [shown({"id": "1", "from": {"id": "7"}}), shown(total=2)]
    assert checked(page, little, ME, good) == ()
    assert page.calls == 2


def test_a_persons_token_and_another_pages_are_told_apart(little: Little, page: GraphPage) -> None:
    with pytest.raises(outside.WrongToken, match="person's token"):
        checked(page, little, PERSON, [], category=False)
    little.faults.clear()
    with pytest.raises(outside.WrongToken, match="another Page"):
        checked(page, little, {"id": "200", "name": "Other School"}, [])


@pytest.mark.parametrize(
    ("feed", "kind", "words"),
    [
        ([shown(total=12), shown(total=3)], outside.WrongToken, "none of the 15 comments"),
        ([shown({"from": {"id": "7"}}, {"from": {"id": "8"}})], outside.NotAllowed, "Moderate"),
    ],
)
def test_a_token_that_sees_too_little_is_refused_by_name(
    little: Little, page: GraphPage, feed: Any, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        checked(page, little, ME, feed)


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        ([], "not proven"),
        ([shown(total=0)], "not proven"),
        ([{"id": "100_1"}], "not proven"),
        ([shown({"id": "1"}, {"id": "2", "from": ME})], "who wrote"),
    ],
)
def test_what_is_not_proven_is_said(little: Little, page: GraphPage, feed: Any, words: str) -> None:
    (warning,) = checked(page, little, ME, feed)
    assert words in warning


moments = st.integers(min_value=0, max_value=90)


@settings(max_examples=60, deadline=None)
@given(
    first=st.lists(moments, max_size=14),
    second=st.lists(st.integers(min_value=0, max_value=30), max_size=10),
    posts=st.integers(min_value=1, max_value=3),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 6)),
    newest_first=st.booleans(),
    expands=st.booleans(),
)
def test_all_that_is_there_is_told_once_in_each_read(
    first: list[int],
    second: list[int],
    posts: int,
    sizes: tuple[int, int, int],
    newest_first: bool,
    expands: bool,
) -> None:
    """Late by up to 20 minutes (10 after the first read, 30 before the second), same seconds, any order."""
    little = Little(newest_first=newest_first, expands=expands, cap=sizes[2])
    made = [little.post(n) for n in range(posts)]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.GET, re.compile(f"{BASE}/.*"), little.answer)
        page = opened()
        asking = page._reader._asking
        asking._sizes["newest"].entries, asking._sizes["newest"].comments = sizes[0], sizes[1]
        asking._sizes["older"].comments = sizes[1]
        wanted = {little.comment(made[m % posts], n, NOW - m * MINUTE) for n, m in enumerate(first)}
        batches = read(page)
        found = ids(batches)
        assert set(found) == wanted
        assert len(found) == len(set(found))
        later = NOW + 10 * MINUTE
        arrived = set()
        for n, m in enumerate(second, start=100):
            arrived.add(little.comment(made[m % posts], n, later - m * MINUTE))
            little.touch(made[m % posts], later)
        batches = read(page, cursors(batches), now=later)
        found = ids(batches)
        assert arrived <= set(found)
        assert len(found) == len(set(found))
        page.close()


def test_ten_thousand_comments_are_read_in_a_hundred_calls(little: Little, page: GraphPage) -> None:
    post = little.post(1)
    for n in range(10_000):
        little.comment(post, n, NOW - timedelta(seconds=n))
    largest, count = 0, 0
    for batch in page.read({}, LONG_AGO, NOW, sweep=False):
        largest, count = max(largest, len(batch.sightings)), count + len(ids([batch]))
    assert count == 10_000
    assert largest <= 101
    assert page.calls <= 102
