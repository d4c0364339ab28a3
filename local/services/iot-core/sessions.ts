import { Readable } from "node:stream";
import type { Aedes } from "aedes";
import { headersOf, type WireProperties } from "./mqtt5/headers";
import type { UserProperty } from "./mqtt5/user-properties";

/** Schedules a call; returns the function that cancels it. */
export type After = (milliseconds: number, step: () => void) => () => void;

/** A message that is kept for clients that subscribe to its topic later. */
export interface RetainedMessage {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  /** Milliseconds since the epoch. */
  lastModified: number;
  userProperties?: readonly UserProperty[];
  /** When it expires, in milliseconds since the epoch. */
  messageExpiry?: number;
}

export interface SessionsArgs {
  after: After;
  now: () => number;
}

/** What the broker keeps without a connection: persistent sessions and retained messages. */
export interface Sessions {
  /** Called when a client resumes its session. */
  resumed(clientId: string): void;
  /** Called when a client has left; its session expires later, with the messages that wait in it. */
  left(clientId: string, expiryMilliseconds: number): void;
  retained: (topic: string) => RetainedMessage | undefined;
  /** Newest first. */
  allRetained: () => RetainedMessage[];
  close(): void;
}

/** The part of the broker library's memory that is used here; its types do not declare it. */
interface Memory {
  storeRetained(packet: Packet): Promise<void>;
  createRetainedStreamCombi(filters: string[]): Readable;
  cleanSubscriptions(client: { id: string }): Promise<void>;
  outgoingStream(client: { id: string }): Readable;
  outgoingClearMessageId(client: { id: string }, packet: Packet): Promise<unknown>;
}

interface Packet {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  properties?: WireProperties;
  messageExpiry?: number;
}

/** One hour; AWS raises it on request. */
export const defaultExpiryMilliseconds = 3_600_000;

/**
 * Adapts the broker library's persistence to AWS: sessions expire, and a retained message goes only to subscriptions of exactly
 * its topic, not to wildcard filters.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 */
export function keepSessions(aedes: Aedes, { after, now }: SessionsArgs): Sessions {
  const { persistence: memory } = aedes as unknown as { persistence: Memory };
  const [store, stream] = [
    memory.storeRetained.bind(memory),
    memory.createRetainedStreamCombi.bind(memory),
  ];
  const retained = new Map<string, RetainedMessage>();
  const expiries = new Map<string, () => void>();

  memory.createRetainedStreamCombi = (filters) =>
    Readable.from(unexpired(stream(filters.filter((filter) => !/[+#]/.test(filter)))));
  memory.storeRetained = async (packet) => {
    await store(packet);
    const { topic, payload, qos, properties, messageExpiry } = packet;
    const { userProperties } = headersOf(properties);
    const headers = {
      ...(userProperties && { userProperties }),
      ...(messageExpiry !== undefined && { messageExpiry }),
    };
    retained.delete(topic);
    // An empty message deletes the retained one.
    if (payload.length > 0)
      retained.set(topic, {
        topic,
        payload: Buffer.from(payload),
        qos,
        lastModified: now(),
        ...headers,
      });
  };

  const isExpired = ({ messageExpiry = Infinity }: Pick<Packet, "messageExpiry">): boolean =>
    messageExpiry <= now();

  /** Retained messages with the time that is left; the library would round it up. */
  async function* unexpired(packets: AsyncIterable<Packet>): AsyncGenerator<Packet> {
    for await (const { messageExpiry, ...packet } of packets) {
      if (messageExpiry === undefined) yield packet;
      else if (!isExpired({ messageExpiry })) {
        const messageExpiryInterval = Math.floor((messageExpiry - now()) / 1_000);
        yield { ...packet, properties: { ...packet.properties, messageExpiryInterval } };
      }
    }
  }

  function current(topic: string): RetainedMessage | undefined {
    const message = retained.get(topic);
    return message && !isExpired(message) ? message : undefined;
  }

  function cancel(clientId: string): void {
    expiries.get(clientId)?.();
    expiries.delete(clientId);
  }

  async function expire(id: string): Promise<void> {
    expiries.delete(id);
    await memory.cleanSubscriptions({ id });
    for await (const packet of memory.outgoingStream({ id }))
      await memory.outgoingClearMessageId({ id }, packet as Packet);
  }

  return {
    resumed: cancel,
    left(clientId, expiryMilliseconds) {
      cancel(clientId);
      expiries.set(
        clientId,
        after(expiryMilliseconds, () => void expire(clientId)),
      );
    },
    retained: current,
    allRetained: () => [...retained.values()].filter((message) => !isExpired(message)).reverse(),
    close() {
      for (const clientId of [...expiries.keys()]) cancel(clientId);
    },
  };
}

/** Uses the system clock; does not keep the process alive. */
export const afterMilliseconds: After = (milliseconds, step) => {
  const timer = setTimeout(step, milliseconds).unref();
  return () => clearTimeout(timer);
};
