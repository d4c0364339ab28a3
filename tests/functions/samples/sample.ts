import { createHash } from "node:crypto";
import { envelopeOf, readingOf } from "../../support/events";
import type { Outcome } from "../lambda";

/** An event, and what the deployed callback has to make of it. */
export interface Sample {
  title: string;
  event: unknown;
  /** What AWS answers to operations. @default success, without content */
  answers?: Record<string, Record<string, unknown>>;
  /** Operations that AWS refuses, and with which error. @default none */
  refused?: Record<string, string>;
  /** A host that is not AWS's and is called once: the path of the call, and its answer. */
  host?: { name: string; path: string; status: number; body: string };
  outcome: Outcome;
  /** Lines that count, in CloudWatch's embedded metric format. @default 1 */
  counted?: number;
  /** Each call to AWS: its operation, and the members of its input that matter here. `@` in a queue's URL stands for where the queue is. */
  calls: [operation: string, input: Record<string, unknown>][];
  /** The requests to the database, decompressed. @default none */
  posted?: { path: string; text: RegExp }[];
}

/** A payload that is invalid in a way that goes through parser, log and quarantine, with a character that SQS does not take. */
export const invalid = envelopeOf({ ...readingOf(), status: "\uffff" });

const { deviceId, payload } = JSON.parse(invalid) as { deviceId: string; payload: string };
const invalidId = createHash("sha256")
  .update(JSON.stringify(["wrong-type", deviceId, payload]))
  .digest("hex");

/** The call that quarantines `invalid`. */
export const quarantined: Sample["calls"][number] = [
  "SendMessageBatch",
  {
    QueueUrl: "@/iot-integrations-local-quarantine.fifo",
    Entries: [
      {
        Id: "0",
        MessageBody: JSON.stringify({
          reason: "wrong-type",
          detail: 'status is "@"; it must be "ok", "warning" or "critical".',
          ...(JSON.parse(invalid) as object),
        }).replace("@", "\\uffff"),
        MessageGroupId: invalidId,
        MessageDeduplicationId: invalidId,
      },
    ],
  },
];
