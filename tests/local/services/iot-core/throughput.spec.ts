import * as assert from "node:assert/strict";
import * as http from "node:http";
import { text } from "node:stream/consumers";
import type { MqttClient } from "mqtt";
import { listen } from "../../../../local/listen";
import { ruleUnderTest } from "./actions/under-test";
import { connect, identity } from "./devices";
import { createWorld, type World } from "./world";

const messages = 10_000;
const devices = ["pump-1", "pump-2", "pump-3", "pump-4"];
/** Of each device at a time. */
const unacknowledged = 5;
/** Of each device. */
const betweenPauses = 25;

interface Numbered {
  id: string;
}

describe("throughput", function () {
  this.timeout(120_000);
  let world: World;
  let close: () => Promise<void>;
  let url: string;
  const connected: MqttClient[] = [];
  const posted: string[] = [];
  const asked: string[] = [];

  before(async () => {
    // The endpoint is in this process and answers when it has time: AWS's three seconds would measure the machine.
    world = await createWorld({ httpTimeoutMilliseconds: 110_000 });
    const server = http.createServer((request, response) => {
      void text(request).then((body) => {
        const isConfirmation = "x-amz-rules-engine-message-type" in request.headers;
        (isConfirmation ? asked : posted).push(body);
        response.end();
      });
    });
    const listening = await listen(server);
    close = listening.close;
    url = `http://127.0.0.1:${listening.port}`;
  });
  after(async () => {
    await Promise.all(connected.map((client) => client.endAsync(true)));
    await world.end();
    await close();
  });

  const deviceOf = async (name: string): Promise<MqttClient> => {
    const credentials = await world.iot.addThing(name, ["open"]);
    return connect(world.iot.mqttUrl, name, identity(credentials), (client) =>
      connected.push(client),
    );
  };

  it(`loses none of ${messages.toLocaleString("en")} messages with QoS 1, through broker and rule`, async () => {
    const sql = "SELECT *, topic(2) AS deviceId FROM 'load/+' WHERE id <> ''";
    const rule = await ruleUnderTest(world, sql, { https: [{ url }] });
    const { enableUrl } = JSON.parse(asked[0] ?? "{}") as { enableUrl: string };
    assert.equal((await fetch(enableUrl)).status, 200);
    const got: string[] = [];
    const subscriber = await deviceOf("listener");
    subscriber.on("message", (_, payload) =>
      got.push((JSON.parse(String(payload)) as Numbered).id),
    );
    await subscriber.subscribeAsync("load/#", { qos: 1 });

    const clients = await Promise.all(devices.map(deviceOf));
    const sent = await Promise.all(
      clients.map(async (device, place) => {
        const name = devices[place] ?? "";
        const ids = Array.from({ length: messages / devices.length }, (_, nth) => `${name}-${nth}`);
        const waiting = [...ids];
        const lane = async (): Promise<void> => {
          for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
            await device.publishAsync(`load/${name}`, JSON.stringify({ id }), { qos: 1 });
            // Lets the rule catch up.
            if (waiting.length % betweenPauses === 0) await world.iot.idle();
          }
        };
        await Promise.all(Array.from({ length: unacknowledged }, lane));
        return ids;
      }),
    );
    await world.iot.idle();
    // Comes after everything that the broker had for the same subscriber.
    const last = new Promise<void>((resolve) =>
      subscriber.on("message", (topic) => topic === "load/last" && resolve()),
    );
    await world.device.publishAsync("load/last", JSON.stringify({ id: "last" }), { qos: 1 });
    await last;
    await world.iot.idle();

    const all = new Set([...sent.flat(), "last"]);
    assert.equal(all.size, messages + 1);
    const outputs = posted.map((body) => JSON.parse(body) as Numbered & { deviceId: string });
    assert.deepEqual(new Set(outputs.map(({ id }) => id)), all);
    assert.deepEqual(
      outputs.filter(({ id, deviceId }) => id !== "last" && !id.startsWith(`${deviceId}-`)),
      [],
    );
    assert.deepEqual(new Set(got), all);
    assert.deepEqual(await rule.failures(), []);
    const { TopicMatch, Success, Failure } = world.iot.metrics()[rule.name] ?? {};
    assert.deepEqual([TopicMatch, Success, Failure], [messages + 1, messages + 1, 0]);
  });
});
