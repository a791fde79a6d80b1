"""What the demo Page promises to whoever calls it: it behaves as the Graph API is known to."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.pages.demo import DemoPage, DemoServer

PAGE = "100000000000001"
TOKEN = "demo-test-token-7F3A"
NOW = datetime(2026, 11, 20, 22, 4, 0, tzinfo=UTC)
DATA = Path(__file__).parent.parent / "data" / "demo"


class Caller:
    """Calls the demo Page the way the service does: a token in a header."""

    def __init__(self, server: DemoServer) -> None:
        self.base, self.session = server.base_url, requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def ask(self, method: str, path: str, **parameters: Any) -> requests.Response:
        where = "params" if method == "GET" else "data"
        return self.session.request(
            method, f"{self.base}/v25.0/{path}", timeout=10, allow_redirects=False, **{where: parameters}
        )

    def get(self, path: str, **parameters: Any) -> Any:
        return self.ask("GET", path, **parameters).json()

    def post(self, path: str, **parameters: Any) -> Any:
        return self.ask("POST", path, **parameters).json()

    def delete(self, path: str, **parameters: Any) -> Any:
        return self.ask("DELETE", path, **parameters).json()

    def follow(self, path: str, **parameters: Any) -> list[Any]:
        """Every page of a list, by its `next` links."""
        answer = self.get(path, **parameters)
        pages = [answer]
        while url := answer.get("paging", {}).get("next"):
            assert len(pages) < 100
            answer = self.session.get(url, timeout=10).json()
            pages.append(answer)
        return pages


@pytest.fixture
def page() -> DemoPage:
    return DemoPage(PAGE, "Larkfield Primary School", TOKEN)


@pytest.fixture
def call(page: DemoPage) -> Iterator[Caller]:
    with DemoServer(page, now=lambda: NOW) as server:
        caller = Caller(server)
        yield caller
        caller.session.close()


@pytest.fixture
def thread(page: DemoPage) -> list[str]:
    """A post, three comments a minute apart, a reply to the first."""
    post = page.post("Concert tonight", at=NOW - timedelta(hours=2))
    made = [page.comment(post, f"number {n}", at=NOW - timedelta(minutes=60 - n)) for n in range(3)]
    answer = page.comment(post, "an answer", at=NOW - timedelta(minutes=30), parent=made[0])
    return [post, *made, answer]


def code(answer: Any) -> tuple[int, int | None]:
    return answer["error"]["code"], answer["error"].get("error_subcode")


def words(answer: Any) -> list[str]:
    return [one.get("message") for one in answer["data"]]


# Who may ask


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic " + TOKEN])
def test_without_the_right_token_nothing_is_told(call, header):
    headers = {"Authorization": header} if header else {}
    answer = requests.get(f"{call.base}/v25.0/me", headers=headers, timeout=5)
    assert answer.status_code == 400
    assert code(answer.json()) == (190, None)


def test_the_token_may_come_as_a_parameter_of_query_or_form(call, page, thread):
    assert requests.get(f"{call.base}/me", params={"access_token": TOKEN}, timeout=5).json()["id"] == PAGE
    form = {"access_token": TOKEN, "is_hidden": "true"}
    assert requests.post(f"{call.base}/{thread[1]}", data=form, timeout=5).json() == {"success": True}


def test_the_proof_of_the_apps_secret_is_checked_where_there_is_one():
    page = DemoPage(PAGE, "Larkfield", TOKEN, app_secret="app-secret")
    proof = hmac.new(b"app-secret", TOKEN.encode(), hashlib.sha256).hexdigest()
    with DemoServer(page) as server:
        call = Caller(server)
        assert call.get("me", appsecret_proof=proof)["id"] == PAGE
        assert code(call.get("me")) == (100, None)
        assert code(call.get("me", appsecret_proof="0" * 64)) == (100, None)
        call.session.close()


def test_a_persons_token_is_given_an_empty_list_of_comments_and_no_error(call, page, thread):
    page.token_kind = "user"
    answer = call.ask("GET", f"{thread[0]}/comments", filter="stream", summary="true")
    assert answer.status_code == 200
    assert answer.json()["data"] == []
    assert answer.json()["summary"]["total_count"] == 4
    assert call.get("me", fields="id,name") == {"id": page.person[0], "name": "Robin Example"}
    assert code(call.get("me", fields="id,category")) == (100, None)
    assert code(call.post(thread[1], is_hidden="true")) == (190, 2069032)


def test_a_page_has_a_category_and_a_name(call, page):
    assert call.get("me", fields="id,name,category") == {
        "id": PAGE,
        "name": "Larkfield Primary School",
        "category": "Primary School",
    }
    assert call.get(PAGE) == {"name": "Larkfield Primary School", "id": PAGE}


def test_without_the_task_moderate_comments_have_no_ids_and_nothing_can_be_hidden(call, page, thread):
    page.tasks.discard("MODERATE")
    comments = call.get(f"{thread[0]}/comments", filter="stream", fields="id,message")["data"]
    assert [set(one) for one in comments] == [{"message"}] * 4
    assert code(call.post(thread[1], is_hidden="true")) == (200, None)
    assert page.writes == []
    page.tasks.add("PROFILE_PLUS_MODERATE")
    assert call.post(thread[1], is_hidden="true") == {"success": True}


def test_without_read_user_content_what_visitors_wrote_is_not_there(call, page, thread):
    visit = page.post("hello", by=("u5", "Bo Example"))
    own = page.comment(thread[0], "from the Page", by=(PAGE, page.name), at=NOW)
    page.scopes.discard("pages_read_user_content")
    assert [one["id"] for one in call.get(f"{PAGE}/feed")["data"]] == [thread[0]]
    assert [one["id"] for one in call.get(f"{thread[0]}/comments", filter="stream")["data"]] == [own]
    assert code(call.get(visit)) == (100, 33)


def test_without_read_engagement_there_is_no_feed(call, page, thread):
    page.scopes.discard("pages_read_engagement")
    for edge in ("feed", "posts", "ratings"):
        assert code(call.get(f"{PAGE}/{edge}")) == (10, None)


def test_without_manage_engagement_nothing_can_be_hidden_or_answered(call, page, thread):
    page.scopes -= {"pages_manage_engagement", "pages_manage_posts"}
    assert code(call.post(thread[1], is_hidden="true")) == (200, None)
    assert code(call.post(f"{thread[1]}/comments", message="hello")) == (200, None)
    assert page.writes == []


def test_authors_can_be_withheld_one_by_one_but_never_the_page(call, page, thread):
    page.comment(thread[0], "b", by=("u2", "Bo Example"), at=NOW)
    page.comment(thread[0], "c", by=(PAGE, page.name), at=NOW)
    for withheld in ({"u1"}, lambda author: author == "u1", lambda author: author in ("u1", PAGE)):
        page.withhold_from = withheld
        found = call.get(f"{thread[0]}/comments", filter="stream", fields="from")["data"]
        assert [one["from"]["id"] for one in found if "from" in one] == ["u2", PAGE]


def test_debug_token_tells_a_page_token_from_a_dead_one(call, page):
    alive = call.get("debug_token", input_token=TOKEN)["data"]
    assert (alive["type"], alive["is_valid"], alive["profile_id"]) == ("PAGE", True, PAGE)
    assert "pages_read_user_content" in alive["scopes"]
    assert alive["expires_at"] == 0
    dead = call.get("debug_token", input_token="another")["data"]
    assert dead["is_valid"] is False
    assert dead["error"]["subcode"] == 467


# Versions and headers


@pytest.mark.parametrize(
    ("asked", "served"), [("v25.0", "v25.0"), ("v21.0", "v22.0"), ("v3.1", "v22.0")], ids=str
)
def test_an_expired_version_is_answered_by_the_oldest_alive(call, page, asked, served):
    page.alive_versions = ("v22.0", "v25.0")
    answer = call.session.get(f"{call.base}/{asked}/me", timeout=5)
    assert answer.status_code == 200
    assert answer.headers["facebook-api-version"] == served


def test_a_version_that_never_was_is_an_error(call):
    assert code(call.session.get(f"{call.base}/v99.0/me", timeout=5).json()) == (2500, None)


def test_how_much_is_used_stands_in_the_headers(call, page):
    page.usage = {"call_count": 97, "total_cputime": 23, "total_time": 12}
    headers = call.ask("GET", "me").headers
    assert json.loads(headers["X-App-Usage"])["call_count"] == 97
    entry = json.loads(headers["X-Business-Use-Case-Usage"])[PAGE][0]
    assert entry["type"] == "pages"
    assert entry["estimated_time_to_regain_access"] == 0
    page.usage = None
    assert "X-App-Usage" not in call.ask("GET", "me").headers


# Posts


def test_the_feed_holds_posts_of_the_page_and_of_visitors_newest_first(call, page):
    old = page.post("old", at=NOW - timedelta(days=2))
    visit = page.post("a visitor's", by=("u9", "Ola Example"), at=NOW - timedelta(days=1))
    draft = page.post("not yet out", at=NOW, is_published=False)
    assert [one["id"] for one in call.get(f"{PAGE}/feed")["data"]] == [draft, visit, old]
    assert [one["id"] for one in call.get(f"{PAGE}/posts")["data"]] == [draft, old]
    assert [one["id"] for one in call.get("me/published_posts")["data"]] == [old]
    assert call.get(visit, fields="from")["from"] == {"name": "Ola Example", "id": "u9"}


def test_a_hidden_post_is_in_the_feed_only_if_asked_for(call, page, thread):
    assert call.post(thread[0], is_hidden="true") == {"success": True}
    assert call.get(f"{PAGE}/feed")["data"] == []
    assert len(call.get(f"{PAGE}/feed", include_hidden="true")["data"]) == 1


def test_a_comment_moves_the_updated_time_of_its_post(call, page, thread):
    before = call.get(thread[0], fields="updated_time")["updated_time"]
    page.comment(thread[0], "later", at=NOW)
    assert before < call.get(thread[0], fields="updated_time")["updated_time"] == "2026-11-20T22:04:00+0000"


def test_a_feed_is_never_given_in_more_than_hundreds(call):
    assert code(call.get(f"{PAGE}/feed", limit="101")) == (100, None)
    assert "error" not in call.get(f"{PAGE}/feed", limit="100")


def test_visitor_posts_are_refused_on_new_pages(call):
    assert code(call.get(f"{PAGE}/visitor_posts")) == (200, 2069030)


def test_recommendations_have_an_edge_of_their_own(call, page):
    page.rate("Lovely school", by=("u3", "Ira Example"), at=NOW)
    (one,) = call.get(f"{PAGE}/ratings")["data"]
    assert one["reviewer"] == {"name": "Ira Example", "id": "u3"}
    assert (one["recommendation_type"], one["review_text"]) == ("positive", "Lovely school")


def test_attachments_of_a_post_are_a_list_of_which_fields_can_be_chosen(call, page):
    one = {"media_type": "photo", "type": "photo", "title": "x", "target": {"id": "7", "url": "u"}}
    post = page.post("picture", attachments=[one])
    answer = call.get(post, fields="attachments{media_type,target{id}}")
    assert answer == {"attachments": {"data": [{"media_type": "photo", "target": {"id": "7"}}]}, "id": post}
    assert "attachments" not in call.get(page.post("none"), fields="attachments")


# Comments


def test_only_the_first_level_is_given_unless_stream_is_asked_for(call, thread):
    assert words(call.get(f"{thread[0]}/comments")) == ["number 0", "number 1", "number 2"]
    assert words(call.get(f"{thread[0]}/comments", filter="stream"))[-1] == "an answer"
    assert words(call.get(f"{thread[1]}/comments")) == ["an answer"]


def test_stream_is_chronological_and_the_other_way_round_if_asked(call, thread):
    forward = words(call.get(f"{thread[0]}/comments", filter="stream"))
    back = words(call.get(f"{thread[0]}/comments", filter="stream", order="reverse_chronological"))
    assert back == forward[::-1] == ["an answer", "number 2", "number 1", "number 0"]


def test_a_ranked_list_is_in_nobodys_order_and_loses_nothing(call, page):
    posts = [page.post(f"p{n}", at=NOW + timedelta(minutes=n)) for n in range(12)]
    made = [page.comment(posts[0], f"c{n}", at=NOW + timedelta(minutes=n)) for n in range(12)]
    page.ranked = True
    feed = [one["id"] for answer in call.follow(f"{PAGE}/feed", limit="5") for one in answer["data"]]
    answers = call.follow(f"{posts[0]}/comments", filter="stream", limit="5", summary="true")
    found = [one["id"] for answer in answers for one in answer["data"]]
    assert sorted(feed) == sorted(posts)
    assert feed not in (posts, posts[::-1])
    assert sorted(found) == sorted(made)
    assert found not in (made, made[::-1])
    assert answers[0]["summary"]["order"] == "ranked"


def test_a_summary_counts_all_levels_under_stream_and_may_count_too_many(call, page, thread):
    def count(**asked):
        return call.get(f"{thread[0]}/comments", summary="true", **asked)["summary"]

    assert count()["total_count"] == 3
    assert count(filter="stream") == {"order": "chronological", "total_count": 4, "can_comment": True}
    page.count_surplus = 3
    assert count(filter="stream")["total_count"] == 7


def test_unasked_a_comment_says_when_who_what_and_which(call, thread):
    first = call.get(f"{thread[0]}/comments")["data"][0]
    assert first == {
        "created_time": "2026-11-20T21:04:00+0000",
        "from": {"name": "Sam Example", "id": "u1"},
        "message": "number 0",
        "id": thread[1],
    }


def test_only_what_is_asked_for_is_told_and_always_the_id(call, thread):
    assert call.get(thread[4], fields="message,parent{id}") == {
        "message": "an answer",
        "parent": {"id": thread[1]},
        "id": thread[4],
    }
    assert "parent" not in call.get(thread[1], fields="parent")
    assert call.get(thread[1], fields="comment_count,is_hidden,can_hide")["comment_count"] == 1


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("{post}/comments", "id,favourite_colour"),
        ("{post}", "id,comments{id,favourite_colour}"),
        ("{comment}", "favourite_colour"),
        ("{empty}/comments", "favourite_colour"),
        ("me", "favourite_colour"),
    ],
)
def test_one_unknown_field_fails_the_whole_call_and_is_named(call, page, thread, path, fields):
    path = path.format(post=thread[0], comment=thread[1], empty=page.post("nobody answers"))
    answer = call.get(path, fields=fields)
    assert code(answer) == (100, None)
    assert "nonexisting field (favourite_colour)" in answer["error"]["message"]


@pytest.mark.parametrize(
    "fields", ["id,", "id{", "comments.limit(5{id}", "id,,message", "}", "id,id", "a{" * 40]
)
def test_fields_that_make_no_sense_are_a_syntax_error(call, thread, fields):
    assert code(call.get(thread[0], fields=fields)) == (2500, None)


def test_posts_bring_their_comments_in_the_same_call(call, thread):
    inner = (
        "comments.limit(2).filter(stream).order(reverse_chronological).summary(true){id,message,parent{id}}"
    )
    (post,) = call.get(f"{PAGE}/feed", fields=f"id,updated_time,{inner}")["data"]
    comments = post["comments"]
    assert words(comments) == ["an answer", "number 2"]
    assert comments["data"][0] == {"id": thread[4], "message": "an answer", "parent": {"id": thread[1]}}
    assert comments["summary"]["total_count"] == 4
    rest = call.session.get(comments["paging"]["next"], timeout=5).json()
    assert words(rest) == ["number 1", "number 0"]
    assert "next" not in rest["paging"]


def test_a_post_without_comments_says_so_only_in_a_summary(call, page):
    post = page.post("quiet")
    assert call.get(post, fields="id,comments{id}") == {"id": post}
    told = call.get(post, fields="id,comments.summary(true){id}")["comments"]
    assert told["data"] == []
    assert told["summary"]["total_count"] == 0


def test_a_record_can_be_as_odd_as_a_test_needs_it(call, page, thread):
    odd = page.comment(thread[0], None, by=None, created_time=None, attachment={"type": "hologram"}, id=12)
    asked = "id,message,from,created_time,attachment"
    assert call.get(odd, fields=asked) == {"id": 12, "attachment": {"type": "hologram"}}


def test_broken_halves_of_emoji_and_zeros_travel_whole(call, page, thread):
    odd = page.comment(thread[0], "half \ud83d, nul \x00, tag 🎉")
    assert call.get(odd)["message"] == "half \ud83d, nul \x00, tag 🎉"
    assert all(byte < 128 for byte in call.ask("GET", odd).content)


def test_the_last_part_of_an_id_is_enough_and_another_prefix_is_not(call, thread):
    number = thread[1].rsplit("_", 1)[1]
    assert call.get(number)["id"] == thread[1]
    assert code(call.get(f"999_{number}")) == (100, 33)
    assert code(call.get(f"{PAGE}_{thread[1]}")) == (100, 33)


# Paging


def test_every_comment_is_on_one_page_and_the_last_has_no_next(call, page, thread):
    for n in range(20):
        page.comment(thread[0], f"more {n}", at=NOW)
    for asked in ({}, {"order": "reverse_chronological"}):
        answers = call.follow(f"{thread[0]}/comments", filter="stream", limit="7", **asked)
        assert [len(one["data"]) for one in answers] == [7, 7, 7, 3]
        ids = [one["id"] for answer in answers for one in answer["data"]]
        assert len(set(ids)) == 24


def test_previous_leads_back_to_the_page_before(call, thread):
    first, second = call.follow(f"{thread[0]}/comments", filter="stream", limit="2")
    assert call.session.get(second["paging"]["previous"], timeout=5).json()["data"] == first["data"]


def test_an_empty_list_has_no_paging(call, page):
    assert call.get(f"{page.post('quiet')}/comments") == {"data": []}


def test_a_next_link_never_carries_a_header_token(call, thread):
    answer = call.get(f"{PAGE}/feed", fields="comments.limit(1){id}", limit="1")
    text = json.dumps([answer, call.get(f"{thread[0]}/comments", limit="1")])
    assert '"next": "http' in text
    assert TOKEN not in text


def test_a_next_link_carries_a_token_of_the_query(call, thread):
    asked = {"access_token": TOKEN, "limit": "1"}
    answer = requests.get(f"{call.base}/v25.0/{thread[0]}/comments", params=asked, timeout=5).json()
    assert f"access_token={TOKEN}" in answer["paging"]["next"]


def test_cursors_go_stale(call, page, thread):
    after = call.get(f"{thread[0]}/comments", limit="1")["paging"]["cursors"]["after"]
    assert words(call.get(f"{thread[0]}/comments", after=after))[0] == "number 1"
    page.remove(thread[1])
    assert code(call.get(f"{thread[0]}/comments", after=after)) == (100, None)
    after = call.get(f"{thread[0]}/comments", limit="1")["paging"]["cursors"]["after"]
    page.expire_cursors()
    assert code(call.get(f"{thread[0]}/comments", after=after)) == (100, None)
    assert code(call.get(f"{thread[0]}/comments", after="nonsense")) == (100, None)


def test_what_comes_while_one_is_reading_does_not_shift_the_pages(call, page, thread):
    asked = {"filter": "stream", "order": "reverse_chronological", "limit": "2"}
    first = call.get(f"{thread[0]}/comments", **asked)
    page.comment(thread[0], "just now", at=NOW)
    second = call.session.get(first["paging"]["next"], timeout=5).json()
    assert words(first) + words(second) == ["an answer", "number 2", "number 1", "number 0"]


def test_a_page_may_be_short_or_empty_and_still_go_on(call, page, thread):
    """Privacy is looked at after the page was cut."""
    for n in range(5):
        page.comment(thread[0], f"ours {n}", by=(PAGE, page.name), at=NOW + timedelta(minutes=n))
    page.scopes.discard("pages_read_user_content")
    answers = call.follow(f"{thread[0]}/comments", filter="stream", limit="3")
    assert [len(one["data"]) for one in answers] == [0, 2, 3]


def test_a_feed_can_go_on_by_times_until_a_page_is_empty(call, page):
    made = [page.post(f"p{n}", at=NOW - timedelta(hours=n)) for n in range(5)]
    page.time_paging = True
    answers = call.follow(f"{PAGE}/feed", limit="2")
    assert [one["id"] for answer in answers for one in answer["data"]] == made
    assert answers[-1] == {"data": []}
    assert "cursors" not in answers[0]["paging"]
    assert "until=" in answers[0]["paging"]["next"]
    assert call.session.get(answers[1]["paging"]["previous"], timeout=5).json()["data"] == answers[0]["data"]


def test_since_and_until_go_by_the_time_of_the_post(call, page):
    old = page.post("old", at=NOW - timedelta(days=3))
    new = page.post("new", at=NOW)
    page.comment(old, "fresh", at=NOW)
    since = str(int((NOW - timedelta(days=1)).timestamp()))
    assert [one["id"] for one in call.get(f"{PAGE}/feed", since=since)["data"]] == [new]
    assert [one["id"] for one in call.get(f"{PAGE}/feed", until=since)["data"]] == [old]


@pytest.mark.parametrize(
    "asked",
    [{"limit": "-1"}, {"limit": "many"}, {"filter": "all"}, {"order": "random"}, {"summary": "maybe"}],
    ids=str,
)
def test_a_parameter_that_makes_no_sense_is_refused(call, thread, asked):
    assert code(call.get(f"{thread[0]}/comments", **asked)) == (100, None)


# Acting


def test_hiding_twice_is_hiding_and_says_1446036(call, page, thread):
    assert call.post(thread[1], is_hidden="true") == {"success": True}
    answer = call.ask("POST", thread[1], is_hidden="true")
    assert answer.status_code == 400
    assert code(answer.json())[1] == 1446036
    assert page.is_hidden(thread[1])
    assert [(w.kind, w.target) for w in page.writes] == [("hide", thread[1])]
    assert call.get(thread[1], fields="is_hidden")["is_hidden"] is True


def test_a_hidden_comment_is_still_in_the_list(call, page, thread):
    page.set_hidden(thread[2], True)
    assert words(call.get(f"{thread[0]}/comments")) == ["number 0", "number 1", "number 2"]


def test_showing_again_works_and_twice_changes_nothing(call, page, thread):
    page.set_hidden(thread[1], True)
    for _ in range(2):
        assert call.post(thread[1], is_hidden="false") == {"success": True}
    assert not page.is_hidden(thread[1])
    assert [w.kind for w in page.writes] == ["unhide"]


def test_the_pages_own_comment_cant_be_hidden(call, page, thread):
    own = page.comment(thread[0], "ours", by=(PAGE, page.name))
    assert call.get(own, fields="can_hide,can_remove") == {"can_hide": False, "can_remove": True, "id": own}
    assert code(call.post(own, is_hidden="true")) == (100, None)
    assert not page.is_hidden(own)


def test_deleting_takes_the_replies_along_and_twice_is_gone(call, page, thread):
    assert call.delete(thread[1]) == {"success": True}
    assert not page.exists(thread[1])
    assert not page.exists(thread[4])
    for answer in (call.delete(thread[1]), call.post(thread[1], is_hidden="true"), call.get(thread[1])):
        assert code(answer) == (100, 33)
    assert code(call.post(f"{thread[1]}/comments", message="hello")) == (100, 33)
    assert [w.kind for w in page.writes] == ["delete"]


def test_a_deleted_post_takes_everything_below_it_along(call, page, thread):
    assert call.delete(thread[0]) == {"success": True}
    assert [page.exists(one) for one in thread] == [False] * 5
    assert call.get(f"{PAGE}/feed") == {"data": []}


def test_a_reply_speaks_as_the_page(call, page, thread):
    made = call.post(f"{thread[1]}/comments", message="Thank you")["id"]
    found = call.get(made, fields="from,parent{id},message")
    assert (found["from"]["id"], found["parent"]["id"], found["message"]) == (PAGE, thread[1], "Thank you")
    assert [(w.kind, w.target, w.made) for w in page.writes] == [("reply", thread[1], made)]
    assert code(call.post(f"{thread[1]}/comments")) == (100, None)


@pytest.mark.parametrize(("way", "below"), [("move", 1), ("nest", 4)])
def test_a_reply_to_a_reply_goes_where_the_platform_puts_it(call, page, thread, way, below):
    page.replies_to_replies = way
    made = call.post(f"{thread[4]}/comments", message="too deep")["id"]
    assert call.get(made, fields="parent{id}")["parent"]["id"] == thread[below]
    assert made in [one["id"] for one in call.get(f"{thread[0]}/comments", filter="stream")["data"]]


def test_a_reply_to_a_reply_can_be_refused(call, page, thread):
    page.replies_to_replies = "refuse"
    assert code(call.post(f"{thread[4]}/comments", message="too deep")) == (100, None)
    assert page.writes == []


def test_a_message_sent_to_a_comment_changes_its_words_and_only_the_pages_own(call, page, thread):
    own = page.comment(thread[0], "ours", by=(PAGE, page.name))
    assert call.post(own, message="changed") == {"success": True}
    assert call.get(own)["message"] == "changed"
    assert code(call.post(thread[1], message="changed")) == (200, None)
    assert call.get(thread[1])["message"] == "number 0"


def test_a_ban_needs_the_id_of_somebody_who_has_written_here(call, page, thread):
    assert call.post(f"{PAGE}/blocked", user="u1") == {"u1": True}
    assert call.post(f"{PAGE}/blocked", user="u1") == {"u1": True}
    assert call.get(f"{PAGE}/blocked")["data"] == [{"name": "Sam Example", "id": "u1"}]
    assert call.get(f"{PAGE}/blocked", user="u2")["data"] == []
    assert code(call.post(f"{PAGE}/blocked")) == (100, None)
    assert code(call.post(f"{PAGE}/blocked", user="stranger")) == (100, None)
    assert call.delete(f"{PAGE}/blocked", user="u1") == {"success": True}
    assert call.get(f"{PAGE}/blocked")["data"] == []
    assert [w.kind for w in page.writes] == ["ban", "unban"]
    assert page.exists(thread[1])


def test_somebody_else_can_act_in_between(call, page, thread):
    page.on_write = lambda kind, target: page.set_hidden(target, True)
    assert code(call.post(thread[1], is_hidden="true"))[1] == 1446036
    page.on_write = lambda kind, target: page.remove(target)
    assert code(call.delete(thread[2])) == (100, 33)
    assert page.writes == []


def test_what_a_visitor_edits_leaves_no_trace_but_the_words(call, page, thread):
    before = call.get(thread[0], fields="updated_time")
    page.edit(thread[1], "changed my mind")
    assert call.get(thread[1])["message"] == "changed my mind"
    assert call.get(thread[0], fields="updated_time") == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", PAGE),
        ("DELETE", "me"),
        ("DELETE", "{post}/comments"),
        ("POST", "{comment}"),
        ("GET", "{post}/friends"),
    ],
)
def test_what_there_is_no_call_for_is_an_error_and_changes_nothing(call, page, thread, method, path):
    answer = call.ask(method, path.format(post=thread[0], comment=thread[1]))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100
    assert page.writes == []


# Several calls in one


def test_a_batch_answers_item_by_item_in_order(call, page, thread):
    items = [
        {"method": "POST", "relative_url": thread[1], "body": "is_hidden=true"},
        {"method": "POST", "relative_url": f"v25.0/{thread[1]}", "body": "is_hidden=true"},
        {"method": "GET", "relative_url": f"{thread[1]}?fields=is_hidden"},
        {"method": "GET", "relative_url": "1_2"},
    ]
    found = call.post("", batch=json.dumps(items), include_headers="false")
    assert [one["code"] for one in found] == [200, 400, 200, 400]
    assert json.loads(found[2]["body"]) == {"is_hidden": True, "id": thread[1]}
    assert code(json.loads(found[3]["body"])) == (100, 33)
    assert [w.kind for w in page.writes] == ["hide"]
    assert page.requests[-1].counted_calls == 4


def test_in_a_batch_a_dependency_is_not_told_and_what_depends_on_a_failure_is_null(call, thread):
    items = [
        {"method": "GET", "relative_url": thread[1], "name": "a"},
        {"method": "GET", "relative_url": thread[2], "depends_on": "a"},
        {"method": "GET", "relative_url": "9_9", "name": "b"},
        {"method": "GET", "relative_url": thread[3], "depends_on": "b"},
    ]
    found = call.post("", batch=json.dumps(items))
    assert [one and one["code"] for one in found] == [None, 200, 400, None]
    assert {"name": "facebook-api-version", "value": "v25.0"} in found[1]["headers"]


@pytest.mark.parametrize(
    "batch",
    ["no json", "{}", "[1]", '[{"name":{}}]', "[" * 9999, json.dumps([{"relative_url": "me"}] * 51)],
    ids=len,
)
def test_a_batch_that_is_none_fails_as_a_whole(call, batch):
    assert code(call.post("", batch=batch)) == (100, None)


def test_several_ids_are_answered_by_id_and_one_dead_fails_all(call, page, thread):
    answer = call.get("", ids=f"{thread[1]},{thread[2]}", fields="message")
    assert {own_id: one["message"] for own_id, one in answer.items()} == {
        thread[1]: "number 0",
        thread[2]: "number 1",
    }
    assert page.requests[-1].counted_calls == 2
    assert code(call.get("", ids=f"{thread[1]},9_9")) == (803, None)
    assert code(call.get("", ids=",".join(["1_1"] * 51))) == (100, None)


# What tests can see


def test_requests_are_kept_for_asking_but_print_no_token(call, page):
    requests.get(f"{call.base}/v25.0/me", params={"access_token": TOKEN, "fields": "id"}, timeout=5)
    seen = page.requests[-1]
    assert (seen.method, seen.path, seen.query["access_token"], seen.at) == ("GET", "/v25.0/me", TOKEN, NOW)
    assert "user-agent" in seen.headers
    assert TOKEN not in repr(page.requests) + repr(page) + str(vars(call))


def test_nothing_of_a_request_is_logged(call, thread, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    call.get("me", access_token=TOKEN)
    call.post(f"{thread[1]}/comments", message="a reply in the log?")
    assert not [record for record in caplog.records if record.name.startswith("bot")]
    assert capfd.readouterr() == ("", "")


def test_many_callers_at_once_hide_a_comment_once(call, page, thread):
    def hide() -> None:
        requests.post(
            f"{call.base}/{thread[1]}", data={"access_token": TOKEN, "is_hidden": "true"}, timeout=10
        )

    workers = [threading.Thread(target=hide) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.kind for w in page.writes] == ["hide"]


def test_a_stopped_server_answers_no_more_and_can_be_started_again(page):
    server = DemoServer(page).start()
    call = Caller(server)
    assert call.get("me")["id"] == PAGE
    server.stop()
    with pytest.raises(requests.ConnectionError):
        call.get("me")
    server.start()
    assert Caller(server).get("me")["id"] == PAGE
    server.stop()
    call.session.close()


# As a visitor sees it


def seen(call: Caller, **query: str) -> requests.Response:
    return requests.get(f"{call.base}/", params=query, headers={"Accept": "text/html"}, timeout=5)


def test_a_visitor_does_not_see_what_is_hidden_or_deleted_and_the_author_does(call, page, thread):
    page.comment(thread[0], "rude words", by=("u7", "Jo Example"), hidden=True)
    page.remove(thread[2])
    html = seen(call).text
    assert "number 0" in html
    assert "number 1" not in html
    assert "rude words" not in html
    assert "1 comment is hidden from visitors" in html
    assert "Demo Page: invented school" in html
    assert "rude words" in seen(call, **{"as": "author", "id": "u7"}).text
    assert "rude words" not in seen(call, **{"as": "author", "id": "u1"}).text


def test_what_a_visitor_writes_is_never_code_on_the_page(call, page):
    post = page.post("<script>alert(1)</script>", by=("u8", "<img src=x onerror=alert(2)>"))
    page.comment(post, '"><svg onload=alert(3)>', attachment={"type": "<b>photo"})
    answer = seen(call, **{"as": "author", "id": "<u>"})
    for code_of_theirs in ("<script", "<img", "<svg", "<b>", "<u>"):
        assert code_of_theirs not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_looking_at_the_page_is_no_call(call, page):
    assert seen(call).status_code == 200
    assert page.requests == []


# The story


@pytest.fixture
def told() -> DemoPage:
    return DemoPage.from_story(DATA, TOKEN, NOW)


def test_the_story_fills_the_page_with_a_past(told):
    posts = told.posts()
    assert len([p for p in posts if told.by_page(p)]) == 12
    assert len([p for p in posts if not told.by_page(p)]) == 2
    comments = [one for one in told.things.values() if not one.is_post]
    assert len(comments) >= 120
    assert all(one.created < NOW for one in told.things.values())
    assert any(one.hidden for one in comments)
    assert any(one.author is None for one in comments)
    assert any(one.parent and told.things[one.parent].parent for one in comments)


def test_tags_in_the_story_fit_by_code_points_behind_emoji(told):
    tagged = [one for one in told.things.values() if "message_tags" in one.extra]
    assert tagged
    for one in tagged:
        for tag in one.extra["message_tags"]:
            assert one.message[tag["offset"] : tag["offset"] + tag["length"]] == tag["name"]
            assert ord(one.message[0]) > 0xFFFF


def test_comments_keep_arriving_while_it_runs(told):
    assert told.arrive(NOW) == []
    came = told.arrive(NOW + timedelta(minutes=1))
    assert len(came) == 2
    assert told.arrive(NOW + timedelta(minutes=1)) == []
    assert len(told.arrive(NOW + timedelta(hours=1))) >= 23


def test_an_innocent_comment_turns_nasty_by_an_edit(told):
    (before,) = [o for o in told.things.values() if (o.message or "").startswith("Proper lovely")]
    innocent = before.message
    assert before.id in told.arrive(NOW + timedelta(minutes=3))
    assert told.things[before.id].message != innocent


def test_who_is_banned_writes_no_more(told):
    everyone = {told.things[one].author[0] for one in told.arrive(NOW + timedelta(minutes=2))}
    fresh = DemoPage.from_story(DATA, TOKEN, NOW)
    fresh.banned = dict.fromkeys(everyone, "x")
    assert fresh.arrive(NOW + timedelta(minutes=2)) == []


def test_a_saved_page_is_found_as_it_was_left(told, tmp_path):
    saved = tmp_path / "run" / "demo-page.json"
    first, second = [one.id for one in told.things.values() if not one.is_post][:2]
    told.set_hidden(first, True)
    told.remove(second)
    told.banned["u1"] = "Sam Example"
    told.arrive(NOW + timedelta(minutes=1))
    told.save(saved)
    again = DemoPage.from_story(DATA, TOKEN, NOW + timedelta(days=2), saved)
    assert again.is_hidden(first)
    assert not again.exists(second)
    assert again.banned == told.banned
    assert {o.id: (o.message, o.created, o.updated, o.extra) for o in again.things.values()} == {
        o.id: (o.message, o.created, o.updated, o.extra) for o in told.things.values()
    }
    assert [p.id for p in again.posts()] == [p.id for p in told.posts()]
    assert TOKEN not in saved.read_text()


def test_the_story_goes_on_where_it_was_left_and_not_all_at_once(told, tmp_path):
    told.arrive(NOW + timedelta(minutes=1))
    told.save(tmp_path / "state.json")
    later = NOW + timedelta(days=2)
    again = DemoPage.from_story(DATA, TOKEN, later, tmp_path / "state.json")
    assert again.arrive(later) == []
    came = again.arrive(later + timedelta(minutes=1))
    assert 1 <= len(came) <= 3
    assert all(later <= again.things[one].created <= later + timedelta(minutes=1) for one in came)
    assert not set(came) & set(told.things)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"form": 99}'])
def test_a_spoilt_state_file_begins_the_story_anew(tmp_path, content):
    saved = tmp_path / "state.json"
    saved.write_text(content)
    assert len(DemoPage.from_story(DATA, TOKEN, NOW, saved).things) > 100


def test_the_roster_of_the_demo_fits_its_story():
    with (DATA / "pupils.csv").open(encoding="utf-8", newline="") as file:
        pupils = list(csv.DictReader(file))
    with (DATA / "staff.csv").open(encoding="utf-8", newline="") as file:
        staff = list(csv.DictReader(file))
    assert len({row["pupil_id"] for row in pupils}) == len(pupils) >= 60
    assert sum(row["first_name"] == "Noah" for row in pupils) == 3
    years = ["Reception", *(f"Year {n}" for n in range(1, 7))]
    for row in pupils:
        # The school year begins in September: in 2026/27 Reception was born between September 2021 and August 2022.
        born = datetime.fromisoformat(row["date_of_birth"])
        school_year = born.year + (born.month >= 9)
        assert years.index(row["year_group"]) == 2022 - school_year, row["pupil_id"]
    names = {
        person[1]
        for person in json.loads((DATA / "story.json").read_text(encoding="utf-8"))["people"].values()
    }
    assert {row["facebook_name"] for row in staff} & names
