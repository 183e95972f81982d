-- The pages of the last file anew, in more and smaller buckets. What was remembered is forgotten: one night is read row by row.
DELETE FROM imprint;
DELETE FROM awake;
DROP TABLE imprint_page;

-- The clients of one bucket.
CREATE TABLE imprint_lines (
    bucket INTEGER PRIMARY KEY,
    lines  BLOB NOT NULL
) STRICT;

-- In the same order the keys by which others are compared with them: apart, because all of them are read on a night on
-- which anybody is looked at, and the lines are not.
CREATE TABLE imprint_keys (
    bucket INTEGER PRIMARY KEY,
    keys   BLOB NOT NULL
) STRICT;
