import { serviceOf } from "../arns";
import type { Start } from "./stream-record";

/** Where an event source mapping or a pipe starts to read a stream. */
export interface StartInputs {
  eventSourceArn: string;
  startingPosition: string;
  /** RFC 3339, for AT_TIMESTAMP. */
  startingPositionTimestamp?: string;
}

/** Reads a starting position. Throws one sentence if this kind of stream does not have it. */
export function startOf({
  eventSourceArn,
  startingPosition,
  startingPositionTimestamp,
}: StartInputs): Start {
  if (startingPosition === "TRIM_HORIZON" || startingPosition === "LATEST")
    return { at: startingPosition };
  const timestamp = new Date(startingPositionTimestamp ?? "");
  if (startingPosition !== "AT_TIMESTAMP" || serviceOf(eventSourceArn) !== "kinesis")
    throw new Error(
      `Reading of ${eventSourceArn} starts at '${startingPosition}', which this stream does not know.`,
    );
  if (Number.isNaN(timestamp.getTime()))
    throw new Error(
      `Reading of ${eventSourceArn} starts at a timestamp that is none: '${startingPositionTimestamp}'.`,
    );
  return { at: "AT_TIMESTAMP", timestamp };
}
