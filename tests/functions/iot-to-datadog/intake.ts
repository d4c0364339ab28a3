import { gunzipSync } from "node:zlib";
import type { Answer } from "../../../functions/iot-to-datadog/intake";
import { createHandler, type Ports } from "../../../functions/iot-to-datadog/submitter";
import type { Series } from "../../../functions/iot-to-datadog/series";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { receivedAt, sqsEvent } from "../../support/events";
import { logged } from "../logged";

export const settings = {
  apiUrl: "unused",
  secretName: "unused",
  metricPrefix: "iot",
  byDevice: true,
  quarantineQueueUrl: "unused",
  failuresQueueUrl: "unused",
};

export const taken: Answer = { status: 202, text: '{"errors":[]}' };

/** A payload that was posted. */
export interface Posted {
  apiKey: string;
  series: Series[];
  /** Before and after compression. */
  bytes: [number, number];
}

export interface Intake extends Ports {
  posts: Posted[];
  quarantined: QuarantineEntry[];
  aside: QuarantineEntry[];
  secretReads: number;
  /** The text of the secret. */
  secret: string;
  clock: { at: number };
}

/** Ports with an intake that takes everything, unless `answer` says something else. */
export function intakeOf(
  answer: (posted: Posted) => Answer | Promise<Answer> = () => taken,
): Intake {
  const intake: Intake = {
    posts: [],
    quarantined: [],
    aside: [],
    secretReads: 0,
    secret: '{"api_key":"first"}',
    clock: { at: receivedAt },
    readSecret: async () => {
      intake.secretReads += 1;
      return intake.secret;
    },
    post: async (apiKey, body) => {
      const text = gunzipSync(body).toString();
      const { series } = JSON.parse(text) as { series: Series[] };
      const posted: Posted = { apiKey, series, bytes: [Buffer.byteLength(text), body.length] };
      intake.posts.push(posted);
      return answer(posted);
    },
    quarantine: async (entries) => {
      intake.quarantined.push(...entries);
      return [];
    },
    setAside: async (entries) => {
      intake.aside.push(...entries);
      return [];
    },
    now: () => intake.clock.at,
  };
  return intake;
}

/** One handler for several batches, as in one execution environment. */
export function submitter(intake: Intake, changes: Partial<typeof settings> = {}) {
  const handler = createHandler({ ...settings, ...changes }, intake);
  return (...bodies: string[]) => logged(() => handler(sqsEvent(...bodies)));
}

export const failed = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: `message-${number}` })),
});

/** Every point of the payloads, one line each. */
export const pointsOf = (posts: Posted[]): string[] =>
  posts.flatMap(({ series }) =>
    series.flatMap(({ metric, tags, points }) =>
      points.map(({ timestamp, value }) => `${metric} ${tags.join()} ${timestamp} ${value}`),
    ),
  );
