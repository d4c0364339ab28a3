import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import { log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine, type QuarantineEntry } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { ageOf, tooOld } from "./age";
import { createApiKey, type ReadSecret } from "./api-key";
import { secondsIn } from "./intake";
import { measuresOf } from "./measures";
import { createSeriesMaker, momentsOf, type SeriesSettings } from "./series";
import { createSubmission, type Post } from "./submission";

export interface Settings extends SeriesSettings {
  /** The address of Datadog's API, without a slash at its end. */
  apiUrl: string;
  secretName: string;
  quarantineQueueUrl: string;
  failuresQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  readSecret: ReadSecret;
  post: Post;
  quarantine: Quarantine;
  /** Puts valid readings that Datadog refuses into the failures queue. */
  setAside: Quarantine;
  now: () => number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  apiUrl: required(env, "DATADOG_URL"),
  secretName: required(env, "SECRET_NAME"),
  metricPrefix: required(env, "METRIC_PREFIX"),
  byDevice: required(env, "BY_DEVICE") === "true",
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  failuresQueueUrl: required(env, "FAILURES_QUEUE_URL"),
});

/**
 * Submits readings to Datadog as gauges. Runs once per warm environment; the returned handler runs once per batch and returns the
 * messages that are to be delivered again.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = realPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { quarantine, setAside, now } = ports;
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const submit = createSubmission({
    seriesOf: createSeriesMaker(settings, measuresOf()),
    apiKey: createApiKey(ports.readSecret, now),
    post: ports.post,
    now,
  });
  /** Puts readings aside, each for its reason; returns the ids of those that the queue did not take. */
  const put = async (
    queue: Quarantine,
    readings: Accepted[],
    entryOf: (one: Accepted) => QuarantineEntry,
  ): Promise<string[]> => {
    if (readings.length === 0) return [];
    const entries = readings.map(entryOf);
    for (const { deviceId, reason, detail } of entries)
      log("warn", "set aside", { deviceId, reason, detail });
    const missed = new Set(await queue(entries));
    return readings.flatMap(({ id }, index) => (missed.has(index) ? [id] : []));
  };
  return async ({ Records }) => {
    const startedAt = now();
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const at = now();
    const [old, early, current] = [[], [], []] as [Accepted[], Accepted[], Accepted[]];
    for (const one of accepted) ({ old, early, current })[ageOf(one.reading, at)].push(one);
    // A reading of the future is delivered again until its time has come.
    failed.push(...early.map(({ id }) => id));
    const kept = await put(quarantine, old, ({ reading, envelope }) =>
      tooOld(reading, envelope, at),
    );
    failed.push(...kept);

    const repetitions = new Map(
      groupBy(current, ({ reading }) => readingId(reading)).map((same) => [same[0], same]),
    );
    const sent = await submit(momentsOf([...repetitions.keys()], settings), startedAt);
    const all = (readings: Accepted[]): Accepted[] =>
      readings.flatMap((one) => repetitions.get(one) ?? []);
    failed.push(...all(sent.failed.flat()).map(({ id }) => id));
    const reasons = new Map(
      sent.refused.flatMap(({ moment, why }) => all(moment).map((one) => [one, why] as const)),
    );
    const returned = await put(setAside, [...reasons.keys()], (one) => ({
      reason: "refused-by-datadog",
      detail: reasons.get(one) ?? "",
      ...one.envelope,
    }));
    failed.push(...returned);
    count("iot-to-datadog", {
      Received: Records.length,
      Stored: all(sent.accepted.flat()).length,
      Duplicates: current.length - repetitions.size,
      Quarantined: quarantined + old.length - kept.length,
      Failed: failed.length + reasons.size - returned.length,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** Datadog answers within a second or so; a connection that hangs must not take the function's whole time. */
const answerTimeoutMilliseconds = 8000;
const secretTimeoutMilliseconds = 3000;

function realPorts(settings: Settings): Ports {
  const secrets = new SecretsManagerClient({});
  const sqs = new SQSClient({});
  const url = `${settings.apiUrl}/api/v2/series`;
  return {
    readSecret: async () => {
      const { SecretString = "" } = await secrets.send(
        new GetSecretValueCommand({ SecretId: settings.secretName }),
        { abortSignal: AbortSignal.timeout(secretTimeoutMilliseconds) },
      );
      return SecretString;
    },
    post: async (apiKey, body) => {
      const answer = await fetch(url, {
        method: "POST",
        // A redirection would receive the key.
        redirect: "manual",
        signal: AbortSignal.timeout(answerTimeoutMilliseconds),
        headers: {
          "content-type": "application/json",
          "content-encoding": "gzip",
          "dd-api-key": apiKey,
        },
        body: new Uint8Array(body),
      });
      const resetSeconds = secondsIn(answer.headers.get("x-ratelimit-reset"));
      const text = await answer.text();
      return { status: answer.status, text, ...(resetSeconds !== undefined && { resetSeconds }) };
    },
    quarantine: quarantineQueue(sqs, settings.quarantineQueueUrl),
    setAside: quarantineQueue(sqs, settings.failuresQueueUrl, "standard"),
    now: () => Date.now(),
  };
}
