import * as assert from "node:assert/strict";
import { Table, type TableArgs } from "../../../components/parts/table";
import { deploy } from "../../support/deploy";
import { arns, shared } from "../support";

describe("Table", () => {
  const deployed = (args: Partial<TableArgs> = {}) =>
    deploy(() => {
      const table = new Table("demo", {
        partitionKey: "deviceId",
        alarms: shared().alarms,
        ...args,
      });
      return { name: table.name, arn: table.arn, index: table.indexArn("by-size") };
    });
  const safe = {
    name: "iot-integrations-test-demo",
    billingMode: "PAY_PER_REQUEST",
    hashKey: "deviceId",
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    deletionProtectionEnabled: true,
  };

  it("is on-demand, restorable, encrypted, protected, has one key, and keeps its items", async () =>
    assert.deepEqual((await deployed()).only("aws:dynamodb/table:Table"), {
      ...safe,
      attributes: [{ name: "deviceId", type: "S" }],
    }));

  it("has a numeric sort key, expiry and no protection, if configured", async () => {
    const made = await deployed({
      sortKey: "timestamp",
      expiry: "expiresAt",
      deletionProtection: false,
    });
    assert.deepEqual(made.only("aws:dynamodb/table:Table"), {
      ...safe,
      rangeKey: "timestamp",
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "timestamp", type: "N" },
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      deletionProtectionEnabled: false,
    });
  });

  it("has a sort key of text, if configured", async () => {
    const made = await deployed({ sortKey: { name: "readingKey", type: "S" } });
    assert.deepEqual(made.only("aws:dynamodb/table:Table"), {
      ...safe,
      rangeKey: "readingKey",
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "readingKey", type: "S" },
      ],
    });
  });

  it("has a keys-only index by another key, if configured", async () => {
    const made = await deployed({ index: { name: "by-size", partitionKey: "size" } });
    assert.deepEqual(made.only("aws:dynamodb/table:Table"), {
      ...safe,
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "size", type: "S" },
      ],
      globalSecondaryIndexes: [
        { name: "by-size", hashKey: "size", rangeKey: "deviceId", projectionType: "KEYS_ONLY" },
      ],
    });
  });

  it("has ARNs that are known before it exists", async () =>
    assert.deepEqual((await deployed()).outputs, {
      name: "iot-integrations-test-demo",
      arn: arns.table("demo"),
      index: `${arns.table("demo")}/index/by-size`,
    }));

  it("is alarmed when a write is throttled", async () => {
    const { metricName, dimensions, statistic, threshold } = (await deployed()).only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "demo-throttled",
    );
    assert.deepEqual(
      [metricName, dimensions, statistic, threshold],
      ["WriteThrottleEvents", { TableName: "iot-integrations-test-demo" }, "Sum", 0],
    );
  });
});
