import * as assert from "node:assert/strict";
import type { Finding } from "../../local/policy-check/finding";
import type { RecordedResource } from "../../local/program";
import { rules } from "../../policies/rules";
import { alternatives } from "../support/alternatives";
import { findings } from "../support/policy";
import { alternativePrograms } from "./whole-program";

/** A resource that each configuration adds, and the policies that give advice about it. */
const added = [
  { name: "iot-to-splunk-sender", advice: [] },
  { name: "iot-to-datadog-logs", advice: [] },
  // An application of Apache Flink exceeds the budget of the pack on its own.
  { name: "iot-to-analytics-flink", advice: ["aws-stack-limit-idle-cost"] },
  { name: "iot-to-timestream-rule", advice: [] },
];

/** The settings of the integrations that differ. */
const described = (changes: Record<string, string>): string =>
  Object.entries(changes)
    .filter(
      ([key]) => !/:(integrations|hecEndpoint|flinkPackage|destinationArn|secretArn)$/.test(key),
    )
    .flat()
    .join(" ");

describe("The program in the configurations that the local stack does not have", function () {
  this.timeout(120_000);
  let programs: RecordedResource[][];
  before(async () => {
    programs = await alternativePrograms();
  });

  for (const [index, changes] of alternatives.entries())
    it(`passes every rule without unverified inputs: ${described(changes)}`, async () => {
      const program = programs[index] ?? [];
      const { name, advice = [] } = added[index] ?? {};
      assert.ok(program.some((resource) => resource.name === name));
      const found = await findings(rules, program);
      const advises = ({ level, policy, urn }: Finding): boolean =>
        level === "advisory" && urn.endsWith(`::${name}`) && advice.includes(policy);
      assert.deepEqual(
        found
          .filter((one) => !advises(one))
          .map(({ level, policy, urn, message }) => `${level} ${policy} ${urn} ${message}`),
        [],
      );
      assert.deepEqual(
        found.filter(advises).map(({ policy }) => policy),
        advice,
      );
    });
});
