import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import {
  arn,
  bucketName,
  globalName,
  physicalName,
  type GloballyNameable,
  type Nameable,
} from "../../../components/parts/names";
import { deploy } from "../../support/deploy";

const legal: Record<Nameable, RegExp> = {
  application: /^[A-Za-z0-9_.-]{1,128}$/,
  alarm: /^[A-Za-z0-9_-]{1,255}$/,
  api: /^[A-Za-z0-9_-]{1,128}$/,
  archive: /^[A-Za-z0-9_-]{1,48}$/,
  "key alias": /^[A-Za-z0-9/_-]{1,250}$/,
  container: /^[A-Za-z0-9_-]{1,255}$/,
  database: /^[a-z0-9_]{1,255}$/,
  "delivery stream": /^[A-Za-z0-9_.-]{1,64}$/,
  "device policy": /^[A-Za-z0-9_-]{1,128}$/,
  "event bus": /^[A-Za-z0-9_-]{1,256}$/,
  "event rule": /^[A-Za-z0-9_-]{1,64}$/,
  pipe: /^[A-Za-z0-9_-]{1,64}$/,
  pipeline: /^[A-Za-z0-9][A-Za-z0-9-]{0,255}$/,
  schedule: /^[A-Za-z0-9_.-]{1,64}$/,
  "state machine": /^[A-Za-z0-9_-]{1,80}$/,
  "database cluster": /^(?=.{3,40}$)[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/,
  "security group": /^[A-Za-z0-9_-]{1,255}$/,
  "time series database": /^[A-Za-z0-9_-]{3,256}$/,
  "time series table": /^[A-Za-z0-9_-]{3,256}$/,
  endpoint: /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/,
  function: /^[A-Za-z0-9_-]{1,64}$/,
  grafana: /^[A-Za-z0-9_-]{1,255}$/,
  "quick sight": /^[A-Za-z0-9_-]{1,128}$/,
  queue: /^[A-Za-z0-9_-]{1,80}$/,
  "FIFO queue": /^[A-Za-z0-9_-]{1,75}$/,
  "role alias": /^[A-Za-z0-9=@-]{1,128}$/,
  rule: /^[A-Za-z0-9_]{1,128}$/,
  repository: /^[a-z0-9-]{2,256}$/,
  secret: /^[A-Za-z0-9/_+=.@-]{1,512}$/,
  stream: /^[A-Za-z0-9_-]{1,128}$/,
  "stream consumer": /^[A-Za-z0-9_.-]{1,128}$/,
  table: /^[A-Za-z0-9_-]{3,255}$/,
  topic: /^[A-Za-z0-9_-]{1,256}$/,
  warehouse: /^[a-z0-9-]{3,64}$/,
  workgroup: /^[A-Za-z0-9_-]{1,128}$/,
};

describe("physicalName", () => {
  before(() => deploy(() => undefined));

  it("joins project, stack and logical name", () => {
    assert.equal(
      physicalName("queue", "iot-to-sqs-queue"),
      "iot-integrations-test-iot-to-sqs-queue",
    );
    assert.equal(physicalName("rule", "iot-to-sqs-rule"), "iot_integrations_test_iot_to_sqs_rule");
  });

  it("is legal in each service for any logical name", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(legal) as Nameable[])),
        fc.string({ minLength: 1, maxLength: 300 }),
        (kind, logical) => assert.match(physicalName(kind, logical.toLowerCase()), legal[kind]),
      ),
    );
  });

  it("keeps long names with the same prefix distinct", () => {
    const long = "a".repeat(100);
    const [one, two] = [physicalName("function", `${long}1`), physicalName("function", `${long}2`)];
    assert.notEqual(one, two);
    assert.equal(one.length, 64);
    assert.ok(one.startsWith("iot-integrations-test-aaaa"));
  });
});

describe("globalName", () => {
  const named = async (kind: GloballyNameable, logicalName: string, preview = false) =>
    (await deploy(() => ({ name: globalName(kind, logicalName) }), { preview })).outputs.name;

  it("joins project, stack, short region and logical name, at preview too", async () => {
    assert.equal(await named("role", "rule-role", true), "iot-integrations-test-euc1-rule-role");
    assert.equal(await named("edge function", "guard"), "iot-integrations-test-euc1-guard");
  });

  it("keeps long names with the same prefix distinct, and the region in them", async () => {
    const long = "a".repeat(100);
    const [one, two] = [await named("role", `${long}1`), await named("role", `${long}2`)];
    assert.notEqual(one, two);
    assert.match(String(one), /^iot-integrations-test-euc1-a+-[0-9a-f]{8}$/);
    assert.equal(String(one).length, 64);
  });
});

describe("bucketName", () => {
  it("has the region, ends in the account's id and fits 63 characters", async () => {
    const made = await deploy(() => ({
      short: bucketName("batches"),
      long: bucketName("b".repeat(100)),
    }));
    assert.equal(made.outputs.short, "iot-integrations-test-euc1-batches-123456789012");
    assert.match(String(made.outputs.long), /^[a-z0-9-]{63}$/);
    assert.match(String(made.outputs.long), /^iot-integrations-test-euc1-.*-123456789012$/);
  });
});

describe("arn", () => {
  it("is known at the first preview of an empty stack", async () => {
    const made = await deploy(
      () => ({ queue: arn.queue("q"), bucket: arn.bucket("b"), role: arn.role("r") }),
      { preview: true },
    );
    assert.deepEqual(made.outputs, {
      queue: "arn:aws:sqs:eu-central-1:123456789012:q",
      bucket: "arn:aws:s3:::b",
      role: "arn:aws:iam::123456789012:role/r",
    });
  });
});
