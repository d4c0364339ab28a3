import type { Trace } from "../trace";

/** An acknowledgement that reached its device. */
export interface Ack {
  deviceId: string;
  payload: Uint8Array;
}

/** What was acknowledged to the devices, and what is still on its way to one. */
export interface Acks {
  topicOf(deviceId: string): string;
  arrived(ack: Ack): void;
  received: () => readonly Ack[];
  /** Resolves when every acknowledgement that the broker took has reached its device. */
  caughtUp: () => Promise<void>;
  stop(): void;
}

export function createAcks(trace: Trace, topicPrefix: string, deviceIds: string[]): Acks {
  const topicOf = (deviceId: string): string => `${topicPrefix}/${deviceId}/acks`;
  const deviceByTopic = new Map(deviceIds.map((deviceId) => [topicOf(deviceId), deviceId]));
  const received: Ack[] = [];
  /** MQTT may deliver twice; extra acknowledgements of one device do not make up for those missing at another. */
  const outstanding = new Map<string, number>();
  let waiting: (() => void)[] = [];

  function count(deviceId: string, change: number): void {
    outstanding.set(deviceId, (outstanding.get(deviceId) ?? 0) + change);
    if ([...outstanding.values()].some((left) => left > 0)) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  const stop = trace.on((event) => {
    const deviceId = event.kind === "published" ? deviceByTopic.get(event.topic) : undefined;
    if (deviceId !== undefined) count(deviceId, 1);
  });
  return {
    topicOf,
    arrived(ack) {
      received.push(ack);
      count(ack.deviceId, -1);
    },
    received: () => received,
    caughtUp: () =>
      new Promise((resolve) => {
        if ([...outstanding.values()].some((left) => left > 0)) waiting.push(resolve);
        else resolve();
      }),
    stop,
  };
}
