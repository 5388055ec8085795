"""Reads history files below a folder as one table, as anybody with DuckDB would, and prints what it finds as JSON."""

import json
import sys

import duckdb

folder = sys.argv[1]
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")
connection.execute(
    "CREATE VIEW history AS SELECT * FROM read_parquet(?, hive_partitioning = true)".replace(
        "?", "'" + (folder + "/history/**/*.parquet").replace("'", "''") + "'"
    )
)
types = {name: kind for name, kind, *_ in connection.execute("DESCRIBE history").fetchall()}
months = connection.execute(
    """
    SELECT team, region, metric, month, count(*), sum(value), count(DISTINCT timestamp),
           epoch_ms(min(timestamp)), epoch_ms(max(timestamp))
    FROM history GROUP BY ALL ORDER BY ALL
    """
).fetchall()
# One partition, one hour: the filter on the folders' names must leave the same rows as one on the times.
hour = connection.execute(
    """
    SELECT epoch_ms(timestamp), value FROM history
    WHERE team = 'checkout' AND month = '2026-01' AND timestamp < TIMESTAMPTZ '2026-01-01 01:00:00+00' ORDER BY ALL
    """
).fetchall()
print(json.dumps({"types": types, "months": months, "hour": hour}))
