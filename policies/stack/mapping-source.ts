import { arnParts } from "./names";
import type { Place } from "./place";

/** What an event source mapping reads from; each kind fails in its own way. */
export type MappingSource = "queue" | "stream" | "other";

/** Nothing if that is not known yet, which is noted. */
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
