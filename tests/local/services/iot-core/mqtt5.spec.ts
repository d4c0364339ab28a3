import * as assert from "node:assert/strict";
import * as net from "node:net";
import { once } from "node:events";
import type { IPublishPacket } from "mqtt-packet";
import { certificate, createBrokerWorld, withBrokerWorld, type BrokerWorld } from "./broker-world";
import { devicePolicy, nextMessage } from "./devices";
import { mqtt5Session, type Mqtt5Session } from "./mqtt5-session";

const publication = (
  topic: string,
  more: Partial<IPublishPacket> = {},
): IPublishPacket & { cmd: "publish" } => ({
  cmd: "publish",
  topic,
  payload: "x",
  qos: 1,
  messageId: 1,
  dup: false,
  retain: false,
  ...more,
});

const telemetry = "devices/sensor-1/telemetry";

/** A message of 128 KiB in a packet of this many bytes after its fixed header. */
function ofBytes(bytes: number): IPublishPacket & { cmd: "publish" } {
  const payload = Buffer.alloc(131_072);
  const correlationData = Buffer.alloc(8_192);
  const value = "x".repeat(8_191);
  // The topic, the message id, the length of the properties and the properties themselves have bytes of their own.
  const others = 2 + telemetry.length + 2 + 3 + (1 + 2) + (1 + 2 + 1 + 2) + (1 + 2);
  const left = bytes - payload.length - correlationData.length - value.length - others;
  return publication(telemetry, {
    payload,
    properties: { correlationData, userProperties: { a: value }, responseTopic: "r".repeat(left) },
  });
}

