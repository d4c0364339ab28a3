import { revealTime } from "../delivery/targets/event-time";
import type { Json } from "../delivery/json";

/** An event as targets receive it. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/aws-events.html */
export interface BusEvent {
  version: string;
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: Json;
  /** Only of a replayed event. */
  "replay-name"?: string;
}

/** Reads what the emulator put into our queue, and gives an event its own time again. */
export function readEvent(body: string): BusEvent {
  const event = JSON.parse(body) as BusEvent;
  return { ...event, ...revealTime(event.resources) };
}

/** As patterns and templates see it. */
export const asJson = (event: BusEvent): Json => event as unknown as Json;
