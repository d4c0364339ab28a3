/** One publish of a device. */
export interface DeviceMessage {
  deviceId: string;
  payload: Uint8Array;
  /** The kind of message, in one word for reports. */
  kind: string;
  /** When to publish it, in ms after the first one. */
  at: number;
}
