-- What is kept so that it need not be counted, or asked for, each time anew.

-- How many clients are in each state; every state has its line. SQLite keeps it with each client that comes or turns, in the same
-- transaction: whoever rebuilds the table of clients must make these triggers again.
CREATE TABLE population (
    state   TEXT    PRIMARY KEY NOT NULL,
    clients INTEGER NOT NULL CHECK (clients >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO population VALUES ('new', 0), ('creating', 0), ('linked', 0), ('patching', 0), ('removing', 0), ('refused', 0),
    ('missing', 0), ('conflict', 0), ('removed', 0);
UPDATE population SET clients = counted.clients
    FROM (SELECT state, count(*) AS clients FROM client GROUP BY state) AS counted
    WHERE counted.state = population.state;

CREATE TRIGGER client_comes AFTER INSERT ON client BEGIN
    UPDATE population SET clients = clients + 1 WHERE state = new.state;
END;
CREATE TRIGGER client_goes AFTER DELETE ON client BEGIN
    UPDATE population SET clients = clients - 1 WHERE state = old.state;
END;
CREATE TRIGGER client_turns AFTER UPDATE OF state ON client WHEN old.state <> new.state BEGIN
    UPDATE population SET clients = clients + iif(state = new.state, 1, -1) WHERE state IN (old.state, new.state);
END;

-- By what the key is known again that was seen to belong to the partner: a digest. NULL when the server must be asked.
ALTER TABLE book ADD COLUMN key_mark TEXT;

-- Failures are counted by their outcome, and most of them forgotten by it, without a look at their rows.
CREATE INDEX failure_by_outcome ON failure (outcome);
