import * as assert from "node:assert/strict";
import { busOf } from "../../../operations/redrive/failures-queue";

const ofRule = (StringValue: string) => ({
  MessageAttributes: { RULE_ARN: { DataType: "String", StringValue } },
});
const place = "eu-central-1:123456789012";
const events = "arn:aws:events:eu-central-1:123456789012";

describe("the attributes of a dead letter", () => {
  it("returns the bus of the rule that could not deliver it", () => {
    assert.equal(busOf(ofRule(`${events}:rule/telemetry-bus/incidents`), place), "telemetry-bus");
    assert.equal(busOf(ofRule(`${events}:rule/incidents`), place), "default");
  });

  it("returns no bus of another account or region", () => {
    for (const other of ["eu-central-1:999999999999", "us-east-1:123456789012"]) {
      const rule = `arn:aws:events:${other}:rule/telemetry-bus/incidents`;
      assert.equal(busOf(ofRule(rule), place), rule);
    }
  });

  it("returns no bus if no rule wrote the message", () => {
    for (const message of [{}, { MessageAttributes: {} }, ofRule(`${events}:archive/telemetry`)])
      assert.equal(busOf(message, place), undefined);
  });
});
