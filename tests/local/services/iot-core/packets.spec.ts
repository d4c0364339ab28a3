import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import type { Client } from "aedes";
import type { Packet } from "mqtt-packet";
import { createDeliveries } from "../../../../local/services/iot-core/mqtt5/deliveries";
import { newState } from "../../../../local/services/iot-core/mqtt5/packet-state";
import { createTrace, type TraceEvent } from "../../../../local/trace";
import { createBrokerWorld, withBrokerWorld, type BrokerWorld } from "./broker-world";
import { mqtt5Session, type Answer, type Mqtt5Session } from "./mqtt5-session";

const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];

/** A CONNECT of client `a` with this protocol name and level. */
const connectPacket = (name: string, level: number): Buffer => {
  const body = [...text(name), level, 2, 0, 60, ...text("a")];
  return Buffer.from([0x10, body.length, ...body]);
};

const request = (...filters: string[]): Packet => ({
  cmd: "subscribe",
  messageId: 1,
  subscriptions: filters.map((topic) => ({ topic, qos: 1, nl: false, rap: false, rh: 0 })),
});

describe("packets of the local broker", () => {
  let world: BrokerWorld;

  beforeEach(async () => {
    world = await createBrokerWorld();
  });

  afterEach(() => world.end());

  const published = (topic: string, messageId: number, properties = {}): Packet => ({
    cmd: "publish",
    topic,
    payload: "x",
    qos: 1,
    messageId,
    dup: false,
    retain: false,
    properties,
  });

  async function publish(topic: string): Promise<void> {
    const session = await mqtt5Session(world, { clientId: "publisher" });
    session.send(published(topic, 1));
    assert.equal((await session.next()).cmd, "puback");
    session.socket.destroy();
  }

  const shown = ({ cmd, topic, dup }: Answer) => [cmd, topic, dup];

  const acknowledge = (session: Mqtt5Session, { messageId }: Answer): void =>
    session.send({ cmd: "puback", messageId });

  for (const protocolVersion of [4, 5] as const)
    for (const [what, filter] of [
      ["a subscription", "d/#"],
      ["a shared subscription", "$share/g/d/#"],
    ] as const)
      describe(`redelivery by ${what} of version ${protocolVersion}`, () => {
        const persistent = {
          clientId: "sensor-1",
          protocolVersion,
          clean: false,
          ...(protocolVersion === 5 && { properties: { sessionExpiryInterval: 3_600 } }),
        };

        async function away(session: Mqtt5Session): Promise<void> {
          const left = world.nextAnnouncement();
          session.socket.destroy();
          await left;
        }

        it("marks what was sent before and not acknowledged, and nothing else", async () => {
          const first = await mqtt5Session(world, persistent);
          first.send(request(filter));
          await first.next();
          await publish("d/acknowledged");
          acknowledge(first, await first.next());
          await publish("d/sent");
          assert.deepEqual(shown(await first.next()), ["publish", "d/sent", false]);
          await away(first);
          await publish("d/waiting");

          const second = await mqtt5Session(world, persistent);
          assert.equal(second.connack.sessionPresent, true);
          const again = await second.next();
          assert.deepEqual(shown(again), ["publish", "d/sent", true]);
          assert.deepEqual(shown(await second.next()), ["publish", "d/waiting", false]);
          acknowledge(second, again);
          await away(second);

          const third = await mqtt5Session(world, persistent);
          assert.deepEqual(shown(await third.next()), ["publish", "d/waiting", true]);
          third.socket.destroy();
        });
      });

  it("are marked again until their session is new", () => {
    const deliveries = createDeliveries({ now: Date.now, forget: () => undefined });
    const client = { id: "a", version: 4, receiveMaximum: 100 } as Client;
    const packet = { ...published("d", 5), cmd: "publish" } as const;
    const dup = () => {
      const message = deliveries.next(client, newState(), packet as never);
      return (message as { dup: boolean }).dup;
    };
    assert.deepEqual([dup(), dup(), dup()], [false, true, true]);
    deliveries.begin(client);
    assert.deepEqual([dup(), dup()], [false, true]);
    deliveries.acknowledged(client, newState(), 5);
    assert.deepEqual([dup(), dup()], [false, true]);
  });

  describe("of a foreign client", () => {
    const bridge = (level: number) =>
      `The client connects as a bridge, by protocol level ${level}, which AWS IoT Core does not support; connect with protocol version 4 or 5.`;
    const old =
      "The client speaks MQTT 3.1, and AWS IoT Core MQTT 3.1.1 and MQTT 5; connect with protocol version 4 or 5.";
    const rows: [name: string, level: number, reason: string][] = [
      ["MQIsdp", 3, old],
      ["MQIsdp", 4, old],
      ["MQTT", 3, old],
      ["MQTT", 132, bridge(132)],
      ["MQIsdp", 131, bridge(131)],
    ];
    for (const [name, level, reason] of rows)
      it(`are refused with return code 1: ${name} ${level}`, async () => {
        const socket = net.connect(world.port, "127.0.0.1");
        const ended = once(socket, "close");
        socket.write(connectPacket(name, level));
        const [answer] = (await once(socket, "data")) as [Buffer];
        assert.deepEqual([...answer], [0x20, 2, 0, 1]);
        await ended;
        assert.deepEqual(
          world.refused.map((event) => event.reason),
          [reason],
        );
      });
  });

  for (const [maximumPacketSize, code] of [
    [0, 0x82],
    [511, 0x97],
  ] as const)
    it(`of MQTT 5 cannot be limited to ${maximumPacketSize} bytes`, async () => {
      const { connack } = await mqtt5Session(world, { properties: { maximumPacketSize } });
      const reasonString = `The client asks for packets of at most ${maximumPacketSize} bytes; AWS IoT Core requires 512 or more.`;
      assert.deepEqual([connack.reasonCode, connack.properties], [code, { reasonString }]);
      assert.deepEqual(
        world.refused.map(({ reason }) => reason),
        [reasonString],
      );
    });

  describe("of MQTT 5 that break the protocol end the connection with its reason:", () => {
    const rows: [what: string, bytes: number[], reason: string][] = [
      ["a SUBSCRIBE without filters", [0x82, 3, 0, 1, 0], "The SUBSCRIBE has no filters."],
      ["an UNSUBSCRIBE without filters", [0xa2, 3, 0, 1, 0], "The UNSUBSCRIBE has no filters."],
      [
        "a message with a subscription identifier",
        [0x30, 6, 0, 1, 97, 2, 0x0b, 5],
        "A client's message has a subscription identifier.",
      ],
    ];
    for (const [what, bytes, reasonString] of rows)
      it(what, async () => {
        const session = await mqtt5Session(world);
        session.socket.write(Buffer.from(bytes));
        const { cmd, reasonCode, properties } = await session.next();
        assert.deepEqual([cmd, reasonCode, properties], ["disconnect", 0x82, { reasonString }]);
        assert.equal((await session.next()).cmd, "closed");
        assert.deepEqual(world.accepted, []);
      });
  });

  describe("that break the protocol leave a trace:", () => {
    const wrongFilter = "# is only allowed in SUBSCRIBE in the last position";
    const rows: [what: string, packet: Packet, reason: string][] = [
      ["a malformed filter", request("a/#/b"), wrongFilter],
      ["a malformed shared filter", request("$share/g/a/#/b"), wrongFilter],
      ["a topic with a wildcard", published("a/+", 1), "+ is not allowed in PUBLISH"],
      ["an empty topic", published("", 1), "empty topic not allowed in PUBLISH"],
    ];
    for (const protocolVersion of [4, 5] as const)
      for (const [what, packet, reason] of rows)
        it(`${what}, by version ${protocolVersion}`, async () => {
          const trace = createTrace();
          const events: TraceEvent[] = [];
          trace.on((event) => events.push(event));
          await withBrokerWorld({ trace }, async (traced) => {
            const session = await mqtt5Session(traced, { protocolVersion });
            session.send(packet);
            if (protocolVersion === 5) assert.equal((await session.next()).cmd, "disconnect");
            assert.equal((await session.next()).cmd, "closed");
            const message = `Client 'sensor-1' broke the protocol: ${reason}.`;
            assert.deepEqual(events, [{ kind: "warning", part: "iot-core", message }]);
          });
        });
  });
});
