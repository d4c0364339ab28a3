import { createNumberList, createTextNumbers } from "../number-list";
import type { Trace } from "../trace";

/** An acknowledgement that reached its device, with the timestamp of the reading; NaN if it has none. */
export interface Ack {
  deviceId: string;
  timestamp: number;
}

/** What was acknowledged to the devices, and what is still on its way to one. */
export interface Acks {
  topicOf(deviceId: string): string;
  arrived(deviceId: string, payload: Uint8Array): void;
  received: () => Iterable<Ack>;
  /** Resolves when every acknowledgement that the broker took has reached its device. */
  caughtUp: () => Promise<void>;
  stop(): void;
}

export function createAcks(trace: Trace, topicPrefix: string, deviceIds: string[]): Acks {
  const topicOf = (deviceId: string): string => `${topicPrefix}/${deviceId}/acks`;
  const deviceByTopic = new Map(deviceIds.map((deviceId) => [topicOf(deviceId), deviceId]));
  /** Twelve bytes for each acknowledgement; a payload would keep all that arrived with it in memory. */
  const devices = createTextNumbers();
  const [device, timestamps] = [createNumberList("integer"), createNumberList("any")];
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
    arrived(deviceId, payload) {
      device.push(devices.numberOf(deviceId));
      timestamps.push(timestampOf(payload));
      count(deviceId, -1);
    },
    *received() {
      for (let index = 0; index < device.length; index++)
        yield { deviceId: devices.textOf(device.at(index)), timestamp: timestamps.at(index) };
    },
    caughtUp: () =>
      new Promise((resolve) => {
        if ([...outstanding.values()].some((left) => left > 0)) waiting.push(resolve);
        else resolve();
      }),
    stop,
  };
}

function timestampOf(payload: Uint8Array): number {
  try {
    const { timestamp } = JSON.parse(Buffer.from(payload).toString()) as { timestamp?: unknown };
    return typeof timestamp === "number" ? timestamp : NaN;
  } catch {
    return NaN;
  }
}
