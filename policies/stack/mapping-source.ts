import { arnParts } from "./names";
import type { Place } from "./place";

/** The source of an event source mapping. Each kind has its own failure path. */
export type MappingSource = "queue" | "stream" | "other";

/** Returns undefined, and records the input, if the source is not known yet. */
export function sourceOf(mapping: Place): MappingSource | undefined {
  const arn = mapping.at("eventSourceArn");
  if (!arn.given) return "other";
  const text = arn.text();
  if (text === undefined) return undefined;
  switch (arnParts(text)?.service) {
    case "sqs":
      return "queue";
    case "kinesis":
    case "dynamodb":
      return "stream";
    default:
      return "other";
  }
}
