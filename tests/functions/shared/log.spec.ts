import * as assert from "node:assert/strict";
import { describeError, log } from "../../../functions/shared/log";
import { count } from "../../../functions/shared/metrics";
import { logged } from "../logged";

describe("log", () => {
  it("writes one line of JSON, whatever the fields hold", async () => {
    const { lines } = await logged(() => {
      log("warn", "two\nlines", { deviceId: 'a"b', missing: undefined, nested: { a: [1] } });
      log("info", "alone");
    });
    assert.deepEqual(lines, [
      { level: "warn", message: "two\nlines", deviceId: 'a"b', nested: { a: [1] } },
      { level: "info", message: "alone" },
    ]);
  });
});

describe("describeError", () => {
  it("names an error as AWS does", () => {
    const error = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    assert.equal(describeError(error), "ThrottlingException: slow down");
  });

  it("describes thrown values that are not errors", () => {
    assert.equal(describeError("gone"), "gone");
    assert.equal(describeError(undefined), "undefined");
  });
});

describe("count", () => {
  it("writes counts in CloudWatch's embedded metric format, each metric declared and present", async () => {
    const earliest = Date.now();
    const { lines } = await logged(() => count("iot-to-sqs", { Received: 3, Failed: 0 }));
    assert.equal(lines.length, 1);
    const { _aws, ...values } = lines[0] as { _aws: { Timestamp: number } };
    const { Timestamp, ...declared } = _aws;
    assert.ok(earliest <= Timestamp && Timestamp <= Date.now());
    assert.deepEqual(values, { integration: "iot-to-sqs", Received: 3, Failed: 0 });
    assert.deepEqual(declared, {
      CloudWatchMetrics: [
        {
          Namespace: "IotIntegrations",
          Dimensions: [["integration"]],
          Metrics: [
            { Name: "Received", Unit: "Count" },
            { Name: "Failed", Unit: "Count" },
          ],
        },
      ],
    });
  });

  it("writes counts by function once more if alarms of one stack watch them", async () => {
    const { lines } = await logged(() => count("iot-to-analytics", { Spilled: 1 }, "dev-averager"));
    const { _aws, ...values } = lines[0] as {
      _aws: { CloudWatchMetrics: { Dimensions: unknown }[] };
    };
    assert.deepEqual(values, {
      integration: "iot-to-analytics",
      FunctionName: "dev-averager",
      Spilled: 1,
    });
    assert.deepEqual(
      _aws.CloudWatchMetrics.map(({ Dimensions }) => Dimensions),
      [[["integration"], ["FunctionName"]]],
    );
  });
});
