/** One publish of a device. */
export interface DeviceMessage {
  deviceId: string;
  payload: Uint8Array;
  /** What it was made to be, in a word for the account's sentences. */
  kind: string;
  /** When to publish it, in ms after the first one. */
  at: number;
}
