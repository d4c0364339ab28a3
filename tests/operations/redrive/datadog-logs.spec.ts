import * as assert from "node:assert/strict";
import { createLogWriter } from "../../../functions/iot-to-datadog/log-entry";
import { fromDatadogLogs } from "../../../operations/redrive/datadog-logs";
import { objectIn, type Json } from "../../../operations/redrive/json";
import { ownOf } from "../../../operations/redrive/own";
import { plan, type PlanClients } from "../../../operations/redrive/plan";
import { understandRecords } from "../../../operations/redrive/records";
import { readStackOutputs } from "../../../operations/stack-outputs";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { deliveryErrors, objectCreated } from "./bodies";

const write = createLogWriter({ service: "iot-devices" }, () => receivedAt);
const logOf = (reading = readingOf()): string =>
  write({ id: "1", reading, envelope: { deviceId: reading.deviceId, receivedAt, payload: "" } });
const original = {
  topic: "devices/pump-7/telemetry",
  payload: Buffer.from(JSON.stringify(readingOf())),
  receivedAt,
  rewritten: `pump-7#${readingOf().timestamp}`,
};

describe("Logs that Datadog has not accepted", () => {
  it("are the readings of their devices again, with their first time of receipt", () =>
    assert.deepEqual(fromDatadogLogs([objectIn(logOf()), objectIn(logOf())], "devices"), {
      kind: "originals",
      originals: [original, original],
    }));

  it("are understood all or not at all", () => {
    const mixed = [logOf(), envelopeOf(readingOf())];
    assert.equal(understandRecords([logOf()], "devices").kind, "originals");
    assert.equal(understandRecords(mixed, "devices").kind, "unknown");
    assert.equal(fromDatadogLogs([], "devices"), undefined);
  });

  const changed = (changes: Json): Json => ({ ...objectIn(logOf()), ...changes });
  for (const [what, log] of Object.entries<Json | undefined>({
    "that are no objects": undefined,
    "of a host that is no level of a topic": changed({
      hostname: "a/b",
      reading: { ...readingOf(), deviceId: "a/b" },
    }),
    "of another host than the device": changed({ hostname: "pump-8" }),
    "without a reading": changed({ reading: "text" }),
    "without a time of receipt": changed({ received_at: null }),
    "with a negative time of receipt": changed({ received_at: -1 }),
    "with a text for the time of receipt": changed({ received_at: "1" }),
  }))
    it(`are not redriven ${what}`, () =>
      assert.equal(fromDatadogLogs([log], "devices"), undefined));

  describe("in the bucket of failed batches", () => {
    const outputs = (more: Record<string, string>) => ({
      devicePolicyName: "device",
      topicPrefix: "devices",
      alarms: { topicArn: "arn:aws:sns:eu-central-1:123456789012:alarms" },
      "iot-to-datadog": { ruleName: "points", failuresUrl: "https://q/f", ...more },
    });
    const planned = async (more: Record<string, string>, bucket: string) => {
      const transformToString = async () => deliveryErrors(logOf());
      const clients = { s3: { send: async () => ({ Body: { transformToString } }) } };
      const message = { MessageId: "m", Body: objectCreated({ bucket, key: "k" }) };
      const own = ownOf(readStackOutputs(outputs(more)), "iot-to-datadog");
      return plan(clients as unknown as PlanClients, message, own);
    };

    it("pass the rule before their delivery stream again, and not the one for points", async () => {
      const more = { failedBatchesBucket: "batches", failedBatchesRuleName: "logs" };
      const { originals } = await planned(more, "batches");
      assert.deepEqual(originals, [{ ...original, ruleName: "logs" }]);
    });

    it("pass the only rule of an integration without another", async () => {
      const { originals } = await planned({ failedBatchesBucket: "batches" }, "batches");
      assert.deepEqual(originals, [original]);
    });

    it("pass the rule of the integration from another of its buckets", async () => {
      const more = {
        ...{ failedBatchesBucket: "batches", failedBatchesRuleName: "logs" },
        otherBucket: "other",
      };
      const { originals } = await planned(more, "other");
      assert.deepEqual(originals, [original]);
    });

    it("are not read from the bucket of another stack", async () => {
      const more = { failedBatchesBucket: "batches", failedBatchesRuleName: "logs" };
      await assert.rejects(planned(more, "theirs"), /the bucket theirs, which is not of this part/);
    });
  });
});
