import type { Client, PublishPacket, Subscription } from "aedes";
import type { EventEmitter } from "node:events";
import { connack } from "./connack";
import { createDeliveries, type DeliveriesArgs } from "./deliveries";
import { noteIncoming, type Incoming } from "./incoming";
import {
  codeOf,
  explained,
  newState,
  speaksMqtt5,
  type PacketError,
  type PacketState,
} from "./packet-state";
import { adaptPackets, writePacket, type Outgoing } from "./packet-writer";
import { reasonCodes } from "./reason-codes";
import type { UserProperty } from "./user-properties";

export interface PacketLayerArgs extends DeliveriesArgs {
  /** Called before a connection is closed because of an error. */
  ending: (client: Client, error: Error) => void;
  /** Called with the version of a client that speaks none of those that the packet library reads. */
  foreign: () => void;
}

/** What AWS does with packets and the broker library does not: mostly of MQTT 5. */
export interface PacketLayer {
  watch(client: Client): void;
  /** The user properties of a message, in the order in which they came. */
  userProperties(packet: PublishPacket): UserProperty[] | undefined;
  /** Sets the reason code of the CONNACK that the library is about to send. */
  refuseConnect(client: Client, error: PacketError): void;
  /** Sets the reason code of one filter in the SUBACK that the library is about to send. */
  refuseSubscription(subscription: Subscription, error: PacketError): void;
  refusalOf(subscription: Subscription): PacketError | undefined;
  /** Answers a refused message of a client of MQTT 5; whether its connection stays. */
  refusePublish(client: Client, packet: PublishPacket, error: PacketError): boolean;
  /** The library is about to close the connection with an error of its own; this one is the cause. */
  closeWith(client: Client, error: PacketError): void;
}

/** The part of the broker library's client that reads packets; its types do not declare it. */
interface Reader {
  _parser: EventEmitter & { _parseByType(type: string): unknown };
  _onError(error: Error): void;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5 */
export function createPacketLayer({ ending, foreign, ...rest }: PacketLayerArgs): PacketLayer {
  const deliveries = createDeliveries(rest);
  const states = new WeakMap<Client, PacketState>();
  const pairs = new WeakMap<object, UserProperty[]>();
  const refusals = new WeakMap<Subscription, PacketError>();

  function stateOf(client: Client): PacketState {
    const state = states.get(client);
    if (state) return state;
    throw new Error("The client's packets are not watched.");
  }

  function fail(client: Client, given: PacketError): void {
    const state = stateOf(client);
    const error = state.closing ?? given;
    // The packet library sends in the next tick.
    if (!state.connect)
      return void setImmediate(() => (client as unknown as Reader)._onError(error));
    if (!speaksMqtt5(state) || !client.connected || client.closed || "code" in error)
      return (client as unknown as Reader)._onError(error);
    if (state.leaving) return;
    state.leaving = true;
    ending(client, error);
    client.disconnect({ reasonCode: codeOf(error), properties: explained(state, error) });
  }

  function incoming(client: Client, state: PacketState, packet: Incoming): void {
    const error = noteIncoming(state, packet);
    if (packet.cmd === "puback") deliveries.acknowledged(client, state, packet.messageId ?? 0);
    if (!error) return;
    // The packet has no effect.
    packet.cmd = "pingreq";
    fail(client, error);
  }

  function outgoing(client: Client, state: PacketState, packet: Outgoing): Outgoing | undefined {
    if (state.leaving && packet.cmd !== "disconnect") return undefined;
    if (packet.cmd === "publish") return deliveries.next(client, state, packet);
    if (packet.cmd === "connack" && !packet.sessionPresent) deliveries.begin(client);
    if (!speaksMqtt5(state)) return packet;
    if (packet.cmd === "connack") return connack(state, packet);
    if (packet.cmd === "puback") state.received.delete(packet.messageId ?? 0);
    if (packet.cmd !== "suback") return packet;
    const subscriptions = state.subscribing.get(packet.messageId ?? 0) ?? [];
    state.subscribing.delete(packet.messageId ?? 0);
    const granted = (packet.granted as number[]).map((code, index) => {
      const refusal = subscriptions[index] && refusals.get(subscriptions[index]);
      return refusal ? codeOf(refusal) : code;
    });
    return { ...packet, granted };
  }

  /** The packet library groups user properties by name and loses their order. */
  function collectPairs(parser: Reader["_parser"]): () => UserProperty[] {
    const collected: UserProperty[] = [];
    const parse = parser._parseByType.bind(parser);
    parser._parseByType = (type) => {
      const value = parse(type);
      if (type === "pair") collected.push(userProperty(value));
      return value;
    };
    return () => collected.splice(0);
  }

  /** An error of the packet library: the packet is malformed, or of a version that does not exist. */
  function unreadable(client: Client, state: PacketState, error: PacketError): void {
    error.reasonCode ??= reasonCodes.malformedPacket;
    if (state.connect || !/protocol version/i.test(error.message)) return;
    foreign();
    const reasonCode = reasonCodes.unsupportedProtocolVersion;
    writePacket({ cmd: "connack", reasonCode, sessionPresent: false }, client.conn, 5);
  }

  return {
    watch(client) {
      const state = newState();
      states.set(client, state);
      const { _parser: parser, _onError } = client as unknown as Reader;
      const collected = collectPairs(parser);
      parser.prependListener("packet", (packet: Incoming) => {
        pairs.set(packet, collected());
        incoming(client, state, packet);
      });
      parser.prependListener("error", (error: PacketError) => unreadable(client, state, error));
      client.removeListener("error", _onError);
      client.on("error", (error) => fail(client, error));
      adaptPackets(client.conn, (packet) => outgoing(client, state, packet));
    },
    userProperties: (packet) => pairs.get(packet),
    refuseConnect(client, error) {
      stateOf(client).refusal = error;
    },
    refuseSubscription: (subscription, error) => void refusals.set(subscription, error),
    refusalOf: (subscription) => refusals.get(subscription),
    refusePublish(client, packet, error) {
      const state = stateOf(client);
      if (packet.qos !== 1 || error.closes) {
        fail(client, error);
        return false;
      }
      const { messageId = 0 } = packet;
      state.received.delete(messageId);
      const [reasonCode, properties] = [codeOf(error), explained(state, error)];
      writePacket({ cmd: "puback", messageId, reasonCode, properties }, client.conn, 5);
      return true;
    },
    closeWith(client, error) {
      stateOf(client).closing = error;
    },
  };
}

function userProperty(pair: unknown): UserProperty {
  const { name, value } = pair as { name: string; value: string };
  return { key: name, value };
}
