import * as assert from "node:assert/strict";
import { apiSentence, auditApi, isFaultless } from "../../../../local/account/sinks/api-to-devices";
import type { Evidence } from "../../../../local/account/sinks";
import { installMilliseconds } from "../../../support/emulator";
import { readingOf } from "../../integrations/readings";
import { stateAt } from "../../integrations/tables";
import { deployed, type World } from "../../integrations/world";
import { without } from "../../integrations/permissions";

describe("the account of api-to-devices", function () {
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

  it("has asked for every device, and found what the table says", async () => {
    const account = await auditApi(evidence());
    assert.ok(account);
    const { requests, answered, ...faults } = account;
    assert.deepEqual(faults, { errors: 0, differing: [] });
    assert.ok(requests > names.length && answered === requests, apiSentence(account));
    assert.ok(isFaultless(account));
    assert.equal(
      apiSentence(account),
      `api-to-devices: ${requests} requests, ${requests} answered, 0 errors; it says of each device what the state table says.`,
    );
  });

  it("counts what is not answered, and names devices of which nothing is said", async () => {
    const account = await without(world, ["api-to-devices-reader-role/ReadState"], () =>
      auditApi(evidence()),
    );
    assert.ok(account);
    assert.equal(account.errors, account.requests - account.answered);
    assert.deepEqual(
      names.filter((name) => !account.differing.includes(name)),
      [],
    );
    assert.equal(isFaultless(account), false);
    assert.match(apiSentence(account), /[1-9]\d* errors; of \d+ devices it does not say what/);
  });

  it("is left out where there is no API", async () => {
    const outputs = { ...world.outputs, apis: {} };
    assert.equal(await auditApi({ ...evidence(), outputs: outputs as never }), undefined);
  });
});
