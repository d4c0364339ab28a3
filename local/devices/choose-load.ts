import type { Request } from "../command-line";
import { deviceIds, generateLoad } from "./load";
import type { DeviceMessage } from "./message";
import { openRecording } from "./recording";

/** The messages that the devices publish. */
export interface Load {
  /** A summary in one line. */
  described: string;
  deviceIds: string[];
  messages: Iterable<DeviceMessage> | AsyncIterable<DeviceMessage>;
}

/** The requested recording, or a generated load. Times are relative to `now`. */
export async function chooseLoad(request: Request, now: number): Promise<Load> {
  const { replay, devices, rate, shares, hostile, seed, messages } = request;
  if (replay) {
    const recording = await openRecording(replay, now);
    const { described, deviceIds: ids } = recording;
    return { described, deviceIds: ids, messages: recording.messages() };
  }
  const count = messages === Infinity ? "messages" : `${messages.toLocaleString("en")} messages`;
  const pace = rate === 0 ? "as fast as possible" : `${rate.toLocaleString("en")} a second`;
  return {
    described: `${count} of ${devices} devices${attackers(devices, hostile)}, ${pace}, seed ${seed}`,
    deviceIds: deviceIds(devices),
    messages: generateLoad({ devices, rate, shares, hostile, seed, startedAt: now }),
  };
}

const attackers = (devices: number, hostile: number): string =>
  hostile === 0 ? "" : `, ${Math.ceil(devices * hostile)} of them taken over`;
