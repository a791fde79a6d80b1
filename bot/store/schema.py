"""The tables, as migrations that are never edited once released."""

from __future__ import annotations

from sqlite3 import complete_statement

from sqlite_utils import Database, Migrations

migrations = Migrations("schoolgate")


def _run(db: Database, script: str) -> None:
    """Statement by statement, as executescript() would commit half of a migration."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations()
def m001_pages(db: Database) -> None:
    """What we know of each Page, and how far the comments of each post have been read."""
    _run(
        db,
        """
        CREATE TABLE pages (
            page TEXT PRIMARY KEY,
            since TEXT NOT NULL,            -- older comments are not judged
            last_read_at TEXT,              -- the last read that came to its end
            no_calls_until TEXT,
            no_writes_until TEXT,
            token_mark TEXT,                -- tells one token from another without giving it away
            checked_at TEXT,
            swept_at TEXT,
            trouble TEXT,                   -- one sentence for a person
            trouble_kind TEXT,
            trouble_since TEXT,
            told_at TEXT
        );
        CREATE TABLE cursors (
            page TEXT NOT NULL,
            post TEXT NOT NULL,
            updated_time TEXT NOT NULL,
            read_at TEXT NOT NULL,
            PRIMARY KEY (page, post)
        ) WITHOUT ROWID;
        CREATE TABLE watches (              -- stretches of time in which the Page was read without a gap
            page TEXT NOT NULL,
            began TEXT NOT NULL,
            ended TEXT NOT NULL,
            reads INTEGER NOT NULL,
            PRIMARY KEY (page, began)
        ) WITHOUT ROWID;
    """,
    )


@migrations()
def m002_comments(db: Database) -> None:
    """Each comment, each version of its text, and the answers that brought them."""
    _run(
        db,
        """
        CREATE TABLE comments (
            comment TEXT PRIMARY KEY,
            page TEXT NOT NULL,
            post TEXT,
            version INTEGER NOT NULL,
            fingerprint TEXT NOT NULL,
            first_seen_at TEXT NOT NULL,
            is_hidden INTEGER NOT NULL,
            hidden_by TEXT,                 -- 'us', or NULL
            restored_version INTEGER        -- a person un-hid this version: it stays up
        ) WITHOUT ROWID;
        CREATE TABLE versions (
            comment TEXT NOT NULL,
            version INTEGER NOT NULL,
            seen_at TEXT NOT NULL,
            judged TEXT NOT NULL,           -- owed, clear, flagged, before_start, forgotten
            attempts INTEGER NOT NULL DEFAULT 0,
            said TEXT,                      -- the Comment as we understood it; NULL once forgotten
            raw BLOB,                       -- exactly the platform's bytes, compressed
            answer INTEGER REFERENCES answers(id),
            UNIQUE (comment, version)       -- beside the rows: they are large, and are only ever added at the end
        );
        CREATE INDEX versions_owed ON versions(attempts, seen_at, comment) WHERE judged = 'owed';
        CREATE INDEX versions_clear ON versions(seen_at) WHERE judged = 'clear';
        CREATE INDEX versions_answer ON versions(answer);
        CREATE TABLE answers (
            id INTEGER PRIMARY KEY,
            request TEXT NOT NULL,
            status INTEGER NOT NULL,
            headers TEXT NOT NULL,
            fetched_at TEXT NOT NULL,
            sha256 TEXT NOT NULL
        );
        CREATE TABLE counts (               -- what was read, hour by hour; stays when the words are forgotten
            page TEXT NOT NULL,
            hour TEXT NOT NULL,
            read INTEGER NOT NULL DEFAULT 0,
            flagged INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (page, hour)
        ) WITHOUT ROWID;
    """,
    )


@migrations()
def m003_incidents(db: Database) -> None:
    """Flagged comments, why, what they owe and what was kept."""
    _run(
        db,
        """
        CREATE TABLE incidents (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            page TEXT NOT NULL,
            comment TEXT NOT NULL,
            version INTEGER NOT NULL,
            state TEXT NOT NULL,            -- open, closed
            place TEXT NOT NULL,
            action TEXT NOT NULL,
            urgency TEXT NOT NULL,
            clause TEXT NOT NULL,
            told TEXT NOT NULL,             -- the roles, as JSON
            mode TEXT NOT NULL,             -- shadow or enforce, on the day
            opened_at TEXT NOT NULL,
            outcome TEXT,                   -- what became of the comment on the Page, for a person
            UNIQUE (comment, version)
        );
        CREATE INDEX incidents_opened ON incidents(opened_at);
        CREATE TABLE findings (
            incident INTEGER NOT NULL REFERENCES incidents(id),
            n INTEGER NOT NULL,
            category TEXT NOT NULL,
            confidence TEXT NOT NULL,
            tier TEXT,
            start INTEGER,
            "end" INTEGER,
            words TEXT,
            pupils TEXT NOT NULL,
            rule TEXT NOT NULL,
            why TEXT NOT NULL,
            PRIMARY KEY (incident, n)
        ) WITHOUT ROWID;
        CREATE TABLE steps (
            incident INTEGER NOT NULL REFERENCES incidents(id),
            name TEXT NOT NULL,
            state TEXT NOT NULL,            -- owed, done, stuck
            rank INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            due_at TEXT,                    -- NULL: waits for a person
            note TEXT,
            text TEXT,
            done_at TEXT,
            told_at TEXT,                   -- somebody was told that it is stuck
            PRIMARY KEY (incident, name)
        ) WITHOUT ROWID;
        CREATE INDEX steps_due ON steps(rank, due_at) WHERE state = 'owed' AND due_at IS NOT NULL;
        CREATE INDEX steps_stuck ON steps(incident) WHERE state = 'stuck';
        CREATE TABLE evidence (
            incident INTEGER NOT NULL REFERENCES incidents(id),
            kind TEXT NOT NULL,
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            size INTEGER NOT NULL,
            made_at TEXT NOT NULL,
            note TEXT NOT NULL,
            PRIMARY KEY (incident, kind)
        ) WITHOUT ROWID;
    """,
    )


@migrations()
def m004_outbox(db: Database) -> None:
    """Who is to be told of what, and the letters on their way."""
    _run(
        db,
        """
        CREATE TABLE alerts (
            incident INTEGER NOT NULL REFERENCES incidents(id),
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            urgency TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            letter INTEGER REFERENCES outbox(id),
            PRIMARY KEY (incident, email)
        ) WITHOUT ROWID;
        CREATE INDEX alerts_waiting ON alerts(email) WHERE letter IS NULL;
        CREATE INDEX alerts_letter ON alerts(letter);
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            message_id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,             -- alert, trouble, morning …
            email TEXT NOT NULL,
            content BLOB,
            state TEXT NOT NULL,            -- queued, sent, refused
            attempts INTEGER NOT NULL DEFAULT 0,
            queued_at TEXT NOT NULL,
            due_at TEXT NOT NULL,
            sent_at TEXT,
            note TEXT
        );
        CREATE INDEX outbox_queued ON outbox(due_at) WHERE state = 'queued';
        CREATE INDEX outbox_kind ON outbox(email, kind, queued_at);
        CREATE TABLE duties (               -- daily and weekly work, each once for its day or week
            name TEXT NOT NULL,
            period TEXT NOT NULL,
            done_at TEXT NOT NULL,
            PRIMARY KEY (name, period)
        ) WITHOUT ROWID;
    """,
    )


@migrations()
def m005_journal(db: Database) -> None:
    """The append-only record; the database itself refuses to change it."""
    _run(
        db,
        """
        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            incident INTEGER,
            details TEXT NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL
        );
        CREATE INDEX journal_incident ON journal(incident) WHERE incident IS NOT NULL;
        CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the Journal is never changed'); END;
        CREATE TRIGGER journal_stays BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the Journal is never cut'); END;
    """,
    )


@migrations()
def m006_forgetting(db: Database) -> None:
    """What is forgotten, and which letters came late, is found without reading everything."""
    _run(
        db,
        """
        DROP INDEX versions_clear;
        CREATE INDEX versions_to_forget ON versions(seen_at) WHERE judged IN ('clear', 'before_start');
        CREATE INDEX outbox_late ON outbox(sent_at) WHERE state = 'sent' AND attempts > 0;
    """,
    )


NEWEST = 6
