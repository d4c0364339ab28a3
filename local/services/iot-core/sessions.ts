import type { Readable } from "node:stream";
import type { Aedes } from "aedes";

/** Schedules a call; returns the function that cancels it. */
export type After = (milliseconds: number, step: () => void) => () => void;

/** A message that is kept for clients that subscribe to its topic later. */
export interface RetainedMessage {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  /** Milliseconds since the epoch. */
  lastModified: number;
}

export interface SessionsArgs {
  /** How long a session is kept after its connection has ended. */
  expiryMilliseconds: number;
  after: After;
  now: () => number;
}

/** What the broker keeps without a connection: persistent sessions and retained messages. */
export interface Sessions {
  /** Called when a client resumes its session. */
  resumed(clientId: string): void;
  /** Called when a client has left; its session expires later, with the messages that wait in it. */
  left(clientId: string): void;
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
}

/** One hour; AWS raises it on request. */
export const defaultExpiryMilliseconds = 3_600_000;

/**
 * Adapts the broker library's persistence to AWS: sessions expire, and a retained message goes only to subscriptions of exactly
 * its topic, not to wildcard filters.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 */
export function keepSessions(
  aedes: Aedes,
  { expiryMilliseconds, after, now }: SessionsArgs,
): Sessions {
  const { persistence: memory } = aedes as unknown as { persistence: Memory };
  const [store, stream] = [
    memory.storeRetained.bind(memory),
    memory.createRetainedStreamCombi.bind(memory),
  ];
  const retained = new Map<string, RetainedMessage>();
  const expiries = new Map<string, () => void>();

  memory.createRetainedStreamCombi = (filters) =>
    stream(filters.filter((filter) => !/[+#]/.test(filter)));
  memory.storeRetained = async (packet) => {
    await store(packet);
    const { topic, payload, qos } = packet;
    retained.delete(topic);
    // An empty message deletes the retained one.
    if (payload.length > 0)
      retained.set(topic, { topic, payload: Buffer.from(payload), qos, lastModified: now() });
  };

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
    left(clientId) {
      cancel(clientId);
      expiries.set(
        clientId,
        after(expiryMilliseconds, () => void expire(clientId)),
      );
    },
    retained: (topic) => retained.get(topic),
    allRetained: () => [...retained.values()].reverse(),
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
