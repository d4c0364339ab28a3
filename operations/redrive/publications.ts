import type { Original } from "./originals";
import { redriveTopic } from "./topics";

/** A message as a redrive publishes it. */
export interface Publication {
  topic: string;
  payload: Uint8Array;
}

/** What the envelope of a message may not say. */
export interface Route {
  /** The rule for device messages of which a step behind the rule failed. */
  ruleName: string | undefined;
  /** When the message was first put in a queue, in ms since the epoch; NaN if unknown. */
  sentAt: number;
}

/**
 * Addresses device messages to the rule that failed, or to the one before the step that failed, and to no other rule or subscriber. The
 * rule judges each by the earliest time at which AWS IoT is known to have had it. Throws one sentence if rule or time are unknown.
 */
export const publicationsOf = (originals: readonly Original[], route: Route): Publication[] =>
  originals.map(({ topic, payload, receivedAt = Infinity, ruleName = route.ruleName }) => {
    if (ruleName === undefined)
      throw new Error(
        "The outputs of the stack name no rule for the message: run `pulumi up` with this version of the program, then redrive again.",
      );
    const sentAt = Number.isNaN(route.sentAt) ? Infinity : route.sentAt;
    const earliest = Math.min(receivedAt, sentAt);
    if (!Number.isSafeInteger(earliest))
      throw new Error("Neither the message nor its queue says when AWS IoT received it.");
    return { topic: redriveTopic(ruleName, topic, earliest), payload };
  });
