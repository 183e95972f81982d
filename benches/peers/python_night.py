"""A quiet night as a small script would do it: csv, a hash of each row, and a table of hashes in SQLite.

`prepare FILE DATABASE` writes the table, `plan FILE DATABASE` prints how many rows are new, changed, the same and gone.
"""

import csv
import hashlib
import sqlite3
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            yield row[0], hashlib.sha256("\x1f".join(row).encode()).digest()


def prepare(path, database):
    database.execute("CREATE TABLE ledger (key TEXT PRIMARY KEY, hash BLOB) WITHOUT ROWID")
    database.executemany("INSERT INTO ledger VALUES (?, ?)", rows(path))
    database.commit()


def plan(path, database):
    known = dict(database.execute("SELECT key, hash FROM ledger"))
    new = changed = same = 0
    for key, row in rows(path):
        before = known.pop(key, None)
        if before is None:
            new += 1
        elif before == row:
            same += 1
        else:
            changed += 1
    print(new, changed, same, len(known))


{"prepare": prepare, "plan": plan}[sys.argv[1]](sys.argv[2], sqlite3.connect(sys.argv[3]))
