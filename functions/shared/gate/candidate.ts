import type { Definition } from "../../../reading/definition";
import { definition } from "../../../reading/fields";
import { describeExcesses, type Limits } from "../../../reading/limits";
import { levelOf } from "../../../reading/severity";
import type { Accepted } from "../batch";
import { readingId } from "../reading-id";
import type { Candidate } from "./decision";

/**
 * A reading as a gate sees it. Its condition is its level, and the fields that are beyond their limits if limits are given:
 * `critical`, `warning temperature`.
 */
export const candidateOf = (
  { reading, envelope }: Pick<Accepted, "reading" | "envelope">,
  limits: Limits = {},
  of: Definition = definition,
): Candidate => {
  const excessive = Object.entries(limits).flatMap(([field, limit]) =>
    describeExcesses(reading, { [field]: limit }, of).length > 0 ? [field] : [],
  );
  return {
    id: readingId(reading),
    deviceId: reading.deviceId,
    timestamp: reading.timestamp,
    condition: [levelOf(reading, of) ?? "none", ...excessive.sort()].join(" "),
    receivedAt: envelope.receivedAt,
  };
};
