import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { openApi, type Api } from "./api";
import { describeDenials } from "./denials";
import { eventually } from "./eventually";
import { assertLogged } from "./functions";
import { without } from "./permissions";
import { readingOf } from "./readings";
import { stateAt, timesOf } from "./tables";
import { counted } from "./averages";
import { deployed, type World } from "./world";

const reader = "api-to-devices-reader";
const role = `${reader}-role`;

// The integration writes nothing, so no message can be lost: the caller receives an error, and the log has the reason.
describeDenials(["api-to-devices"], ({ denied, unseen }) => {
  let world: World;
  let api: Api;
  const device = "denied-api";
  const paths = {
    list: "/devices",
    state: `/devices/${device}`,
    history: `/devices/${device}/history`,
    averages: `/devices/${device}/averages`,
  } as const;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    api = openApi(world);
    const { publish } = await world.device(device);
    const reading = readingOf(device, { temperature: 91 });
    await publish(reading);
    await counted(world, device, 1);
    await stateAt(world, device, reading.timestamp);
    await eventually("its history", async () => (await timesOf(world, device)).length === 1);
  });

  const statuses = async (): Promise<Record<keyof typeof paths, number>> => {
    const [list, state, history, averages] = await Promise.all(
      Object.values(paths).map(async (path) => (await api.ask(path)).status),
    );
    return {
      ...{ list: list ?? NaN, state: state ?? NaN },
      ...{ history: history ?? NaN, averages: averages ?? NaN },
    };
  };
  const well = { list: 200, state: 200, history: 200, averages: 200 };

  for (const [statement, path, action] of [
    ["ReadState", "state", "dynamodb:GetItem"],
    ["ReadHistory", "history", "dynamodb:Query"],
    ["ListDevices", "list", "dynamodb:Query"],
    ["ReadAverages", "averages", "dynamodb:Query"],
  ] as const)
    denied(
      `${role}/${statement}`,
      `${paths[path]} answers 500, and nothing else does`,
      async () => {
        const since = Date.now();
        await without(world, [`${role}/${statement}`], async () => {
          assert.deepEqual(await statuses(), { ...well, [path]: 500 });
          const { type, json } = await api.ask(paths[path]);
          const { detail, ...said } = json as { detail: string };
          assert.deepEqual(
            [type, said],
            [
              "application/problem+json",
              { type: "about:blank", title: "Internal Server Error", status: 500 },
            ],
          );
          // What is inside stays inside.
          assert.match(detail, /^Something went wrong here; its number is [\w-]+\.$/);
        });
        const error = new RegExp(`^AccessDenied.* ${action} `);
        await assertLogged(world, reader, { since, message: "request failed", error });
        assert.deepEqual(await statuses(), well);
      },
    );

  unseen({ [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself" }, async () =>
    assert.deepEqual(await statuses(), well),
  );
});
