import type { Client, ConnectPacket, PublishPacket, Subscription } from "aedes";
import { generate } from "mqtt-packet";
import type { EventEmitter } from "node:events";
import { isFailure, reasonCodes, type ReasonCode } from "./reason-codes";
import { adaptPackets, writePacket, type Outgoing } from "./packet-writer";
import type { UserProperty } from "./headers";

/** An error with what a client of MQTT 5 learns about it. */
export interface PacketError extends Error {
  reasonCode?: ReasonCode;
  /** Whether it ends the connection even if an acknowledgement could report it. */
  closes?: boolean;
}

export interface PacketLayerArgs {
  now: () => number;
  /** Called before a connection is closed because of an error. */
  ending: (client: Client, error: Error) => void;
  /** Called with the version of a client that speaks none of those that the packet library reads. */
  foreign: () => void;
  /** Removes a message that is not sent from the client's session. */
  forget: (client: Client, packet: { messageId?: number }) => void;
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

/** Messages with QoS 1 that one side may send before the other acknowledges them. */
const mostUnacknowledged = 100;
export const mostTopicAliases = 8;
const largestPacketBytes = 131_072;

/** The part of the broker library's client that reads packets; its types do not declare it. */
interface Reader {
  _parser: EventEmitter & { _parseByType(type: string): unknown };
  _onError(error: Error): void;
}

interface Incoming {
  cmd: string;
  messageId?: number;
  qos?: number;
  properties?: { subscriptionIdentifier?: unknown };
  subscriptions?: Subscription[];
}

interface State {
  connect?: ConnectPacket;
  refusal?: PacketError;
  closing?: PacketError;
  leaving: boolean;
  /** Messages of the client that are not acknowledged. */
  received: Set<number>;
  /** Messages that the client has not acknowledged, and those that wait until it has. */
  sent: Set<number>;
  waiting: Outgoing[];
  subscribing: Map<number, Subscription[]>;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5 */
export function createPacketLayer(args: PacketLayerArgs): PacketLayer {
  const { now, ending, foreign, forget } = args;
  const states = new WeakMap<Client, State>();
  const pairs = new WeakMap<object, UserProperty[]>();
  const refusals = new WeakMap<Subscription, PacketError>();
  const malformed = new WeakSet<Error>();

  const speaksMqtt5 = ({ connect }: State): boolean => connect?.protocolVersion === 5;

  function stateOf(client: Client): State {
    const state = states.get(client);
    if (state) return state;
    throw new Error("The client's packets are not watched.");
  }

  function codeOf(error: PacketError): ReasonCode {
    if (error.reasonCode !== undefined) return error.reasonCode;
    return malformed.has(error) ? reasonCodes.malformedPacket : reasonCodes.protocolError;
  }

  /** A client decides whether it gets reasons in words. */
  const explained = ({ connect }: State, { message }: Error) =>
    connect?.properties?.requestProblemInformation === false
      ? undefined
      : { reasonString: message };

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

  /** Ends the connection because of a packet, which then has no effect. */
  function reject(client: Client, packet: Incoming, reasonCode: ReasonCode, reason: string): void {
    packet.cmd = "pingreq";
    fail(client, Object.assign(new Error(reason), { reasonCode }));
  }

  function incoming(client: Client, state: State, packet: Incoming): void {
    if (packet.cmd === "connect") {
      state.connect = packet as unknown as ConnectPacket;
      // AWS lists no Will Delay Interval among its properties.
      delete state.connect.will?.properties?.willDelayInterval;
      return;
    }
    if (!speaksMqtt5(state)) return;
    const { cmd, messageId = 0 } = packet;
    if (cmd === "publish" && packet.qos === 1) {
      state.received.add(messageId);
      if (state.received.size > mostUnacknowledged)
        reject(
          client,
          packet,
          reasonCodes.receiveMaximumExceeded,
          `The client sent more than ${mostUnacknowledged} messages that are not acknowledged yet.`,
        );
    }
    if (cmd === "puback") {
      state.sent.delete(messageId);
      sendWaiting(client, state);
    }
    if (cmd === "subscribe") {
      if (packet.properties?.subscriptionIdentifier !== undefined)
        return reject(
          client,
          packet,
          reasonCodes.subscriptionIdentifiersNotSupported,
          "AWS IoT Core has no subscription identifiers.",
        );
      state.subscribing.set(messageId, packet.subscriptions ?? []);
    }
  }

  function sendWaiting(client: Client, state: State): void {
    for (const packet of state.waiting.splice(0)) {
      const next = delivery(client, state, packet);
      if (next) writePacket(next, client.conn, 5);
    }
  }

  function delivery(client: Client, state: State, packet: Outgoing): Outgoing | undefined {
    if (packet.cmd !== "publish") return packet;
    const { messageExpiry, messageId = 0 } = packet;
    const left = messageExpiry === undefined ? undefined : messageExpiry - now();
    if (left !== undefined && left <= 0) return void forget(client, packet);
    const properties = { ...packet.properties, ...remaining(left) };
    const message = left === undefined ? packet : { ...packet, properties };
    if (!speaksMqtt5(state)) return message;
    const { maximumPacketSize = Infinity, receiveMaximum } = client;
    if (
      maximumPacketSize < Infinity &&
      generate(message, { protocolVersion: 5 }).length > maximumPacketSize
    )
      return void forget(client, packet);
    if (packet.qos === 0) return message;
    if (state.sent.size >= Math.min(receiveMaximum, mostUnacknowledged))
      return void state.waiting.push(packet);
    state.sent.add(messageId);
    return message;
  }

  function connack(state: State, packet: Outgoing & { cmd: "connack" }): Outgoing {
    const { refusal, connect } = state;
    if (isFailure(packet.reasonCode ?? 0))
      return refusal
        ? { ...packet, reasonCode: codeOf(refusal), properties: explained(state, refusal) }
        : packet;
    return {
      ...packet,
      properties: {
        ...packet.properties,
        serverKeepAlive: Math.ceil(connect?.keepalive ?? 0),
        receiveMaximum: mostUnacknowledged,
        maximumQoS: 1,
        retainAvailable: true,
        maximumPacketSize: largestPacketBytes,
        topicAliasMaximum: mostTopicAliases,
        wildcardSubscriptionAvailable: true,
        subscriptionIdentifiersAvailable: false,
        sharedSubscriptionAvailable: true,
      },
    };
  }

  function outgoing(client: Client, state: State, packet: Outgoing): Outgoing | undefined {
    if (state.leaving && packet.cmd !== "disconnect") return undefined;
    if (packet.cmd === "publish") return delivery(client, state, packet);
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

  return {
    watch(client) {
      const state: State = {
        leaving: false,
        received: new Set(),
        sent: new Set(),
        waiting: [],
        subscribing: new Map(),
      };
      states.set(client, state);
      const reader = client as unknown as Reader;
      const { _parser: parser, _onError } = reader;
      const collected: UserProperty[] = [];
      const parse = parser._parseByType.bind(parser);
      // The packet library groups user properties by name and loses their order.
      parser._parseByType = (type) => {
        const value = parse(type);
        if (type === "pair") collected.push(userProperty(value));
        return value;
      };
      parser.prependListener("packet", (packet: Incoming) => {
        pairs.set(packet, collected.splice(0));
        incoming(client, state, packet);
      });
      parser.prependListener("error", (error: Error) => {
        malformed.add(error);
        if (state.connect || !/protocol version/i.test(error.message)) return;
        foreign();
        const reasonCode = reasonCodes.unsupportedProtocolVersion;
        writePacket({ cmd: "connack", reasonCode, sessionPresent: false }, client.conn, 5);
      });
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

/** Less than a second that is left is 0. */
const remaining = (milliseconds = 0) => ({
  messageExpiryInterval: Math.floor(milliseconds / 1_000),
});

function userProperty(pair: unknown): UserProperty {
  const { name, value } = pair as { name: string; value: string };
  return { key: name, value };
}
