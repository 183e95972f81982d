-- What the last whole file was like, so that a night in which little changed costs little: the terms under which it was
-- read, the file itself, 16,384 sums of clients of which nothing is to be said, and what they add up to.
CREATE TABLE imprint (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    run      INTEGER NOT NULL,
    terms    TEXT    NOT NULL,
    bytes    INTEGER NOT NULL,
    digest   BLOB    NOT NULL,
    form     TEXT    NOT NULL,
    sums     BLOB    NOT NULL,
    totals   TEXT    NOT NULL
) STRICT;

-- The clients of one bucket: their lines, and in the same order the keys by which others are compared with them.
CREATE TABLE imprint_page (
    bucket INTEGER PRIMARY KEY,
    lines  BLOB NOT NULL,
    keys   BLOB NOT NULL
) STRICT;

-- Clients that are looked at in any case. Whatever touches the line of a client wakes it.
CREATE TABLE awake (
    external_id TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER client_came AFTER INSERT ON client WHEN EXISTS (SELECT 1 FROM imprint) BEGIN
    INSERT INTO awake SELECT NEW.external_id
        WHERE NOT EXISTS (SELECT 1 FROM awake WHERE external_id = NEW.external_id);
END;
CREATE TRIGGER client_stirred AFTER UPDATE ON client WHEN EXISTS (SELECT 1 FROM imprint) BEGIN
    INSERT INTO awake SELECT NEW.external_id
        WHERE NOT EXISTS (SELECT 1 FROM awake WHERE external_id = NEW.external_id);
END;
CREATE TRIGGER client_went AFTER DELETE ON client WHEN EXISTS (SELECT 1 FROM imprint) BEGIN
    INSERT INTO awake SELECT OLD.external_id
        WHERE NOT EXISTS (SELECT 1 FROM awake WHERE external_id = OLD.external_id);
END;
