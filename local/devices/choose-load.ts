import type { Request } from "../command-line";
import { deviceIds, generateLoad } from "./load";
import { withLogs } from "./logs";
import type { DeviceMessage } from "./message";
import { openRecording } from "./recording";

/** The messages that the devices publish. */
export interface Load {
  /** A summary in one line. */
  described: string;
  /** What a replay assumes about its recording; empty for a generated load. */
  summary: string[];
  deviceIds: string[];
  messages: Messages;
  /** The same with log messages between them; a recording has none. */
  withLogs?: Messages;
}

type Messages = Iterable<DeviceMessage> | AsyncIterable<DeviceMessage>;

/** The requested recording, or a generated load. Times are relative to `now`. */
export async function chooseLoad(request: Request, now: number): Promise<Load> {
  const { replay, devices, rate, shares, hostile, seed, messages } = request;
  if (replay) {
    const recording = await openRecording(replay, now);
    const { described, summary, deviceIds: ids } = recording;
    return { described, summary, deviceIds: ids, messages: recording.messages() };
  }
  const count = messages === Infinity ? "messages" : `${messages.toLocaleString("en")} messages`;
  const pace = rate === 0 ? "as fast as possible" : `${rate.toLocaleString("en")} a second`;
  const generated = generateLoad({ devices, rate, shares, hostile, seed, startedAt: now });
  return {
    described: `${count} of ${devices} devices${attackers(devices, hostile)}, ${pace}, seed ${seed}`,
    summary: [],
    deviceIds: deviceIds(devices),
    messages: generated,
    withLogs: withLogs(generated, { seed, startedAt: now }),
  };
}

const attackers = (devices: number, hostile: number): string =>
  hostile === 0 ? "" : `, ${Math.ceil(devices * hostile)} of them taken over`;
