"""Runs flink/averages.sql over files as the application runs it over streams: as a stream, which ends with the last reading."""

import json
import os
import sys

from pyflink.table import EnvironmentSettings, TableEnvironment

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../flink"))
from main import run  # noqa: E402


def main(readings, results, rules):
    table_env = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    # One task keeps the order of the file; a file is read so fast that watermarks of the usual interval would all come at its end.
    config = table_env.get_config()
    config.set("parallelism.default", "1").set("pipeline.auto-watermark-interval", "1 ms")
    # The log has what Flink drops.
    reporter = "metrics.reporter.slf4j"
    config.set("metrics.reporters", "slf4j").set(f"{reporter}.interval", "100 MILLISECONDS")
    config.set(f"{reporter}.factory.class", "org.apache.flink.metrics.slf4j.Slf4jReporterFactory")
    files = {"connector": "filesystem", "format": "json"}
    source, sink = {**files, "path": readings}, {**files, "path": results}
    run(source, sink, json.loads(rules), table_env).wait()


if __name__ == "__main__":
    main(*sys.argv[1:4])
