import * as assert from "node:assert/strict";
import { iotToSns } from "../../../components/iot-to-sns";
import { createAttacker } from "../../../local/devices/attacker";
import { createRandom } from "../../../local/devices/random";
import { definition } from "../../../reading/fields";
import { installMilliseconds } from "../../support/emulator";
import { alerted, alertsOf } from "./inbox";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

describe("A device that is taken over", function () {
  this.timeout(installMilliseconds);
  let world: World;
  before(async () => {
    world = await deployed();
    await world.deployment.idle();
  });

  it("does not keep the alerts of other devices from their subscribers, and has no more than its budget", async () => {
    const attacking = await world.device("taken-over");
    const attacker = createAttacker(attacking.name, createRandom(1), definition);
    const others = await Promise.all(
      [1, 2, 3].map((nth) => world.device(`beside-the-attacker-${nth}`)),
    );
    const startedAt = Date.now();
    for (let nth = 0; nth < 90; nth += 1) {
      await attacking.publish(Buffer.from(attacker.next(startedAt + nth).payload));
      const other = others[nth / 30];
      if (other) await other.publish(readingOf(other.name, { status: "critical" }));
    }
    for (const { name } of others) await alerted(world, name);
    await world.deployment.idle();
    for (const { name } of others) assert.equal(alertsOf(world, name).length, 3, name);
    const alerts = alertsOf(world, attacking.name).length / 3;
    assert.ok(alerts >= 1 && alerts <= iotToSns.settings.deviceBudget.default, `${alerts} alerts`);
  });
});
