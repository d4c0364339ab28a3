import type { Json } from "../delivery/json";
import { revealTime } from "../delivery/targets/event-time";

/** An event in the form in which targets receive it. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/aws-events.html */
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
  /** Of replayed events only. */
  "replay-name"?: string;
}

/** Reads an event that the emulator has put into the holding queue, and restores its own time. */
export function readEvent(body: string): BusEvent {
  const event = JSON.parse(body) as BusEvent;
  return { ...event, ...revealTime(event.resources) };
}

/** The event as patterns and templates read it. */
export const asJson = (event: BusEvent): Json => event as unknown as Json;
