import { wireProperties, type Headers } from "./mqtt5/headers";

/** A message that a client may publish. */
export interface Publication extends Headers {
  topic: string;
  payload: Uint8Array;
  clientId: string;
  /** The id of the device's certificate, or of the IAM principal. */
  principal: string;
  sourceIp: string;
}

/** What the broker library sends to subscribers beside the payload; `now` is in milliseconds since the epoch. */
export const sentWith = (headers: Headers, now: number): object => ({
  properties: wireProperties(headers),
  ...(headers.messageExpiry !== undefined && {
    messageExpiry: now + headers.messageExpiry * 1_000,
  }),
});
