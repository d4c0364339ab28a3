import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { openEdge, publisher, type Edge } from "./edge";
import { assertLogged } from "./functions";
import { without } from "./permissions";
import { readingOf } from "./readings";
import { stateAt } from "./tables";
import { deployed, type World } from "./world";

const role = `${publisher}-role`;

// There is no queue in front of AWS IoT: what cannot be published is a 503, and the device keeps it.
describeDenials(["edge-to-iot"], ({ denied, unseen }) => {
  let world: World;
  let edge: Edge;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("edge-to-iot");
    edge = openEdge(world);
  });
  after(() => edge.close());

  for (const [statement, action] of [
    ["PublishTelemetry", "iot:Publish"],
    ["RememberPosts", "dynamodb:UpdateItem"],
  ] as const)
    denied(`${role}/${statement}`, "the device keeps the reading", async () => {
      const name = `edge-no-${statement.toLowerCase()}`;
      const reading = readingOf(name);
      const since = Date.now();
      const answer = await without(world, [`${role}/${statement}`], () => edge.post(name, reading));
      assert.deepEqual([answer.status, answer.json.reason], [503, "not-published"]);
      // What is inside stays inside.
      assert.doesNotMatch(JSON.stringify(answer.json), /denied|authoriz|arn:/i);
      await assertLogged(world, publisher, {
        ...{ since, message: "reading not published" },
        error: new RegExp(
          statement === "PublishTelemetry" ? "Forbidden|AccessDenied|Unauthorized" : action,
        ),
      });
      assert.equal((await edge.post(name, reading)).status, 202);
      await stateAt(world, name, reading.timestamp);
    });

  unseen(
    {
      [`${role}/ReadKeys`]: "the function has kept the keys",
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      "edge-to-iot-guard-role/CreateLogGroup": "the emulator writes the functions' logs itself",
      "edge-to-iot-guard-role/WriteLogs": "the emulator writes the functions' logs itself",
    },
    async () => {
      const name = "edge-unseen";
      assert.equal((await edge.post(name, readingOf(name))).status, 202);
    },
  );
});
