import type { SQSRecord } from "aws-lambda";
import type { Json } from "../delivery/json";
import type { StreamRecord } from "../delivery/streams/stream-record";
import { recordView } from "../sqs";

/** One event on its way through a pipe. */
export interface PipeEvent {
  /** The id by which a target reports it as failed: `messageId` of a queue, `eventID` of a stream. */
  id: string | undefined;
  /** The event as its source provides it, with its data encoded. */
  raw: Json;
  /** The event as templates read it: data that is JSON is parsed. */
  view: Json;
}

export const fromQueue = (record: SQSRecord): PipeEvent & { view: Record<string, Json> } => ({
  id: record.messageId,
  raw: record as unknown as Json,
  view: recordView(record),
});

export function fromStream(record: StreamRecord): PipeEvent {
  const raw = record.forPipe();
  return { id: raw.eventID, raw, view: record.view() };
}

/** Returns an event of an enrichment; it has the source's id only if the enrichment passed it on. */
export function fromEnrichment(value: Json): PipeEvent {
  const { messageId, eventID } = (value ?? {}) as Record<string, Json>;
  const id = messageId ?? eventID;
  return { id: typeof id === "string" ? id : undefined, raw: value, view: value };
}
