-- The last run over a whole file that no guard stopped: its number, the clients that the file named, and whether the file
-- ended with a line end. Later files are compared with it.
ALTER TABLE book ADD COLUMN full_run INTEGER;
ALTER TABLE book ADD COLUMN full_clients INTEGER;
ALTER TABLE book ADD COLUMN full_line_end INTEGER CHECK (full_line_end IN (0, 1));
-- Counts the commits that change what is known of clients: a saved plan belongs to one of these numbers.
ALTER TABLE book ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- From how many full runs in a row a client, or a person of one, was absent. An empty mid stands for the client itself.
CREATE TABLE absence (
    external_id TEXT    NOT NULL,
    mid         TEXT    NOT NULL,
    runs        INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    PRIMARY KEY (external_id, mid)
) STRICT, WITHOUT ROWID;

-- What guards have kept back. A hold that is closed keeps its line for a while, without the clients.
CREATE TABLE hold (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    reason      TEXT    NOT NULL,
    digest      TEXT    NOT NULL,
    items       INTEGER NOT NULL,
    run         INTEGER NOT NULL,
    made_at     INTEGER NOT NULL,
    approved_at INTEGER,
    closed_at   INTEGER,
    ending      TEXT,
    CHECK ((closed_at IS NULL) = (ending IS NULL))
) STRICT;
CREATE INDEX hold_open ON hold (id) WHERE closed_at IS NULL;

-- The exact list of a hold: each change with the digest of what it would send.
CREATE TABLE held (
    hold        INTEGER NOT NULL REFERENCES hold,
    external_id TEXT    NOT NULL,
    digest      TEXT    NOT NULL,
    change      TEXT    NOT NULL,
    PRIMARY KEY (hold, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_of_client ON held (external_id);
