import type { Client } from "aedes";
import { generate } from "mqtt-packet";
import { mostUnacknowledged } from "./connack";
import { speaksMqtt5, type PacketState } from "./packet-state";
import { writePacket, type Outgoing } from "./packet-writer";

export interface DeliveriesArgs {
  now: () => number;
  /** Removes a message that is not sent from the client's session. */
  forget: (client: Client, packet: { messageId?: number }) => void;
}

/** Messages to clients: with the time that is left, within the client's packet size, and a hundred at a time. */
export interface Deliveries {
  /** The message to send; undefined for one that has expired, is too large, or waits for an acknowledgement. */
  next(
    client: Client,
    state: PacketState,
    packet: Outgoing & { cmd: "publish" },
  ): Outgoing | undefined;
  /** Called when a client has a session that is new: it was sent nothing. */
  begin(client: Client): void;
  /** Called when the client has acknowledged a message: sends those that have waited. */
  acknowledged(client: Client, state: PacketState, messageId: number): void;
}

export function createDeliveries({ now, forget }: DeliveriesArgs): Deliveries {
  /** By client id, the messages that the client was sent and has not acknowledged, by this connection or an earlier one. */
  const unacknowledged = new Map<string, Set<number>>();

  /** @see https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718038 */
  function markSent({ id }: Client, message: Outgoing & { cmd: "publish" }): Outgoing {
    const sent = unacknowledged.get(id) ?? new Set();
    unacknowledged.set(id, sent);
    const { messageId = 0 } = message;
    if (sent.has(messageId)) return { ...message, dup: true };
    sent.add(messageId);
    return message;
  }

  function next(
    client: Client,
    state: PacketState,
    packet: Outgoing & { cmd: "publish" },
  ): Outgoing | undefined {
    const { messageExpiry, messageId = 0 } = packet;
    const left = messageExpiry === undefined ? undefined : messageExpiry - now();
    if (left !== undefined && left <= 0) return void forget(client, packet);
    const properties = { ...packet.properties, ...remaining(left) };
    const message = left === undefined ? packet : { ...packet, properties };
    if (speaksMqtt5(state) && isTooLarge(client, message)) return void forget(client, packet);
    if (packet.qos === 0) return message;
    if (state.sent.size >= Math.min(client.receiveMaximum, mostUnacknowledged))
      return void state.waiting.push(packet);
    state.sent.add(messageId);
    return markSent(client, message);
  }

  return {
    next,
    begin: ({ id }) => void unacknowledged.delete(id),
    acknowledged(client, state, messageId) {
      state.sent.delete(messageId);
      unacknowledged.get(client.id)?.delete(messageId);
      for (const packet of state.waiting.splice(0)) {
        const message = packet.cmd === "publish" ? next(client, state, packet) : packet;
        if (message) writePacket(message, client.conn, client.version);
      }
    },
  };
}

function isTooLarge({ maximumPacketSize = Infinity }: Client, message: Outgoing): boolean {
  return (
    maximumPacketSize < Infinity &&
    generate(message, { protocolVersion: 5 }).length > maximumPacketSize
  );
}

/** Less than a second that is left is 0. */
const remaining = (milliseconds = 0) => ({
  messageExpiryInterval: Math.floor(milliseconds / 1_000),
});
