import * as assert from "node:assert/strict";
import type { Evidence } from "../../../../local/audit/integration-audit";
import { integrationAudits } from "../../../../local/audit/integration-audits";
import { askForEveryDevice, audit } from "../../../../local/audit/integrations/api-to-devices";
import { installMilliseconds } from "../../../support/emulator";
import { readingOf } from "../../integrations/readings";
import { stateAt } from "../../integrations/tables";
import { deployed, type World } from "../../integrations/world";
import { without } from "../../integrations/permissions";

describe("the audit of api-to-devices", function () {
  this.timeout(120_000);
  let world: World;
  const evidence = () => world as unknown as Evidence;
  const names = ["audited-a", "audited-b"];

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    for (const name of names) {
      const { publish } = await world.device(name);
      const reading = readingOf(name);
      await publish(reading);
      await stateAt(world, name, reading.timestamp);
    }
  });

  it("queries every device, and compares the responses with the table", async () => {
    const { requests, answered, ...faults } = await askForEveryDevice(evidence());
    assert.deepEqual(faults, { errors: 0, differing: [] });
    assert.ok(requests > names.length);
    assert.equal(answered, requests);
    const check = await audit.check?.(evidence());
    assert.equal(check?.passed, true);
    assert.equal(
      check?.sentence,
      `api-to-devices: ${requests} requests, ${requests} answered, 0 errors; the responses match the state table.`,
    );
  });

  it("counts failed requests, and names missing devices", async () => {
    const [answers, check] = await without(
      world,
      ["api-to-devices-reader-role/ReadState"],
      async () => [await askForEveryDevice(evidence()), await audit.check?.(evidence())] as const,
    );
    assert.ok(answers.errors > 0);
    assert.equal(answers.errors, answers.requests - answers.answered);
    assert.deepEqual(
      names.filter((name) => !answers.differing.includes(name)),
      [],
    );
    assert.equal(check?.passed, false);
    assert.match(check?.sentence ?? "", /[1-9]\d* errors; of \d+ devices it does not say what/);
  });

  it("is skipped without an API", async () => {
    const of = { ...world.outputs.of, "api-to-devices": undefined };
    const audits = await integrationAudits({ ...world.outputs, of });
    assert.ok(audits.length > 0);
    assert.equal(
      audits.find(({ stem }) => stem === "api-to-devices"),
      undefined,
    );
  });
});
