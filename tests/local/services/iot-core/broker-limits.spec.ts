import * as assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createBrokerWorld, withBrokerWorld, type BrokerWorld } from "./broker-world";
import { disconnected, nextMessage } from "./devices";
import { rawSession, subscribePacket } from "./raw-session";

describe("limits of a connection", () => {
  let world: BrokerWorld;
  let now: number;
  beforeEach(async () => {
    now = 0;
    world = await createBrokerWorld({ publishesPerSecond: 2, now: () => now });
  });
  afterEach(() => world.end());

  const topics = (): string[] => world.accepted.map(({ topic }) => topic);

  it("discards messages beyond the rate, and keeps the connection", async () => {
    const client = await world.device("sensor-1");
    for (const topic of ["1", "2", "3", "4"]) client.publish(topic, "x", { qos: 0 });
    // Answered after everything that came before it.
    await client.subscribeAsync("a");
    assert.deepEqual(topics(), ["1", "2"]);
    assert.deepEqual(
      world.refused.map(({ action, resource, reason }) => [action, resource, reason]),
      ["3", "4"].map((topic) => [
        "iot:Publish",
        topic,
        "The connection published more than 2 messages within a second; this one is discarded.",
      ]),
    );
    now = 999;
    client.publish("5", "x", { qos: 0 });
    await client.subscribeAsync("a");
    now = 1_000;
    await client.publishAsync("6", "x", { qos: 1 });
    assert.deepEqual(topics(), ["1", "2", "6"]);
  });

  it("does not acknowledge discarded messages", async () => {
    const client = await world.device("sensor-1");
    const acknowledged: string[] = [];
    for (const topic of ["1", "2", "3"])
      client.publish(topic, "x", { qos: 1 }, () => acknowledged.push(topic));
    await client.subscribeAsync("a");
    assert.deepEqual(acknowledged, ["1", "2"]);
  });

  it("neither delivers nor retains discarded messages", async () => {
    const [client, watcher] = [await world.device("sensor-1"), await world.device("sensor-2")];
    const got: string[] = [];
    watcher.on("message", (topic) => got.push(topic));
    await watcher.subscribeAsync(["#", "3"]);
    for (const topic of ["1", "2", "3"]) client.publish(topic, "x", { qos: 0, retain: true });
    await client.subscribeAsync("a");
    const last = nextMessage(watcher);
    await world.broker.deliver("last", Buffer.from("x"), 0);
    await last;
    assert.equal(world.broker.retained("3"), undefined);
    assert.equal(got.includes("3"), false);
  });

  it("counts each connection separately", async () => {
    const [one, other] = [await world.device("sensor-1"), await world.device("sensor-2")];
    for (const topic of ["1", "2"]) await one.publishAsync(topic, "x", { qos: 1 });
    for (const topic of ["3", "4"]) await other.publishAsync(topic, "x", { qos: 1 });
    assert.deepEqual(topics(), ["1", "2", "3", "4"]);
  });

  it("has no rate limit by default", async () => {
    await withBrokerWorld({ now: () => now }, async (free) => {
      const client = await free.device("sensor-1");
      for (let n = 0; n < 101; n++) await client.publishAsync("a", "x", { qos: 1 });
      assert.equal(free.accepted.length, 101);
    });
  });

  /** The codes of SUBACK. */
  async function granted(socket: Socket, filters: string[]): Promise<number[]> {
    const answered = once(socket, "data") as Promise<[Buffer]>;
    socket.write(subscribePacket(1, filters));
    const [suback] = await answered;
    return [...suback.subarray(-filters.length)];
  }

  for (const [what, last, codes] of [
    ["another filter", "50", [0x80]],
    ["one that it has", "49", [0]],
  ] as const)
    it(`accepts 50 subscriptions, and at one more answers ${what} in SUBACK`, async () => {
      const socket = await rawSession(world, "sensor-1");
      for (let n = 0; n < 50; n++) assert.deepEqual(await granted(socket, [String(n)]), [0]);
      assert.deepEqual(await granted(socket, [last]), codes);
      assert.deepEqual(
        world.refused.map(({ resource, reason }) => [resource, reason]),
        last === "50"
          ? [["50", "The connection has 50 subscriptions, and AWS IoT Core takes no more."]]
          : [],
      );
      assert.deepEqual(await granted(socket, ["0"]), [0]);
      socket.destroy();
    });

  it("refuses the one filter of a request that exceeds 50 subscriptions", async () => {
    const socket = await rawSession(world, "sensor-1");
    for (let n = 0; n < 49; n++) await granted(socket, [String(n)]);
    assert.deepEqual(await granted(socket, ["49", "50"]), [0, 0x80]);
    const delivered = once(socket, "data") as Promise<[Buffer]>;
    await world.broker.deliver("50", Buffer.from("refused"), 0);
    await world.broker.deliver("49", Buffer.from("granted"), 0);
    assert.equal((await delivered)[0].subarray(2).toString(), "\0\u000249granted");
    assert.deepEqual(
      world.refused.map(({ resource, reason }) => [resource, reason]),
      [["50", "The connection has 50 subscriptions, and AWS IoT Core takes no more."]],
    );
    socket.destroy();
  });

  const filters = (count: number): string[] => Array.from({ length: count }, (_, n) => `f/${n}`);

  it("accepts 8 filters in one SUBSCRIBE and one UNSUBSCRIBE", async () => {
    const client = await world.device("sensor-1");
    const granted = await client.subscribeAsync(filters(8), { qos: 1 });
    assert.equal(granted.length, 8);
    await client.unsubscribeAsync(filters(8));
    assert.deepEqual(world.refused, []);
  });

  for (const [what, subscribed] of [
    ["9 filters", filters(9)],
    ["one filter 9 times", filters(9).map(() => "a")],
  ] as const)
    it(`ends a connection that subscribes to ${what} in one request, without effect`, async () => {
      const socket = await rawSession(world, "sensor-1");
      const ended = once(socket, "close");
      socket.write(subscribePacket(1, subscribed));
      await ended;
      assert.deepEqual(
        world.refused.map(({ action, resource, reason }) => [action, resource, reason]),
        [
          [
            "iot:Subscribe",
            "client/sensor-1",
            "The SUBSCRIBE has 9 filters; AWS IoT Core accepts 8 in one request.",
          ],
        ],
      );
    });

  it("ends a connection that unsubscribes from 9 filters in one request, without effect", async () => {
    const client = await world.device("sensor-1", { clean: false });
    await client.subscribeAsync("f/0", { qos: 1 });
    const ended = disconnected(client);
    client.unsubscribe(filters(9));
    await ended;
    assert.deepEqual(
      world.refused.map(({ action, resource, reason }) => [action, resource, reason]),
      [
        [
          "iot:Unsubscribe",
          "client/sensor-1",
          "The UNSUBSCRIBE has 9 filters; AWS IoT Core accepts 8 in one request.",
        ],
      ],
    );
    await world.broker.deliver("f/0", Buffer.from("kept"), 1);
    let message: ReturnType<typeof nextMessage> | undefined;
    await world.device("sensor-1", { clean: false }, (again) => {
      message = nextMessage(again);
    });
    assert.deepEqual(await message, { topic: "f/0", text: "kept" });
  });

  it("counts the requests that have too many filters", async () => {
    const counted: string[] = [];
    await withBrokerWorld({ count: (metric) => counted.push(metric) }, async (counting) => {
      for (const request of ["subscribe", "unsubscribe"] as const) {
        const client = await counting.device("sensor-1");
        const ended = disconnected(client);
        client[request](filters(9));
        await ended;
      }
      assert.deepEqual(
        counted.filter((metric) => /ubscribe/.test(metric)),
        ["Subscribe.ClientError", "Unsubscribe.ClientError"],
      );
    });
  });

  const requests: [what: string, request: [filter: string, qos: 0 | 1][], granted: number[]][] = [
    [
      "a repeated filter",
      [
        ["a", 1],
        ["a", 1],
      ],
      [1, 1],
    ],
    [
      "a filter repeated with another QoS",
      [
        ["a", 1],
        ["b", 0],
        ["a", 0],
      ],
      [1, 0, 0],
    ],
    ["8 times the same filter", filters(8).map(() => ["a", 1]), Array<number>(8).fill(1)],
  ];
  for (const clean of [true, false])
    for (const [what, request, granted] of requests)
      it(`acknowledges ${what} by one code per filter in a ${clean ? "clean" : "persistent"} session`, async () => {
        const socket = await rawSession(world, "sensor-1", clean);
        const answer = once(socket, "data");
        socket.write(subscribePacket(7, ...unzip(request)));
        const [suback] = (await answer) as [Buffer];
        assert.deepEqual([...suback], [0x90, 2 + granted.length, 0, 7, ...granted]);
        // The last subscription to a filter replaces those before it.
        const message = once(socket, "data");
        await world.broker.deliver("a", Buffer.from("1"), 1);
        const [[header]] = (await message) as [Buffer];
        assert.equal(header, granted.at(-1) === 1 ? 0x32 : 0x30);
        socket.destroy();
      });

  it("refuses a client id that begins with '$'", async () => {
    await assert.rejects(world.device("$sensor"));
    assert.deepEqual(
      world.refused.map(({ reason }) => reason),
      ["The client id '$sensor' begins with '$', which AWS IoT Core reserves; choose another id."],
    );
  });

  it("refuses a client id of more than 128 bytes", async () => {
    await world.device("ü".repeat(64));
    await assert.rejects(world.device("ü".repeat(64) + "x"));
    assert.deepEqual(
      world.refused.map(({ reason }) => reason),
      ["The client id is longer than 128 bytes."],
    );
  });

  it("rejects MQTT 3.1", async () => {
    await assert.rejects(world.device("sensor-1", { protocolVersion: 3, protocolId: "MQIsdp" }));
    assert.match(world.refused[0]?.reason ?? "", /^The client speaks MQTT 3\.1,/);
  });
});

const unzip = (request: [filter: string, qos: 0 | 1][]): [string[], (0 | 1)[]] => [
  request.map(([filter]) => filter),
  request.map(([, qos]) => qos),
];
