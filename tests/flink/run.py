"""Runs the SQL of the windows in Apache Flink, as a batch, over a file of readings; prints a JSON list of windows."""

import json
import sys

from pyflink.table import EnvironmentSettings, TableEnvironment


def main(readings, sql, field, above, lateness_seconds, columns):
    table_env = TableEnvironment.create(EnvironmentSettings.in_batch_mode())
    table_env.get_config().set("table.local-time-zone", "UTC").set("parallelism.default", "1")
    names = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
    table_env.execute_sql(
        f"CREATE TEMPORARY TABLE readings (deviceId STRING, `timestamp` BIGINT, receivedAt BIGINT, {names}) "
        f"WITH ('connector' = 'filesystem', 'path' = '{readings}', 'format' = 'json')"
    )
    # A repetition has the same device, time and fields; when it was received does not matter.
    fields = ", ".join(f"`{name}`" for name in columns)
    table_env.execute_sql(
        f"CREATE TEMPORARY VIEW counted AS SELECT DISTINCT deviceId, `timestamp`, {fields}, "
        "TO_TIMESTAMP_LTZ(`timestamp`, 3) AS takenAt FROM readings "
        f"WHERE `{field}` > {above} AND "
        f"receivedAt < (`timestamp` / 60000 + 1) * 60000 + {lateness_seconds} * 1000"
    )
    with open(sql, encoding="utf-8") as file:
        query = file.read().replace("${field}", f"`{field}`")
    with table_env.execute_sql(query).collect() as rows:
        print(json.dumps([list(row) for row in rows]))


if __name__ == "__main__":
    main(*sys.argv[1:6], json.loads(sys.argv[6]))
