"""Evidence files are whole, named after their content, and nowhere but in their folder."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from bot.evidence import files

CONTENT = b"what the platform gave" * 1000


def all_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def test_a_file_is_named_after_what_is_in_it(tmp_path: Path) -> None:
    kept = files.keep(tmp_path, CONTENT, ".json")
    assert kept.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert kept.file == f"{kept.sha256[:2]}/{kept.sha256}.json"
    assert kept.size == len(CONTENT)
    assert files.resolve(tmp_path, kept.file).read_bytes() == CONTENT
    assert [p.name for p in all_files(tmp_path)] == [f"{kept.sha256}.json"]


def test_only_the_service_may_read_what_is_kept(tmp_path: Path) -> None:
    path = files.resolve(tmp_path / "new", files.keep(tmp_path / "new", CONTENT, ".json").file)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_keeping_twice_leaves_the_first_file_alone(tmp_path: Path) -> None:
    kept = files.keep(tmp_path, CONTENT, ".json")
    before = files.resolve(tmp_path, kept.file).stat()
    assert files.keep(tmp_path, CONTENT, ".json") == kept
    after = files.resolve(tmp_path, kept.file).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("damage", [b"", CONTENT[:-1], b"X" + CONTENT[1:]], ids=["empty", "cut", "changed"])
def test_keeping_again_mends_a_damaged_file(tmp_path: Path, damage: bytes) -> None:
    kept = files.keep(tmp_path, CONTENT, ".json")
    path = files.resolve(tmp_path, kept.file)
    path.write_bytes(damage)
    files.keep(tmp_path, CONTENT, ".json")
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["disk full", "disk broken"])
def test_no_half_file_stands_under_a_final_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def fail(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    (tmp_path / hashlib.sha256(CONTENT).hexdigest()[:2]).mkdir()
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match=os.strerror(code)):
        files.keep(tmp_path, CONTENT, ".png")
    assert all_files(tmp_path) == []


def test_a_disk_that_fills_up_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    written = 0

    def some(handle: int, content: bytes) -> int:
        nonlocal written
        if written:
            raise OSError(errno.ENOSPC, "full")
        written = real(handle, bytes(content[:100]))
        return written

    monkeypatch.setattr(os, "write", some)
    with pytest.raises(OSError, match="full"):
        files.keep(tmp_path, CONTENT, ".png")
    assert written == 100
    assert all_files(tmp_path) == []


def test_a_write_in_small_parts_still_gives_the_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: real(handle, bytes(content[:777])))
    kept = files.keep(tmp_path, CONTENT, ".png")
    assert files.resolve(tmp_path, kept.file).read_bytes() == CONTENT


def test_file_and_folders_are_on_the_disk_before_we_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    real_sync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda h: (synced.append(stat.S_ISDIR(os.fstat(h).st_mode)), real_sync(h))
    )
    monkeypatch.setattr(os, "replace", lambda a, b: (synced.append("named"), real_replace(a, b)))
    (tmp_path / hashlib.sha256(CONTENT).hexdigest()[:2]).mkdir()
    files.keep(tmp_path, CONTENT, ".json")
    assert synced == [False, "named", True, True]


HASH = "ab" * 32
REFUSED = {
    "up": "../secret.json",
    "up from within": f"ab/../../{HASH}.json",
    "absolute": f"/ab/{HASH}.json",
    "encoded": f"ab/..%2f{HASH}.json",
    "NUL": f"ab/{HASH}.json\x00.png",
    "UNC": f"\\\\server\\ab\\{HASH}.json",
    "backslash": f"ab\\{HASH}.json",
    "other folder": f"cd/{HASH}.json",
    "capitals": f"AB/{HASH.upper()}.json",
    "short": "ab/abcd.json",
    "no suffix": f"ab/{HASH}",
    "newline at the end": f"ab/{HASH}.json\n",
    "two suffixes": f"ab/{HASH}.json.part",
    "empty": "",
}


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_no_other_name_leads_anywhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of an evidence file"):
        files.resolve(tmp_path, name)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_link_in_the_folder_is_not_followed(tmp_path: Path, what: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / f"{HASH}.json").write_text("secret")
    folder = tmp_path / "evidence"
    folder.mkdir()
    if what == "folder":
        (folder / "ab").symlink_to(outside)
    else:
        (folder / "ab").mkdir()
        (folder / f"ab/{HASH}.json").symlink_to(outside / f"{HASH}.json")
    with pytest.raises(ValueError, match="a link stands"):
        files.resolve(folder, f"ab/{HASH}.json")


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / hashlib.sha256(CONTENT).hexdigest()[:2]).symlink_to(outside)
    with pytest.raises(ValueError, match="a link stands"):
        files.keep(folder, CONTENT, ".json")
    assert all_files(outside) == []


def test_a_link_under_a_final_name_is_replaced_and_its_target_untouched(tmp_path: Path) -> None:
    kept = files.keep(tmp_path / "evidence", CONTENT, ".json")
    path = tmp_path / "evidence" / kept.file
    target = tmp_path / "target"
    target.write_text("something else")
    path.unlink()
    path.symlink_to(target)
    files.keep(tmp_path / "evidence", CONTENT, ".json")
    assert files.resolve(tmp_path / "evidence", kept.file).read_bytes() == CONTENT
    assert target.read_text() == "something else"


@pytest.mark.parametrize("suffix", ["", "json", "./../x", ".json/", ".JSON"])
def test_only_plain_suffixes_are_taken(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ValueError, match="suffix"):
        files.keep(tmp_path, CONTENT, suffix)


def test_what_a_power_cut_left_half_written_is_swept_up(tmp_path: Path) -> None:
    kept = files.keep(tmp_path, CONTENT, ".json")
    (tmp_path / kept.file).with_name(".0123456789abcdef.part").write_bytes(b"half")
    assert files.sweep_up(tmp_path) == 1
    assert [p.name for p in all_files(tmp_path)] == [f"{kept.sha256}.json"]
