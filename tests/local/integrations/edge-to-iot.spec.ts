import * as assert from "node:assert/strict";
import { callApi } from "../../../local/aws/call-api";
import { installMilliseconds } from "../../support/emulator";
import {
  badRequestsOf,
  openEdge,
  serverErrorsFired,
  publisher,
  subscribeToTelemetry,
  tokenOf,
  type Edge,
} from "./edge";
import { eventually } from "./eventually";
import { without } from "./permissions";
import { readingOf } from "./readings";
import { stateAt } from "./tables";
import { deployed, type World } from "./world";

describe("edge-to-iot on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let edge: Edge;
  let telemetry: Awaited<ReturnType<typeof subscribeToTelemetry>>;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    edge = openEdge(world);
    telemetry = await subscribeToTelemetry(world);
  });
  after(async () => {
    edge.close();
    await telemetry.end();
  });

  const arrived = (prefix: string, count: number) =>
    eventually(`${count} readings of ${prefix} over MQTT`, () => {
      const found = telemetry.of(prefix);
      return found.length >= count && found;
    });

  it("delivers a reading to the topic of the device of its token, normalised, and to the sinks behind it", async () => {
    const name = "edge-delivery";
    const reading = readingOf(name, { temperature: 20, pressure: 1013 });
    const { status, json, headers } = await edge.post(name, {
      ...{ timestamp: new Date(reading.timestamp).toISOString(), temp_f: 68, RH: 40 },
      ...{ pressure: { value: 101.3, unit: "kPa" }, state: "ok", firmware: "1.0" },
    });
    assert.equal(status, 202, JSON.stringify(json));
    assert.equal(headers["content-type"], "application/json");
    const { id, ...said } = json;
    assert.match(id as string, /^[\w-]{32}$/);
    assert.deepEqual(said, { deviceId: name, timestamp: reading.timestamp, repeated: false });
    const received = await arrived(name, 1);
    assert.deepEqual(received, [{ topic: `devices/${name}/telemetry`, message: reading }]);
    await stateAt(world, name, reading.timestamp);
  });

  it("delivers a reading that is posted again once, and says so", async () => {
    const name = "edge-again";
    const reading = readingOf(name);
    const keyed = { headers: { "idempotency-key": "post-1" } };
    const answers = [];
    for (const asked of [{}, {}, keyed, keyed]) answers.push(await edge.post(name, reading, asked));
    assert.deepEqual(
      answers.map(({ status, json }) => [status, json.repeated]),
      // A key of its own makes another post of it.
      [false, true, false, true].map((repeated) => [202, repeated]),
    );
    const other = await edge.post(name, readingOf(name), keyed);
    assert.deepEqual([other.status, other.json.reason], [422, "reused-idempotency-key"]);
    assert.equal((await arrived(name, 2)).length, 2);
  });

  it("delivers the same reading once to several posts at the same time", async () => {
    const name = "edge-race";
    const reading = readingOf(name);
    const answers = await Promise.all(Array.from({ length: 8 }, () => edge.post(name, reading)));
    const statuses = answers.map(({ status }) => status);
    assert.ok(statuses.includes(202));
    assert.ok(
      statuses.every((status) => [202, 409].includes(status)),
      statuses.join(),
    );
    assert.equal(answers.filter(({ json }) => json.repeated === false).length, 1);
    assert.equal((await arrived(name, 1)).length, 1);
  });

  it("refuses each bad request of the table with its answer, and publishes none", async () => {
    const name = "edge-bad";
    const reading = readingOf(name);
    const table = badRequestsOf(reading);
    assert.ok(table.length >= 40);
    for (const { title, method, path, headers, body, status, reason, detail } of table) {
      // CloudFront refuses a GET with a body itself.
      const sent = method === "GET" ? "" : (body ?? reading);
      const answer = await edge.post(name, sent, { method, path, headers });
      assert.deepEqual([answer.status, answer.json.reason], [status, reason], title);
      assert.equal(answer.headers["content-type"], "application/problem+json", title);
      assert.match(answer.json.detail as string, detail, title);
    }
    // What is good arrives after everything before it.
    assert.equal((await edge.post(name, reading)).status, 202);
    assert.deepEqual(
      (await arrived(name, 1)).map(({ message }) => message),
      [reading],
    );
  });

  it("delivers each good one of many posts once, and refuses each bad one", async () => {
    const count = 1_000;
    const devices = Array.from({ length: 10 }, (_, nth) => `edge-many-${nth}`);
    const good: number[] = [];
    let refused = 0;
    const waiting = Array.from({ length: count }, (_, nth) => nth);
    const lane = async (): Promise<void> => {
      for (let nth = waiting.shift(); nth !== undefined; nth = waiting.shift()) {
        const device = devices[nth % devices.length] ?? "";
        const reading = readingOf(device, nth % 10 === 3 ? { humidity: 101 } : {});
        const { status, json } = await edge.post(device, reading);
        if (nth % 10 === 3) {
          assert.deepEqual([status, json.reason], [400, "out-of-range"]);
          refused += 1;
        } else {
          assert.equal(status, 202, JSON.stringify(json));
          good.push(reading.timestamp);
        }
      }
    };
    // Their sinks are for other tests: what is not critical goes nowhere.
    await deployed("iot-to-sns");
    let received: Awaited<ReturnType<typeof arrived>>;
    try {
      await Promise.all(Array.from({ length: 8 }, lane));
      received = await arrived("edge-many-", good.length);
    } finally {
      await deployed();
    }
    assert.deepEqual([good.length, refused], [900, 100]);
    assert.deepEqual(
      received.map(({ message }) => message.timestamp as number).sort((a, b) => a - b),
      good.sort((a, b) => a - b),
    );
    for (const { topic, message } of received)
      assert.equal(topic, `devices/${message.deviceId as string}/telemetry`);
  });

  it("answers 413 to a body that CloudFront shows in part only", async () => {
    const name = "edge-large";
    const body = JSON.stringify({ ...readingOf(name), x: "x".repeat(1_200_000) });
    assert.equal((await edge.post(name, body)).status, 413);
  });

  it("has an API that refuses requests that did not come through the distribution", async () => {
    const { account } = world.platform.clients;
    const { plain } = world.resource(
      "aws:cloudfront/distribution:Distribution",
      "edge-to-iot-distribution",
    );
    const [origin] = plain.origins as { domainName: string; originPath: string }[];
    const name = "edge-direct";
    for (const secret of [undefined, "a value that is guessed, and long enough"]) {
      const { status, body } = await callApi(
        account,
        `https://${origin?.domainName}${origin?.originPath}`,
        "/telemetry",
        {
          method: "POST",
          headers: {
            authorization: `Bearer ${tokenOf(name)}`,
            "content-type": "application/json",
            ...(secret !== undefined && { "x-origin-secret": secret }),
          },
          body: JSON.stringify(readingOf(name)),
          credentials: undefined,
        },
      );
      assert.equal(status, 403);
      const { reason } = JSON.parse(body.toString()) as { reason: string };
      assert.equal(reason, "not-through-distribution");
    }
    assert.deepEqual(telemetry.of(name), []);
  });

  it("answers 503 with Retry-After while AWS IoT is not reached, which an alarm reports, and takes the reading afterwards", async () => {
    const name = "edge-outage";
    const reading = readingOf(name);
    const answer = await without(world, [`${publisher}-role/PublishTelemetry`], () =>
      edge.post(name, reading),
    );
    assert.deepEqual(
      [answer.status, answer.json.reason, answer.headers["retry-after"]],
      [503, "not-published", "5"],
    );
    assert.deepEqual(telemetry.of(name), []);
    const { edgeAlarmsTopicArn } = world.outputs.of["edge-to-iot"] ?? {};
    assert.ok(edgeAlarmsTopicArn !== undefined);
    assert.notEqual(edgeAlarmsTopicArn, world.outputs.of["alarms"]?.topicArn);
    await serverErrorsFired(world);
    const again = await edge.post(name, reading);
    assert.deepEqual([again.status, again.json.repeated], [202, false]);
    assert.equal((await arrived(name, 1)).length, 1);
  });
});
