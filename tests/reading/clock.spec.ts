import * as assert from "node:assert/strict";
import { validReadingsSql } from "../../components/parts/telemetry-sql";
import { createReadingParser } from "../../functions/shared/reading-parser";
import { spoilsOf } from "../../local/devices/invalid";
import { fieldTable } from "../../operations/fields/table";
import { timeBoundsOf } from "../../reading/clock";
import type { Definition } from "../../reading/definition";
import { definition as shipped } from "../../reading/fields";
import { ruleOf } from "../iot-sql/evaluation";
import { readingOf, receivedAt } from "../support/events";

const strict: Definition = { ...shipped, clock: { minutesAhead: 1, daysBehind: 2 } };

describe("the times that a reading may have", () => {
  it("are 5 minutes ahead and 7 days behind unless the definition says otherwise", () => {
    const { mostAhead, mostBehind } = timeBoundsOf(shipped);
    assert.deepEqual([mostAhead, mostBehind], [300_000, 604_800_000]);
  });

  it("are those of the definition, in the validator, the SQL, the load and the documentation", () => {
    const parse = createReadingParser(strict);
    const rule = ruleOf(validReadingsSql("devices", 1, strict));
    const judge = (payload: Uint8Array): string => {
      const encoded = Buffer.from(payload).toString("base64");
      const verdict = parse({ deviceId: "pump-7", receivedAt, payload: encoded });
      const topic = "devices/pump-7/telemetry";
      const kept = rule.evaluate({ topic, payload, timestamp: receivedAt });
      assert.equal(kept.matched, verdict.ok);
      return verdict.ok ? "accepted" : `${verdict.reason}: ${verdict.detail}`;
    };
    const at = (ahead: number) =>
      judge(Buffer.from(JSON.stringify(readingOf({ timestamp: receivedAt + ahead }))));
    assert.equal(at(60_000), "accepted");
    assert.equal(at(-172_800_000), "accepted");
    assert.match(at(60_001), /^clock-ahead: .* more than 1 minute after /);
    assert.match(at(-172_800_001), /^clock-behind: .* more than 2 days before /);
    const spoils = new Map(spoilsOf(strict));
    for (const fault of ["ahead", "behind"])
      assert.match(
        judge(spoils.get(`clock ${fault}`)?.(readingOf()) ?? Buffer.alloc(0)),
        new RegExp(`^clock-${fault}:`),
      );
    assert.ok(fieldTable(strict).includes("at most 1 minute ahead, 2 days behind"));
  });
});
