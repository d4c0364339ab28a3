import * as assert from "node:assert/strict";
import type { RecordedResource } from "../../local/program";
import { rules } from "../../policies/rules";
import { alternatives } from "../support/alternatives";
import { findings } from "../support/policy";
import { alternativePrograms } from "./whole-program";

/** A resource that each configuration adds. */
const added = ["iot-to-splunk-sender", "iot-to-datadog-logs", "iot-to-timestream-rule"];

describe("The program in the configurations that the local stack does not have", function () {
  this.timeout(120_000);
  let programs: RecordedResource[][];
  before(async () => {
    programs = await alternativePrograms();
  });

  for (const [index, changes] of alternatives.entries())
    it(`passes every rule without unverified inputs: ${Object.entries(changes).flat().slice(4).join(" ")}`, async () => {
      const program = programs[index] ?? [];
      assert.ok(program.some(({ name }) => name === added[index]));
      const found = await findings(rules, program);
      assert.deepEqual(
        found.map(({ level, policy, urn, message }) => `${level} ${policy} ${urn} ${message}`),
        [],
      );
    });
});
