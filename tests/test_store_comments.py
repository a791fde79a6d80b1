"""What was read is stored whole, once, and together with the cursor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlite_utils import Database

from bot.domain.comment import Attachment, Author, Place, Tag
from bot.store import comments
from bot.store.database import atomic, first
from tests.cast import LONG_AGO, NOW, PAGE, POST, a_batch, a_comment


def save(db: Database, *found, now=NOW, cursor=None):
    return comments.save_batch(db, PAGE, a_batch(*found, cursor=cursor), LONG_AGO, now)


def test_a_comment_seen_twice_is_stored_once(db):
    assert save(db, a_comment()).new == 1
    assert save(db, a_comment()) == comments.Saved(read=1, new=0, edited=0)
    assert len(comments.owed(db)) == 1


def test_an_edit_is_a_new_version_that_is_owed_a_judgement(db):
    save(db, a_comment("lovely"))
    comments.judged(db, "1_1", 1, "clear")
    assert save(db, a_comment("nasty")).edited == 1
    (owed,) = comments.owed(db)
    assert (owed.comment.message, owed.version) == ("nasty", 2)


def test_the_words_before_an_edit_are_kept(db):
    save(db, a_comment("lovely"))
    save(db, a_comment("nasty"), now=NOW + timedelta(minutes=5))
    assert comments.earlier(db, "1_1", 2) == [(1, "lovely", NOW)]


def test_a_picture_that_is_added_later_is_an_edit(db):
    save(db, a_comment())
    assert save(db, a_comment(attachment=Attachment("photo", target_id="9"))).edited == 1


def test_what_is_older_than_the_start_is_not_judged_until_it_changes(db):
    old = a_comment(created_at=LONG_AGO - timedelta(days=1))
    save(db, old)
    assert comments.owed(db) == []
    save(db, a_comment("now nasty", created_at=LONG_AGO - timedelta(days=1)))
    assert [o.version for o in comments.owed(db)] == [2]


def test_a_comment_without_a_time_is_judged(db):
    save(db, a_comment(created_at=None))
    assert len(comments.owed(db)) == 1


def test_the_cursor_does_not_move_when_a_row_fails(db, monkeypatch):
    monkeypatch.setattr(comments, "_insert_version", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        save(db, a_comment(), cursor=NOW)
    assert dict(comments.Cursors(db, PAGE)) == {}
    assert first(db, "SELECT 1 FROM comments") is None


def test_the_cursor_moves_with_the_rows(db):
    save(db, a_comment(), cursor=NOW)
    assert comments.Cursors(db, PAGE)[POST].read_at == NOW


HOSTILE = {
    "lone surrogate": "bad \ud83d end",
    "NUL": "a\x00b",
    "right to left": "\u202eabc",
    "emoji": "😀" * 10_000,
    "empty": "",
    "SQL": "'); DROP TABLE comments;--",
}


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_come_back_as_they_were(db, message):
    whole = a_comment(
        message,
        author=Author("u\x00", message),
        tags=(Tag("9", message, "user", 1, 2),),
        attachment=Attachment("photo", "https://x.example/", "7"),
        place=Place.REPLY,
        parent_post=message,
    )
    save(db, whole)
    (owed,) = comments.owed(db)
    assert owed.comment == whole


def test_the_platforms_own_bytes_are_kept_with_the_answer(db):
    comment = a_comment("nasty")
    save(db, comment)
    kept = comments.kept(db, comment.id, 1)
    assert kept.raw == b'{"id": "1_1", "message": "nasty", "is_hidden": false}'
    assert kept.answer.request == "GET /v25.0/x/comments"
    assert kept.comment == comment


def test_what_we_hid_and_somebody_put_back_is_known_for_restored(db):
    save(db, a_comment())
    comments.hidden_by_us(db, "1_1")
    save(db, a_comment(is_hidden=True))
    assert not comments.standing(db, "1_1").restored
    save(db, a_comment(is_hidden=False))
    assert comments.standing(db, "1_1").restored


def test_what_a_person_put_back_stays_restored_when_it_is_hidden_again_elsewhere(db):
    save(db, a_comment())
    comments.hidden_by_us(db, "1_1")
    save(db, a_comment(is_hidden=False))
    save(db, a_comment(is_hidden=True))
    assert comments.standing(db, "1_1").restored


def test_a_new_text_is_not_covered_by_an_old_restore(db):
    save(db, a_comment())
    comments.hidden_by_us(db, "1_1")
    save(db, a_comment())
    save(db, a_comment("new words"))
    assert not comments.standing(db, "1_1").restored


def test_an_inner_block_joins_the_outer_transaction(db):
    def half_way():
        with atomic(db):
            save(db, a_comment())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    assert comments.owed(db) == []


def test_a_comment_that_failed_lets_the_others_go_first(db):
    save(db, a_comment(id="1_1"), a_comment(id="1_2"))
    comments.put_last(db, comments.owed(db)[0])
    assert [o.comment.id for o in comments.owed(db)] == ["1_2", "1_1"]
