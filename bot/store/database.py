"""Opening the database: safe settings, the right schema, plain words when it is broken."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where it is installed

from bot.store.schema import NEWEST, migrations

# Older libraries can corrupt a WAL database that two connections write at the same moment.
WAL_IS_SAFE = tuple(int(n) for n in sqlite3.sqlite_version.split(".")) >= (3, 51, 3)
BUSY_SECONDS = 30.0
CACHE_KIB = 32_000

DatabaseProblem = sqlite3.Error


class Broken(Exception):
    """The database can't be used; the text says why and what to do."""


def open_database(path: Path) -> Database:
    """A connection of the calling thread, with our settings, at the newest schema."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if not path.exists():
            _make_new(path)
        _look_before(path)
        db = _connected(path)
        _migrate(db, path)
    except sqlite3.OperationalError as error:
        raise Broken(
            f"The database {path.name} can't be opened: {error}. Is the disk full or read-only?"
        ) from None
    except sqlite3.DatabaseError as error:
        raise Broken(_advice(path, f"is damaged ({error})")) from None
    return db


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """The database for the length of a block."""
    db = open_database(path)
    try:
        yield db
    finally:
        db.close()


def in_memory() -> Database:
    """The real schema without a file, for tests and for judging alone."""
    db = Database(memory=True)
    db.execute("PRAGMA foreign_keys = ON")
    migrations.apply(db)
    db.execute(f"PRAGMA user_version = {NEWEST}")
    return db


@contextmanager
def atomic(db: Database) -> Iterator[None]:
    """All or nothing. IMMEDIATE, since a read before the write must not lose its place to another writer."""
    if db.conn.in_transaction:
        yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.conn.rollback()
        raise
    else:
        db.conn.commit()


def rows(db: Database, sql: str, *values: Any) -> list[dict[str, Any]]:
    """What a SELECT finds, as dictionaries."""
    return list(db.query(sql, values))


def first(db: Database, sql: str, *values: Any) -> dict[str, Any] | None:
    """The first row of a SELECT, if there is one."""
    return next(iter(db.query(sql, values)), None)


def check_whole(db: Database) -> list[str]:
    """SQLite's own check of the file; a damaged file may even make the check fail."""
    try:
        found = [row["quick_check"] for row in db.query("PRAGMA quick_check")]
    except sqlite3.DatabaseError as error:
        return [f"The database is damaged: {error}."]
    return [] if found == ["ok"] else [f"The database is damaged: {line}." for line in found[:5]]


def _connected(path: Path) -> Database:
    db = Database(sqlite3.connect(str(path), timeout=BUSY_SECONDS))
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")
    db.execute(f"PRAGMA journal_mode = {'WAL' if WAL_IS_SAFE else 'TRUNCATE'}")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    return db


def _make_new(path: Path) -> None:
    """Under another name first: an empty file of this name is always a damaged one."""
    # A name of its own for each thread: at the first start all jobs open the store at once.
    new = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    new.unlink(missing_ok=True)
    db = Database(sqlite3.connect(str(new)))
    new.chmod(0o600)
    _migrate(db, new)
    db.close()
    with suppress(FileExistsError):  # whoever came first keeps it
        os.link(new, path)
    new.unlink()


def _look_before(path: Path) -> None:
    """Never let SQLite make a new database over the remains of an old one."""
    # By its size alone: to open and close the file here would drop the locks of every other thread's connection.
    if path.stat().st_size == 0:
        raise Broken(_advice(path, "is empty"))


def _migrate(db: Database, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == NEWEST:
        return
    if version > NEWEST:
        raise Broken(
            f"The database {path.name} was written by a newer Schoolgate (schema {version}; this program knows"
            f" schema {NEWEST}). Install the newer version again."
        )
    migrations.apply(db)
    db.execute(f"PRAGMA user_version = {NEWEST}")


def _advice(path: Path, what: str) -> str:
    return (
        f"The database {path} {what}. Nothing was changed. Keep a copy of the file aside, then put a backup"
        " in its place: schoolgate restore BACKUP-FOLDER."
    )
