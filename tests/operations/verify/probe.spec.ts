import * as assert from "node:assert/strict";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import { probesOf } from "../../../operations/verify/probe";
import type { Definition } from "../../../reading/definition";
import { definition } from "../../../reading/fields";
import { levelOf } from "../../../reading/severity";

const now = 1_795_478_400_000;

describe("the readings that verify publishes", () => {
  const parsed = (of: Definition) =>
    probesOf("verify-1", now, of).map(({ kind, payload, reading }) => {
      const verdict = createReadingParser(of)({
        deviceId: "verify-1",
        receivedAt: now,
        payload: payload.toString("base64"),
      });
      return [kind, verdict.ok ? "valid" : verdict.reason, levelOf(reading, of)];
    });

  const noneGood: Definition = {
    ...vehicle,
    fields: { state: { type: "one of", values: ["bad", "other"] } },
    severity: { field: "state", critical: ["bad"], warning: [], good: [] },
    remark: undefined,
  };
  const noSeverity: Definition = { fields: {}, unknownFields: "refused" };
  const cases: [what: string, of: Definition, expected: unknown[]][] = [
    ["the fields as they ship", definition, ["critical", "critical", "good"]],
    ["the fields of a vehicle", vehicle, ["critical", "critical", "good"]],
    ["no value that is called good", noneGood, ["critical", "critical", undefined]],
  ];
  for (const [what, of, [critical, invalid, valid]] of cases)
    it(`are one critical, one invalid and one valid, with ${what}`, () =>
      assert.deepEqual(parsed(of), [
        ["critical", "valid", critical],
        ["invalid", "wrong-type", invalid],
        ["valid", "valid", valid],
      ]));

  it("have no critical one without a severity", () =>
    assert.deepEqual(parsed(noSeverity), [
      ["invalid", "wrong-type", undefined],
      ["valid", "valid", undefined],
    ]));

  it("have values beyond the limits of their fields if they are critical, and usual ones otherwise", () => {
    const below: Definition = {
      ...definition,
      fields: {
        ...definition.fields,
        temperature: { type: "integer", least: -50, most: 50, limit: { below: -20 } },
      },
    };
    const temperatures = (of: Definition) =>
      probesOf("verify-1", now, of).map(({ reading }) => reading.temperature);
    assert.deepEqual(temperatures(definition), [140, 31.5, 31.5]);
    assert.deepEqual(temperatures(below), [-35, 0, 0]);
  });

  it("say in alerts that they are a test", () => {
    const [critical] = probesOf("verify-1", now);
    assert.equal((critical?.reading as { message?: string }).message, "Test by npm run verify");
    assert.equal(critical?.id, `verify-1#${now - 2000}`);
  });
});
