import * as assert from "node:assert/strict";
import { busOf } from "../../../operations/redrive/failures-queue";

const ofRule = (StringValue: string) => ({
  MessageAttributes: { RULE_ARN: { DataType: "String", StringValue } },
});
const events = "arn:aws:events:eu-central-1:123456789012";

describe("the attributes of a dead letter", () => {
  it("returns the bus of the rule that could not deliver it", () => {
    assert.equal(busOf(ofRule(`${events}:rule/telemetry-bus/incidents`)), "telemetry-bus");
    assert.equal(busOf(ofRule(`${events}:rule/incidents`)), "default");
  });

  it("returns no bus if no rule wrote the message", () => {
    for (const message of [{}, { MessageAttributes: {} }, ofRule(`${events}:archive/telemetry`)])
      assert.equal(busOf(message), undefined);
  });
});
