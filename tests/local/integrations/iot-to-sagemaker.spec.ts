import * as assert from "node:assert/strict";
import { readingId } from "../../../functions/shared/reading-id";
import { createRandom } from "../../../local/devices/random";
import { createSensor } from "../../../local/devices/sensor";
import { model } from "../../../local/doubles/sagemaker/training";
import type { Reading } from "../../../reading/reading";
import { installMilliseconds } from "../../support/emulator";
import { eventually, one } from "./eventually";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, quarantinedFrom, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import {
  alerted,
  alertsOf,
  integration,
  scored,
  scoresOf,
  subscribeToAnomalies,
  type Published,
} from "./scores";
import { deployed, type World } from "./world";

const validator = "iot-to-sagemaker-scorer";
/** The settings of the local stack. */
const [mean, deviation, alertAbove] = [0.7443, 0.1865, 0.8];

const pointOf = ({ temperature, humidity, pressure }: Reading): number[] => [
  ...[temperature, humidity, pressure],
];
const scoreOf = (reading: Reading): number =>
  (model().score(pointOf(reading)) - mean) / (3 * deviation);

describe("iot-to-sagemaker on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let anomalies: Published[];
  let end: () => Promise<void>;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-sagemaker");
    await world.deployment.idle();
    ({ received: anomalies, end } = await subscribeToAnomalies(world));
  });
  afterEach(() => world.platform.sageMaker.recover());
  after(() => end());

  it("stores the score of a reading, and sends no alert about a normal one", async () => {
    const device = await world.device("sagemaker-delivery");
    const reading = readingOf(device.name);
    const before = Date.now();
    await device.publish(reading);
    const { receivedAt, expiresAt, ...item } = one(await scored(world, device.name, 1)) ?? {};
    assert.deepEqual(item, {
      deviceId: { S: device.name },
      readingKey: { S: `${reading.timestamp}#${readingId(reading)}` },
      timestamp: { N: String(reading.timestamp) },
      rawScore: { N: String(model().score(pointOf(reading))) },
      score: { N: String(scoreOf(reading)) },
      endpoint: { S: "iot-integrations-local-iot-to-sagemaker-endpoint" },
    });
    assert.ok(Number(receivedAt?.N) >= before && Number(receivedAt?.N) <= Date.now());
    assert.equal(expiresAt?.N, String(Math.floor(Number(receivedAt?.N) / 1000) + 30 * 86_400));
    await world.deployment.idle();
    assert.deepEqual(alertsOf(world, device.name), []);
  });

  it("sends an alert about an unusual reading, by email and over MQTT, with device, score and reading", async () => {
    const device = await world.device("sagemaker-alert");
    const reading = readingOf(device.name, { temperature: 150 });
    await device.publish(reading);
    const [alert] = await alerted(world, device.name);
    assert.equal(alert?.subject, "Anomaly: device sagemaker-alert");
    assert.ok(
      alert.text.startsWith(
        `Device sagemaker-alert sent an unusual reading: Its anomaly score is ${scoreOf(reading).toFixed(2)}; alerts begin above 0.8.\n\nMeasured 150 °C, 40 % humidity, 1013.25 hPa.`,
      ),
      alert.text,
    );
    const topic = `anomalies/${device.name}`;
    const { message } = await eventually("the anomaly", () =>
      anomalies.find((published) => published.topic === topic),
    );
    assert.deepEqual(message, { id: readingId(reading), score: scoreOf(reading), reading });
  });

  it("finds planted anomalies and no normal reading, of a seeded load: 12 of 16, precision 1, recall 0.75", async () => {
    const device = await world.device("sagemaker-planted");
    const random = createRandom(19);
    const sensor = createSensor(device.name, random);
    const startedAt = Date.now() - 600_000;
    const planted: Partial<Reading>[] = [
      ...[92, 110, 150, 200].map((temperature) => ({ temperature })),
      ...[0, 1, 99, 100].map((humidity) => ({ humidity })),
      ...[300, 850, 1075, 1100].map((pressure) => ({ pressure })),
      // Within what simulated devices measure, though seldom together: a forest of points does not find them.
      ...[22, 24, 26, 28].map((temperature) => ({ temperature, humidity: 58, pressure: 992 })),
    ];
    const readings = Array.from({ length: 96 }, (_, nth) => {
      const reading = sensor.measure(startedAt + nth, false);
      const isPlanted = nth % 6 === 5;
      return { reading: { ...reading, ...(isPlanted && planted[Math.floor(nth / 6)]) }, isPlanted };
    });
    const before = world.platform.sageMaker.requests().length;
    await Promise.all(readings.map(({ reading }) => device.publish(reading)));
    const items = await scored(world, device.name, readings.length);
    const found = { true: { true: 0, false: 0 }, false: { true: 0, false: 0 } };
    for (const [nth, { reading, isPlanted }] of readings.entries()) {
      // In the order of their times, as the sort key has them.
      const score = Number(items[nth]?.score?.N);
      assert.ok(Math.abs(score - scoreOf(reading)) < 1e-12);
      found[`${isPlanted}`][`${score > alertAbove}`] += 1;
    }
    const { true: caught, false: missed } = found.true;
    assert.deepEqual(found, {
      true: { true: 12, false: 4 },
      false: { true: 0, false: 80 },
    });
    assert.equal(caught / (caught + found.false.true), 1);
    assert.equal(caught / (caught + missed), 0.75);
    const own = new Set(readings.map(({ reading }) => pointOf(reading).join()));
    const requests = world.platform.sageMaker
      .requests()
      .slice(before)
      .filter(({ lines }) => lines.some((values) => own.has(values.join())));
    assert.ok(requests.length < readings.length / 4, `${requests.length} requests`);
  });

  it("scores a reading once, whatever was sent twice or out of order", async () => {
    const device = await world.device("sagemaker-order");
    const [t1, t2, t3] = [21, 22, 23].map((temperature) => readingOf(device.name, { temperature }));
    assert.ok(t1 && t2 && t3);
    for (const reading of [t3, t1, t2, t3, t1]) await device.publish(reading);
    await scored(world, device.name, 3);
    await world.deployment.idle();
    const items = await scoresOf(world, device.name);
    assert.deepEqual(
      items.map(({ score }) => Number(score?.N)),
      [t1, t2, t3].map(scoreOf),
    );
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "sagemaker-invalid";
    await assertQuarantined(world, { integration, validator }, name, [
      ...illegible(name),
      ...unfit(name),
    ]);
    assert.deepEqual(await scoresOf(world, name), []);
  });

  it("quarantines exactly the reading of a batch that the model refuses, and scores all others", async () => {
    const device = await world.device("sagemaker-poison");
    world.platform.sageMaker.refuse(([, , pressure]) => pressure === 1066.6);
    const readings = Array.from({ length: 30 }, (_, nth) =>
      readingOf(device.name, nth === 17 ? { pressure: 1066.6 } : {}),
    );
    const sent = await Promise.all(readings.map((reading) => device.publish(reading)));
    const items = await scored(world, device.name, 29);
    assert.deepEqual(
      items.map(({ timestamp }) => Number(timestamp?.N)),
      readings.filter((_, nth) => nth !== 17).map(({ timestamp }) => timestamp),
    );
    const entry = await eventually("the refused reading in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, device.name)),
    );
    assert.deepEqual(
      [entry.reason, entry.detail, entry.payload],
      [
        "refused-by-model",
        "The model does not accept the reading: customer error: unable to parse the payload.",
        sent[17]?.toString("base64"),
      ],
    );
    await world.deployment.idle();
    assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
  });

  it("loses nothing while the endpoint fails: redrive scores each reading once", async () => {
    const names = ["sagemaker-down-1", "sagemaker-down-2"];
    const devices = await Promise.all(names.map((name) => world.device(name)));
    world.platform.sageMaker.fail("ServiceUnavailable");
    const readings = names.map((name) => Array.from({ length: 2 }, () => readingOf(name)));
    await Promise.all(
      devices.flatMap((device, index) =>
        (readings[index] ?? []).map((reading) => device.publish(reading)),
      ),
    );
    await eventually("the failures queue to have all of them", async () => {
      const messages = await setAsideFrom(world, integration, ...names);
      return new Set(messages.flatMap(({ sent }) => sent.map(({ payload }) => payload))).size === 4;
    });
    for (const name of names) {
      assert.deepEqual(await scoresOf(world, name), []);
      assert.deepEqual(await quarantinedFrom(world, integration, name), []);
    }
    world.platform.sageMaker.recover();
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const [index, name] of names.entries()) {
      const items = await scored(world, name, 2);
      assert.deepEqual(
        items.map(({ timestamp }) => Number(timestamp?.N)),
        (readings[index] ?? []).map(({ timestamp }) => timestamp),
      );
    }
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
