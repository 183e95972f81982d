-- The ledger as it began. Times are milliseconds since 1970, words are the names that the code gives them,
-- fields are JSON objects. 'LEAP' in ASCII marks the file as ours.
PRAGMA application_id = 0x4C454150;

-- One row: what holds for the ledger as a whole.
CREATE TABLE book (
    only_one      INTEGER PRIMARY KEY CHECK (only_one = 1),
    origin        TEXT,
    partner       TEXT,
    list_read     INTEGER NOT NULL DEFAULT 0 CHECK (list_read IN (0, 1)),
    contact_order TEXT    NOT NULL DEFAULT 'unknown',
    CHECK ((origin IS NULL) = (partner IS NULL))
) STRICT;
INSERT INTO book (only_one) VALUES (1);

-- The narrow line of a client, read in order beside the sorted file: it must stay narrow.
CREATE TABLE client (
    external_id     TEXT    PRIMARY KEY NOT NULL CHECK (external_id <> ''),
    state           TEXT    NOT NULL,
    mid             TEXT,
    fingerprint     INTEGER,
    refused         INTEGER,
    acknowledged    INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
    removal_refused INTEGER NOT NULL DEFAULT 0 CHECK (removal_refused IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX client_not_at_rest ON client (state) WHERE state <> 'linked';

-- What the server last confirmed, read only for clients whose line says "look closer".
CREATE TABLE detail (
    external_id TEXT    PRIMARY KEY NOT NULL REFERENCES client,
    own         TEXT    NOT NULL,
    archived    INTEGER NOT NULL CHECK (archived IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    external_id     TEXT    NOT NULL REFERENCES client,
    mid             TEXT    NOT NULL,
    position        INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    ours            INTEGER NOT NULL CHECK (ours IN (0, 1)),
    fields          TEXT    NOT NULL,
    other_addresses TEXT    NOT NULL,
    PRIMARY KEY (external_id, mid)
) STRICT, WITHOUT ROWID;

-- A row exists exactly while a create, an update or a delete is under way or in doubt.
CREATE TABLE unfinished (
    external_id TEXT    PRIMARY KEY NOT NULL REFERENCES client,
    sent_at     INTEGER NOT NULL,
    desired     TEXT
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: the number of a run or an attempt that was pruned is never given again.
CREATE TABLE run (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    command     TEXT    NOT NULL,
    input       TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    exit_code   INTEGER,
    summary     TEXT
) STRICT;

CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    run         INTEGER NOT NULL REFERENCES run,
    external_id TEXT    NOT NULL REFERENCES client,
    request     TEXT    NOT NULL,
    sent_at     INTEGER NOT NULL,
    answered_at INTEGER,
    verdict     TEXT,
    status      INTEGER,
    message     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attempt_of_client ON attempt (external_id);
CREATE INDEX attempt_of_run ON attempt (run);

-- Line -1 is "no line": the client is gone from the file.
CREATE TABLE failure (
    external_id TEXT    NOT NULL,
    line        INTEGER NOT NULL,
    action      TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    status      INTEGER,
    message     TEXT    NOT NULL,
    desired     TEXT,
    PRIMARY KEY (external_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE stranger (
    mid      TEXT PRIMARY KEY NOT NULL,
    name_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stranger_by_name ON stranger (name_key);

-- Requests that may count against the quota; a block without an end may still be used up.
CREATE TABLE quota_block (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    count       INTEGER NOT NULL,
    reserved_at INTEGER NOT NULL,
    ended_at    INTEGER
) STRICT;