describe("MQTT 5", () => {
  let world: BrokerWorld;
  let ahead: number;
  let expire: (() => void)[];
  beforeEach(async () => {
    ahead = 0;
    expire = [];
    world = await createBrokerWorld({
      now: () => Date.now() + ahead,
      after: (_milliseconds, step) => {
        expire.push(step);
        return () => void expire.splice(expire.indexOf(step), 1);
      },
    });
  });
  afterEach(() => world.end());

  const reasons = (): string[] => world.refused.map(({ reason }) => reason);

  describe("a connection", () => {
    it("learns AWS's limits", async () => {
      const { connack, socket } = await mqtt5Session(world, { keepalive: 5 });
      assert.equal(connack.reasonCode, 0);
      assert.deepEqual(
        { ...connack.properties },
        {
          serverKeepAlive: 30,
          receiveMaximum: 100,
          maximumQoS: 1,
          retainAvailable: true,
          maximumPacketSize: 149_504,
          topicAliasMaximum: 8,
          wildcardSubscriptionAvailable: true,
          subscriptionIdentifiersAvailable: false,
          sharedSubscriptionAvailable: true,
        },
      );
      socket.destroy();
    });

    it("without a client id gets one", async () => {
      const { connack, socket } = await mqtt5Session(world, { clientId: "" });
      assert.match(String(connack.properties?.assignedClientIdentifier), /.{20}/);
      socket.destroy();
    });

    const refused: [what: string, connect: object, code: number, reason: RegExp][] = [
      ["an illegal client id", { clientId: "$a" }, 0x85, /begins with '\$'/],
      [
        "a will on an illegal topic",
        { will: { topic: "$aws/x", payload: Buffer.from("x"), qos: 0, retain: false } },
        0x90,
        /\$aws\/x/,
      ],
      [
        "a will with QoS 2",
        { will: { topic: "a", payload: Buffer.from("x"), qos: 2, retain: false } },
        0x9b,
        /no QoS 2/,
      ],
    ];
    for (const [what, connect, code, reason] of refused)
      it(`with ${what} is refused with its reason code and the reason`, async () => {
        const session = await mqtt5Session(world, connect);
        assert.equal(session.connack.cmd, "connack");
        assert.equal(session.connack.reasonCode, code);
        assert.match(String(session.connack.properties?.reasonString), reason);
        assert.equal((await session.next()).cmd, "closed");
      });

    it("that no policy allows, or without a registered certificate, is not authorized", async () => {
      world.peer = certificate("sensor-1", devicePolicy);
      const denied = await mqtt5Session(world, { clientId: "sensor-2" });
      world.peer = undefined;
      const unknown = await mqtt5Session(world);
      assert.deepEqual([denied.connack.reasonCode, unknown.connack.reasonCode], [0x87, 0x87]);
      assert.equal(world.refused.length, 2);
    });

    it("is told nothing in words if it asks for nothing", async () => {
      const properties = { requestProblemInformation: false };
      const { connack } = await mqtt5Session(world, { clientId: "$a", properties });
      assert.deepEqual([connack.reasonCode, connack.properties], [0x85, undefined]);
    });

    it("of MQTT 3.1 is refused with its return code", async () => {
      await assert.rejects(world.device("sensor-1", { protocolVersion: 3, protocolId: "MQIsdp" }), {
        code: 1,
      });
      assert.match(reasons()[0] ?? "", /^The client speaks MQTT 3\.1,/);
    });

    it("of a version that does not exist is refused with a well-formed packet", async () => {
      const socket = net.connect(world.port, "127.0.0.1");
      socket.write(Buffer.from([0x10, 13, 0, 4, ...Buffer.from("MQTT"), 6, 2, 0, 60, 0, 0, 1, 97]));
      const [answer] = (await once(socket, "data")) as [Buffer];
      assert.deepEqual([...answer], [0x20, 3, 0, 0x84, 0]);
      await once(socket, "close");
    });
  });

  describe("a refused message", () => {
    beforeEach(() => {
      world.peer = certificate("sensor-1", devicePolicy);
    });

    it("with QoS 1 is acknowledged with a reason code, and the connection stays", async () => {
      const session = await mqtt5Session(world);
      const codes: unknown[] = [];
      for (const topic of ["secret", "$aws/x", telemetry]) {
        session.send(publication(topic));
        const { cmd, messageId, reasonCode = 0 } = await session.next();
        codes.push([cmd, messageId, reasonCode]);
      }
      assert.deepEqual(codes, [
        ["puback", 1, 0x87],
        ["puback", 1, 0x90],
        ["puback", 1, 0],
      ]);
      assert.deepEqual(
        world.accepted.map(({ topic }) => topic),
        [telemetry],
      );
      assert.equal(world.refused.length, 2);
      session.socket.destroy();
    });

    it("that the rules engine does not take is an unspecified error", async () => {
      world.accept = () => Promise.reject(new Error("The engine is full."));
      const session = await mqtt5Session(world);
      session.send(publication(telemetry));
      const { cmd, reasonCode, properties } = await session.next();
      assert.deepEqual(
        [cmd, reasonCode, { ...properties }],
        ["puback", 0x80, { reasonString: "The engine is full." }],
      );
      session.socket.destroy();
    });

    it("beyond the rate exceeds a quota", async () => {
      await withBrokerWorld({ publishesPerSecond: 1, now: () => 0 }, async (limited) => {
        const session = await mqtt5Session(limited);
        const codes: unknown[] = [];
        for (const topic of ["1", "2"]) {
          session.send(publication(topic));
          codes.push((await session.next()).reasonCode ?? 0);
        }
        assert.deepEqual(codes, [0, 0x97]);
        assert.equal(limited.accepted.length, 1);
        session.socket.destroy();
      });
    });

    const limited: [what: string, properties: IPublishPacket["properties"], reason: string][] = [
      [
        "correlation data of more than 8 KiB",
        { correlationData: Buffer.alloc(8_193) },
        "The correlation data is longer than 8192 bytes.",
      ],
      [
        "user properties of more than 8 KiB in all",
        { userProperties: { a: ["x".repeat(4_095), "x".repeat(4_094)], bc: "" } },
        "The user properties are longer than 8192 bytes in all.",
      ],
    ];
    for (const [what, properties, reason] of limited)
      it(`with ${what} exceeds a quota`, async () => {
        const session = await mqtt5Session(world);
        session.send(publication(telemetry, { properties }));
        assert.equal((await session.next()).reasonCode, 0x97);
        assert.deepEqual(reasons(), [reason]);
        session.socket.destroy();
      });

    it("with correlation data and user properties of 8 KiB each is accepted", async () => {
      const session = await mqtt5Session(world);
      const properties = {
        correlationData: Buffer.alloc(8_192),
        userProperties: { a: ["x".repeat(4_095), "x".repeat(4_094)], b: "" },
      };
      session.send(publication(telemetry, { properties }));
      assert.equal((await session.next()).reasonCode ?? 0, 0);
      assert.deepEqual(reasons(), []);
      session.socket.destroy();
    });

    it("with a content type of more than 256 bytes exceeds a quota", async () => {
      const session = await mqtt5Session(world);
      const codes: unknown[] = [];
      for (const contentType of ["ü".repeat(128), "ü".repeat(128) + "x"]) {
        session.send(publication(telemetry, { properties: { contentType } }));
        codes.push((await session.next()).reasonCode ?? 0);
      }
      assert.deepEqual(codes, [0, 0x97]);
      assert.equal(world.accepted.length, 1);
      assert.deepEqual(reasons(), ["The content type is longer than 256 bytes."]);
      session.socket.destroy();
    });

    const closing: [what: string, packet: IPublishPacket & { cmd: "publish" }, code: number][] = [
      ["with QoS 0", publication("secret", { qos: 0 }), 0x87],
      ["with QoS 2", publication(telemetry, { qos: 2 }), 0x9b],
      ["of more than 128 KiB", publication(telemetry, { payload: Buffer.alloc(131_073) }), 0x95],
      ["in a packet of more than 146 KiB", ofBytes(149_505), 0x95],
      [
        "with QoS 0 and a content type of more than 256 bytes",
        publication(telemetry, { qos: 0, properties: { contentType: "x".repeat(257) } }),
        0x97,
      ],
      [
        "with a wildcard in its response topic",
        publication(telemetry, { properties: { responseTopic: "a/#" } }),
        0x82,
      ],
      [
        "with a topic alias beyond 8",
        publication(telemetry, { properties: { topicAlias: 9 } }),
        0x94,
      ],
    ];
    for (const [what, packet, code] of closing)
      it(`${what} ends the connection with a reason code`, async () => {
        const session = await mqtt5Session(world);
        session.send(packet);
        const { cmd, reasonCode } = await session.next();
        assert.deepEqual([cmd, reasonCode], ["disconnect", code]);
        assert.equal((await session.next()).cmd, "closed");
        assert.deepEqual(world.accepted, []);
      });

    it("is not one of 128 KiB in a packet of 146 KiB", async () => {
      const session = await mqtt5Session(world);
      session.send(ofBytes(149_504));
      assert.equal((await session.next()).cmd, "puback");
      assert.equal(world.accepted[0]?.payload.length, 131_072);
      assert.deepEqual(reasons(), []);
      session.socket.destroy();
    });

    it("is beyond 100 that are not acknowledged", async () => {
      world.accept = () => new Promise(() => undefined);
      const session = await mqtt5Session(world);
      for (let messageId = 1; messageId <= 101; messageId++)
        session.send(publication(telemetry, { messageId }));
      const { cmd, reasonCode } = await session.next();
      assert.deepEqual([cmd, reasonCode], ["disconnect", 0x93]);
      assert.equal(world.accepted.length, 100);
    });
  });

  describe("a subscription", () => {
    const request = (filters: string[], more: object = {}): never =>
      ({
        cmd: "subscribe",
        messageId: 7,
        subscriptions: filters.map((topic) => ({ topic, qos: 1, nl: false, rap: false, rh: 0 })),
        ...more,
      }) as never;

    it("has a reason code of its own, and the connection stays", async () => {
      world.peer = certificate("sensor-1", devicePolicy);
      const session = await mqtt5Session(world);
      session.send(request(["devices/sensor-1/acks", "secret", "1/2/3/4/5/6/7/8/9", "$aws/x"]));
      const { cmd, granted } = await session.next();
      assert.deepEqual([cmd, granted], ["suback", [1, 0x87, 0x8f, 0x8f]]);
      assert.equal(world.refused.length, 3);
      session.send({ cmd: "pingreq" });
      assert.equal((await session.next()).cmd, "pingresp");
      session.socket.destroy();
    });

    it("beyond 50 exceeds a quota", async () => {
      const client = await world.device("sensor-1", { protocolVersion: 5 });
      for (let n = 0; n < 50; n++) await client.subscribeAsync(String(n));
      const codes = await new Promise<number[]>((resolve) => {
        client.on("packetreceive", (packet) => {
          if (packet.cmd === "suback") resolve(packet.granted as number[]);
        });
        client.subscribe("50", () => undefined);
      });
      assert.deepEqual(codes, [0x97]);
      assert.equal(client.connected, true);
    });

    const closing: [what: string, packet: never, code: number][] = [
      ["to a malformed filter", request(["a/#/b"]), 0x82],
      ["to 9 filters", request("abcdefghi".split("")), 0x97],
      [
        "from 9 filters",
        { cmd: "unsubscribe", messageId: 1, unsubscriptions: "abcdefghi".split("") } as never,
        0x97,
      ],
      ["with an identifier", request(["a"], { properties: { subscriptionIdentifier: 1 } }), 0xa1],
      [
        "with QoS 2",
        request([], { subscriptions: [{ topic: "a", qos: 2, nl: false, rap: false, rh: 0 }] }),
        0x9b,
      ],
    ];
    for (const [what, packet, code] of closing)
      it(`${what} ends the connection with a reason code`, async () => {
        const session = await mqtt5Session(world);
        session.send(packet);
        const { cmd, reasonCode } = await session.next();
        assert.deepEqual([cmd, reasonCode], ["disconnect", code]);
        assert.equal((await session.next()).cmd, "closed");
      });

    it("that was refused is not in the session that is resumed", async () => {
      const properties = { sessionExpiryInterval: 60 };
      const first = await mqtt5Session(world, { properties });
      first.send(request(["a", "$aws/x"]));
      assert.deepEqual((await first.next()).granted, [1, 0x8f]);
      first.socket.destroy();
      await world.nextAnnouncement();
      const second = await mqtt5Session(world, { clean: false, properties });
      assert.deepEqual([second.connack.reasonCode, second.connack.sessionPresent], [0, true]);
      assert.deepEqual(reasons().length, 1);
      second.socket.destroy();
    });

    it("is shared by clients of both versions", async () => {
      let turn = 0;
      await withBrokerWorld({ choose: (count) => turn++ % count }, async (sharing) => {
        const members = [
          await sharing.device("one", { protocolVersion: 5 }),
          await sharing.device("two", { protocolVersion: 4 }),
        ];
        const got: string[] = [];
        const both = new Promise<void>((resolve) => {
          for (const [index, member] of members.entries())
            member.on("message", (_topic, payload) => {
              got.push(`${index}:${String(payload)}`);
              if (got.length === 2) resolve();
            });
        });
        for (const member of members) {
          const granted = await member.subscribeAsync({
            "$share/g/a": { qos: 1 },
          });
          assert.equal(granted[0]?.qos, 1);
        }
        await sharing.broker.deliver("a", Buffer.from("1"), 1);
        await sharing.broker.deliver("a", Buffer.from("2"), 1);
        await both;
        assert.deepEqual(got.sort(), ["0:1", "1:2"]);
      });
    });
  });

  describe("the headers of a message", () => {
    const properties = {
      payloadFormatIndicator: true,
      contentType: "application/json",
      responseTopic: "answers/1",
      correlationData: Buffer.from([0, 255]),
      userProperties: { b: ["1", "2"], a: "3" },
    };

    it("reach rules and subscribers", async () => {
      const watcher = await mqtt5Session(world, { clientId: "watcher" });
      watcher.send(subscribe("a"));
      await watcher.next();
      const client = await world.device("sensor-1", { protocolVersion: 5 });
      await client.publishAsync("a", "x", { qos: 1, properties });
      const { mqttProperties, userProperties } = world.accepted[0] ?? {};
      assert.deepEqual(mqttProperties, {
        payloadFormatIndicator: "UTF8_DATA",
        contentType: "application/json",
        responseTopic: "answers/1",
        correlationData: Buffer.from([0, 255]),
      });
      assert.deepEqual(userProperties, [
        { key: "b", value: "1" },
        { key: "b", value: "2" },
        { key: "a", value: "3" },
      ]);
      const { text, properties: got } = await watcher.next();
      const { userProperties: pairs, ...rest } = got as typeof properties;
      const { userProperties: sent, ...expected } = properties;
      assert.deepEqual([text, { ...rest }, { ...pairs }], ["x", expected, sent]);
      watcher.socket.destroy();
    });

    it("reach rules in the order in which they came", async () => {
      const session = await mqtt5Session(world);
      const pair = (key: string, value: string): number[] => [
        0x26,
        0,
        1,
        ...Buffer.from(key),
        0,
        1,
        ...Buffer.from(value),
      ];
      const headers = [...pair("2", "a"), ...pair("1", "b"), ...pair("2", "c")];
      const body = [0, 1, ...Buffer.from("t"), 0, 1, headers.length, ...headers];
      session.socket.write(Buffer.from([0x32, body.length, ...body]));
      assert.equal((await session.next()).cmd, "puback");
      assert.deepEqual(
        world.accepted[0]?.userProperties?.map(({ key, value }) => key + value),
        ["2a", "1b", "2c"],
      );
      session.socket.destroy();
    });

    it("reach subscribers in the order in which they came, at once, as retained messages and in sessions", async () => {
      const persistent = { clean: false, properties: { sessionExpiryInterval: 3_600 } };
      const away = await mqtt5Session(world, { clientId: "away", ...persistent });
      away.send(subscribe("t"));
      await away.next();
      away.socket.destroy();
      await world.nextAnnouncement();
      const userProperties = ["2a", "1b", "2c", "ü" + "d".repeat(200)].map(
        ([key = "", ...text]) => ({
          key,
          value: text.join(""),
        }),
      );
      const watcher = await mqtt5Session(world, { clientId: "watcher" });
      watcher.send(subscribe("t"));
      await watcher.next();
      const headers = { mqttProperties: { contentType: "text/plain" }, userProperties };
      await world.broker.deliver("t", Buffer.from("x"), 1, true, headers);
      const late = await mqtt5Session(world, { clientId: "late" });
      late.send(subscribe("t"));
      await late.next();
      const resumed = await mqtt5Session(world, { clientId: "away", ...persistent });
      for (const session of [watcher, late, resumed]) {
        const { text, pairs, properties } = await session.next();
        assert.deepEqual([text, pairs], ["x", userProperties]);
        assert.equal(properties?.contentType, "text/plain");
        session.socket.destroy();
      }
      assert.deepEqual(world.broker.retained("t")?.userProperties, userProperties);
    });

    it("do not exist in MQTT 3.1.1, in either direction", async () => {
      const old = await world.device("old");
      await old.subscribeAsync("new");
      const session = await mqtt5Session(world);
      session.send(subscribe("old"));
      await session.next();
      const message = nextMessage(old);
      session.send(publication("new", { properties }));
      await session.next();
      assert.deepEqual(await message, { topic: "new", text: "x" });
      await old.publishAsync("old", "y");
      const { text, properties: got } = await session.next();
      assert.deepEqual([text, got], ["y", undefined]);
      assert.equal(world.accepted[1]?.mqttProperties, undefined);
      session.socket.destroy();
    });

    it("of a will are sent when the connection ends, without delay", async () => {
      const watcher = await mqtt5Session(world, { clientId: "watcher" });
      watcher.send(subscribe("gone"));
      await watcher.next();
      const will = {
        topic: "gone",
        payload: Buffer.from("x"),
        qos: 0 as const,
        retain: false,
        properties: { contentType: "text/plain", willDelayInterval: 600 },
      };
      const session = await mqtt5Session(world, {
        will,
        properties: { sessionExpiryInterval: 600 },
      });
      session.socket.destroy();
      const { text, properties: got } = await watcher.next();
      assert.deepEqual([text, { ...got }], ["x", { contentType: "text/plain" }]);
      watcher.socket.destroy();
    });

    it("may name the topic by an alias", async () => {
      const session = await mqtt5Session(world);
      for (const topic of ["a", ""]) {
        session.send(publication(topic, { properties: { topicAlias: 8 } }));
        await session.next();
      }
      assert.deepEqual(
        world.accepted.map(({ topic }) => topic),
        ["a", "a"],
      );
      session.socket.destroy();
    });
  });

  describe("a message that expires", () => {
    const expiring = (messageExpiryInterval: number): object => ({
      properties: { messageExpiryInterval },
    });
    const published = async (seconds: number, more: object = {}): Promise<void> => {
      const session = await mqtt5Session(world, { clientId: "publisher" });
      session.send(publication("a", { ...expiring(seconds), ...more }));
      await session.next();
      session.socket.destroy();
    };
    const persistent = { clean: false, properties: { sessionExpiryInterval: 3_600 } };

    for (const [asked, granted] of [
      [0, 1],
      [30, 30],
      [604_801, 604_800],
    ] as const)
      it(`after ${asked} seconds does so after ${granted}`, async () => {
        await published(asked);
        assert.equal(world.accepted[0]?.messageExpiry, granted);
      });

    for (const [passed, left] of [
      [20_000, [9, 10]],
      [29_500, [0]],
    ] as const)
      it(`has the seconds that are left after ${passed} ms in a session`, async () => {
        const session = await mqtt5Session(world, persistent);
        session.send(subscribe("a"));
        await session.next();
        session.socket.destroy();
        await world.nextAnnouncement();
        await published(30);
        ahead = passed;
        const again = await mqtt5Session(world, persistent);
        const { topic, properties } = await again.next();
        assert.equal(topic, "a");
        assert.ok((left as readonly unknown[]).includes(properties?.messageExpiryInterval));
        again.socket.destroy();
      });

    it("is not sent afterwards, to clients of either version", async () => {
      const session = await mqtt5Session(world, persistent);
      session.send(subscribe("a"));
      await session.next();
      session.socket.destroy();
      await world.nextAnnouncement();
      const old = await world.device("old", { clean: false });
      await old.subscribeAsync("a", { qos: 1 });
      await old.endAsync(true);
      await published(30);
      ahead = 30_001;
      const again = await mqtt5Session(world, persistent);
      const got: string[] = [];
      const oldAgain = await world.device("old", { clean: false }, (client) => {
        client.on("message", (topic) => got.push(topic));
      });
      await oldAgain.subscribeAsync("last");
      const last = nextMessage(oldAgain);
      again.send(subscribe("last"));
      assert.equal((await again.next()).cmd, "suback");
      await world.broker.deliver("last", Buffer.from("x"), 0);
      assert.equal((await again.next()).topic, "last");
      await last;
      assert.deepEqual(got, ["last"]);
      again.socket.destroy();
    });

    it("is retained until then", async () => {
      await published(30, { retain: true });
      const first = await mqtt5Session(world);
      first.send(subscribe("a"));
      await first.next();
      const { properties } = await first.next();
      assert.ok([29, 30].includes(Number(properties?.messageExpiryInterval)));
      assert.equal(world.broker.retained("a")?.topic, "a");
      ahead = 30_001;
      assert.equal(world.broker.retained("a"), undefined);
      assert.deepEqual(world.broker.allRetained(), []);
      first.send(subscribe("a"));
      assert.equal((await first.next()).cmd, "suback");
      first.send({ cmd: "pingreq" });
      assert.equal((await first.next()).cmd, "pingresp");
      first.socket.destroy();
    });
  });

  describe("flow control", () => {
    it("sends no more messages than the client takes, until it acknowledges", async () => {
      const session = await mqtt5Session(world, { properties: { receiveMaximum: 1 } });
      session.send(subscribe("a"));
      await session.next();
      for (const text of ["1", "2"]) await world.broker.deliver("a", Buffer.from(text), 1);
      const first = await session.next();
      session.send({ cmd: "pingreq" });
      assert.deepEqual([first.text, (await session.next()).cmd], ["1", "pingresp"]);
      session.send({ cmd: "puback", messageId: first.messageId } as never);
      assert.equal((await session.next()).text, "2");
      session.socket.destroy();
    });

    for (const protocolVersion of [4, 5] as const)
      it(`sends 100 messages that are not acknowledged, and the next ones in order, in version ${protocolVersion}`, async () => {
        const session = await mqtt5Session(world, { protocolVersion });
        session.send(subscribe("a"));
        await session.next();
        for (let n = 1; n <= 102; n++) await world.broker.deliver("a", Buffer.from(`${n}`), 1);
        await world.broker.deliver("a", Buffer.from("at most once"), 0);
        const got = [];
        for (let n = 1; n <= 101; n++) got.push(await session.next());
        session.send({ cmd: "pingreq" });
        assert.equal((await session.next()).cmd, "pingresp");
        const texts = Array.from({ length: 100 }, (_, n) => `${n + 1}`);
        assert.deepEqual(
          got.map(({ text }) => text),
          [...texts, "at most once"],
        );
        for (const index of [7, 3])
          session.send({ cmd: "puback", messageId: got[index]?.messageId } as never);
        assert.deepEqual(
          [(await session.next()).text, (await session.next()).text],
          ["101", "102"],
        );
        session.socket.destroy();
      });

    it("sends no packet that is larger than the client takes", async () => {
      const session = await mqtt5Session(world, { properties: { maximumPacketSize: 512 } });
      session.send(subscribe("a"));
      await session.next();
      for (const text of ["x".repeat(512), "small"])
        await world.broker.deliver("a", Buffer.from(text), 1);
      assert.equal((await session.next()).text, "small");
      session.socket.destroy();
    });
  });

  describe("a session", () => {
    const leave = async (session: Awaited<ReturnType<typeof mqtt5Session>>): Promise<void> => {
      const left = world.nextAnnouncement();
      session.socket.destroy();
      await left;
    };

    it("is kept as long as the client asks, at most as long as AWS grants", async () => {
      const asked = { properties: { sessionExpiryInterval: 7_200 } };
      const session = await mqtt5Session(world, asked);
      assert.equal(session.connack.properties?.sessionExpiryInterval, 3_600);
      session.send(subscribe("a"));
      await session.next();
      await leave(session);
      const again = await mqtt5Session(world, { clean: false, ...asked });
      assert.equal(again.connack.sessionPresent, true);
      await leave(again);
      expire[0]?.();
      const last = await mqtt5Session(world, { clean: false });
      assert.equal(last.connack.sessionPresent, false);
      last.socket.destroy();
    });

    it("ends with its connection if the client asks so when it leaves", async () => {
      const session = await mqtt5Session(world, { properties: { sessionExpiryInterval: 60 } });
      session.send(subscribe("a"));
      await session.next();
      const left = world.nextAnnouncement();
      session.send({ cmd: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
      await left;
      for (const step of expire) step();
      const again = await mqtt5Session(world, { clean: false });
      assert.equal(again.connack.sessionPresent, false);
      again.socket.destroy();
    });

    it("that ends with the connection that resumes it still delivers what waits", async () => {
      const session = await mqtt5Session(world, { properties: { sessionExpiryInterval: 60 } });
      session.send(subscribe("a"));
      await session.next();
      await leave(session);
      await world.broker.deliver("a", Buffer.from("kept"), 1);
      const again = await mqtt5Session(world, { clean: false });
      assert.equal((await again.next()).text, "kept");
      await leave(again);
      for (const step of expire) step();
      const last = await mqtt5Session(world, { clean: false });
      assert.equal(last.connack.sessionPresent, false);
      last.socket.destroy();
    });
  });

  describe("the broker ends a connection", () => {
    it("whose client id another one takes", async () => {
      const first = await mqtt5Session(world);
      const second = await mqtt5Session(world);
      const { cmd, reasonCode } = await first.next();
      assert.deepEqual([cmd, reasonCode], ["disconnect", 0x8e]);
      second.socket.destroy();
    });

    it("whose certificate is deactivated", async () => {
      const session = await mqtt5Session(world);
      await ready(session);
      world.broker.disconnect("f".repeat(64));
      const { cmd, reasonCode } = await session.next();
      assert.deepEqual([cmd, reasonCode], ["disconnect", 0x98]);
    });

    it("that sends a malformed packet", async () => {
      const session = await mqtt5Session(world);
      session.socket.write(Buffer.from([0x80, 0]));
      const { cmd, reasonCode } = await session.next();
      assert.deepEqual([cmd, reasonCode], ["disconnect", 0x81]);
      assert.equal((await session.next()).cmd, "closed");
    });

    it("that says nothing for too long", async () => {
      await withBrokerWorld({ keepAliveSeconds: { least: 0.5, most: 0.5 } }, async (impatient) => {
        const session = await mqtt5Session(impatient);
        const { cmd, reasonCode } = await session.next();
        assert.deepEqual([cmd, reasonCode], ["disconnect", 0x8d]);
        await session.next();
        assert.deepEqual(
          impatient.announced.map(({ event }) => event.disconnectReason),
          [undefined, "MQTT_KEEP_ALIVE_TIMEOUT"],
        );
      });
    });

    it("when it stops", async () => {
      const stopping = await createBrokerWorld();
      const session = await mqtt5Session(stopping);
      await ready(session);
      const ended = stopping.end();
      const { cmd, reasonCode } = await session.next();
      assert.deepEqual([cmd, reasonCode], ["disconnect", 0x8b]);
      await ended;
    });
  });

  it("counts each refused request of a connection that stays", async () => {
    const counted: string[] = [];
    await withBrokerWorld({ count: (metric) => counted.push(metric) }, async (counting) => {
      counting.peer = certificate("sensor-1", devicePolicy);
      const session = await mqtt5Session(counting);
      for (const topic of ["secret", "secret", telemetry]) {
        session.send(publication(topic));
        await session.next();
      }
      session.send(subscribe("secret"));
      await session.next();
      assert.deepEqual(counted, [
        "Connect.Success",
        "PublishIn.AuthError",
        "PublishIn.AuthError",
        "PublishIn.Success",
        "Subscribe.AuthError",
      ]);
      session.socket.destroy();
    });
  });
});

/** The broker reads packets once it has the connection among its clients. */
async function ready({ send, next }: Mqtt5Session): Promise<void> {
  send({ cmd: "pingreq" });
  assert.equal((await next()).cmd, "pingresp");
}

function subscribe(topic: string): never {
  const subscriptions = [{ topic, qos: 1, nl: false, rap: false, rh: 0 }];
  return { cmd: "subscribe", messageId: 7, subscriptions } as never;
}
