import type { ConnectPacket, Subscription } from "aedes";
import { mostUnacknowledged } from "./connack";
import { speaksMqtt5, type PacketError, type PacketState } from "./packet-state";
import { reasonCodes, type ReasonCode } from "./reason-codes";

/** A packet that the packet library has read. */
export interface Incoming {
  cmd: string;
  messageId?: number;
  qos?: number;
  properties?: { subscriptionIdentifier?: unknown };
  subscriptions?: Subscription[];
  unsubscriptions?: string[];
}

/** Notes what the layer has to know of a packet later. Returns an error that ends the connection, if the packet is against AWS's limits. */
export function noteIncoming(state: PacketState, packet: Incoming): PacketError | undefined {
  if (packet.cmd === "connect") {
    state.connect = packet as unknown as ConnectPacket;
    // AWS lists no Will Delay Interval among its properties.
    delete state.connect.will?.properties?.willDelayInterval;
    return undefined;
  }
  if (!speaksMqtt5(state)) return undefined;
  const { cmd, messageId = 0, subscriptions, unsubscriptions } = packet;
  // A server alone sends one with a message.
  if (cmd === "publish" && packet.properties?.subscriptionIdentifier !== undefined)
    return fault(reasonCodes.protocolError, "A client's message has a subscription identifier.");
  if ((subscriptions ?? unsubscriptions)?.length === 0)
    return fault(reasonCodes.protocolError, `The ${cmd.toUpperCase()} has no filters.`);
  if (cmd === "publish" && packet.qos === 1) {
    state.received.add(messageId);
    if (state.received.size > mostUnacknowledged)
      return fault(
        reasonCodes.receiveMaximumExceeded,
        `The client sent more than ${mostUnacknowledged} messages that are not acknowledged yet.`,
      );
  }
  if (cmd === "subscribe") {
    if (packet.properties?.subscriptionIdentifier !== undefined)
      return fault(
        reasonCodes.subscriptionIdentifiersNotSupported,
        "AWS IoT Core has no subscription identifiers.",
      );
    state.subscribing.set(messageId, subscriptions ?? []);
  }
  return undefined;
}

const fault = (reasonCode: ReasonCode, reason: string): PacketError =>
  Object.assign(new Error(reason), { reasonCode });
