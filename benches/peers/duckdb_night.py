"""A quiet night with DuckDB and a table of hashes in its file.

`prepare FILE DATABASE` writes the table, `plan FILE DATABASE` prints how many rows are new, changed, the same and gone.
"""

import sys

import duckdb

READ = "SELECT client_external_id AS key, hash(t) AS hash FROM read_csv(?, all_varchar = true, header = true) AS t"
PLAN = f"""
SELECT count(*) FILTER (l.key IS NULL), count(*) FILTER (l.hash <> f.hash), count(*) FILTER (l.hash = f.hash),
    count(*) FILTER (f.key IS NULL)
FROM ({READ}) AS f FULL JOIN ledger AS l ON f.key = l.key
"""

step, path, database = sys.argv[1:]
connection = duckdb.connect(database, read_only=step == "plan")
if step == "prepare":
    connection.execute(f"CREATE TABLE ledger AS {READ}", [path])
else:
    print(*connection.execute(PLAN, [path]).fetchone())
