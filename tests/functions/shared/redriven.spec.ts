import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { envelopeSql, validReadingsSql } from "../../../components/parts/telemetry-sql";
import { createEnvelopeOpener } from "../../../functions/shared/envelope";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import { redriveTopic } from "../../../operations/redrive/topics";
import { ruleOf } from "../../iot-sql/evaluation";
import { readingOf, receivedAt as now } from "../../support/events";

const day = 86_400_000;
const toCallbacks = ruleOf(envelopeSql("plant/devices"));
const toHistory = ruleOf(validReadingsSql("plant/devices", 30));
const openEnvelope = createEnvelopeOpener();
const parse = createReadingParser();

/** Whether the history keeps a reading of this time that arrives now on a topic; the callbacks must say the same. */
function isKept(topic: string, timestamp: number): boolean {
  const message = {
    topic,
    payload: Buffer.from(JSON.stringify(readingOf({ timestamp }))),
    ...{ clientId: "n/a", principal: "n/a", sourceIp: "192.0.2.7", accountId: "123456789012" },
    traceId: "6f1b2c3d-0000-4000-8000-000000000000",
    timestamp: now,
  };
  const kept = toHistory.evaluate(message).matched;
  const sent = toCallbacks.evaluate(message);
  assert.ok(sent.matched);
  const envelope = openEnvelope(Buffer.from(sent.payload).toString());
  assert.ok(envelope);
  const verdict = parse(envelope);
  assert.equal(verdict.ok, kept, JSON.stringify(verdict));
  if (!verdict.ok) assert.equal(verdict.reason, "clock-behind");
  return kept;
}

const own = "plant/devices/pump-7/telemetry";

describe("a reading that is redriven days after its receipt", () => {
  for (const days of [8, 13])
    it(`is kept by history and callbacks after ${days} days, and not from the device's topic`, () => {
      const first = now - days * day;
      assert.equal(isKept(redriveTopic("any", own, first), first), true);
      assert.equal(isKept(own, first), false);
    });

  it("is judged as it was at its first receipt, whatever the wait", () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(fc.nat(60 * day), fc.nat(10 * day), (wait, age) => {
        const first = now - wait;
        const kept = isKept(redriveTopic("any", own, first), first - age);
        assert.equal(kept, age <= 7 * day);
        seen.add(kept);
      }),
      { numRuns: 1000 },
    );
    assert.equal(seen.size, 2);
  });
});
