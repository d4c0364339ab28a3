import type { Channel } from "../../reading/channel";

/** One publish of a device. */
export interface DeviceMessage {
  deviceId: string;
  /** The last level of its topic. @default "telemetry" */
  channel?: Channel;
  payload: Uint8Array;
  /** The kind of message, in one word for reports. */
  kind: string;
  /** When to publish it, in ms after the first one. */
  at: number;
}
