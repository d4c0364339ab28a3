"""Runs averages.sql in Amazon Managed Service for Apache Flink, which writes the application's properties to a file.

https://docs.aws.amazon.com/managed-flink/latest/java/how-python-programming.html
"""

import json
import os
from string import Template

from pyflink.table import EnvironmentSettings, TableEnvironment

PROPERTIES = "/etc/flink/application_properties.json"
SQL = os.path.join(os.path.dirname(os.path.realpath(__file__)), "averages.sql")


def options(of):
    """The options of a table, for its WITH clause."""
    return ", ".join(f"'{name}' = '{value}'" for name, value in of.items())


def statements(values):
    """The statements of averages.sql with their values."""
    with open(SQL, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("--")]
    filled = Template("".join(lines)).substitute(values)
    return [one.strip() for one in filled.split(";\n") if one.strip()]


def run(source, sink, rules, table_env):
    """Starts the job that reads from source and writes to sink, both by the options of their connectors."""
    inserts = table_env.create_statement_set()
    for statement in statements({**rules, "source": options(source), "sink": options(sink)}):
        if statement.startswith("INSERT"):
            inserts.add_insert_sql(statement)
        else:
            table_env.execute_sql(statement)
    return inserts.execute()


def main():
    with open(PROPERTIES, encoding="utf-8") as file:
        groups = {group["PropertyGroupId"]: group["PropertyMap"] for group in json.load(file)}
    table_env = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    # A task whose shards have no readings must not hold back the windows of the others.
    table_env.get_config().set("table.exec.source.idle-timeout", "60 s")
    run(groups["source"], groups["sink"], groups["rules"], table_env)


if __name__ == "__main__":
    main()
