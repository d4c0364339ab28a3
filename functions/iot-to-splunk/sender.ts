import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { createAcknowledgements, type State } from "./acknowledgements";
import { createCollector, type CollectorPorts } from "./collector";
import { connectTo, type Ask } from "./connection";
import { createEventWriter, readEventSettings, type EventSettings } from "./hec-event";
import { createSending, type Entry } from "./sending";
import { tokenInSecret } from "./token";

export interface Settings extends EventSettings {
  /** `https://<host>:<port>` */
  endpoint: string;
  tokenSecret: string;
  quarantineQueueUrl: string;
  /** Seconds after which an event without an acknowledgement is sent again. @default an accepted event counts as stored */
  acknowledgmentSeconds?: number;
}

/** The calls that the handler makes. */
export interface Ports extends CollectorPorts {
  ask: Ask;
  quarantine: Quarantine;
  /** In ms since the epoch. */
  now: () => number;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const { ACKNOWLEDGMENT_SECONDS: seconds } = env;
  return {
    ...readEventSettings(env),
    endpoint: required(env, "HEC_ENDPOINT"),
    tokenSecret: required(env, "HEC_SECRET_NAME"),
    quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
    ...(seconds && { acknowledgmentSeconds: Number(seconds) }),
  };
}

/**
 * No question and no request begins later than this after the beginning of an invocation. A question takes 3 s at most, a request with its
 * attempts and pauses 32 s, and the function has 40 s with acknowledgement, 120 s without.
 */
const latestMilliseconds = { acknowledged: 5000, accepted: 85_000 };

/**
 * Sends the readings of a queue to Splunk's HTTP Event Collector, as many in a request as it takes. Returns the messages that are to stay in
 * the queue: those of which the collector has not accepted the event and, with acknowledgement, those of which the event is not yet
 * in the index; the next delivery asks for them.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { acknowledgmentSeconds: seconds } = settings;
  const { now } = ports;
  const splitBatch = createBatchSplitter(createReadingParser(), ports.quarantine);
  const write = createEventWriter(settings);
  const acknowledgements =
    seconds === undefined ? undefined : createAcknowledgements({ ...ports, seconds });
  const latest = acknowledgements ? latestMilliseconds.acknowledged : latestMilliseconds.accepted;
  const send = createSending(createCollector(ports), acknowledgements);

  const entryOf = (same: [Accepted, ...Accepted[]]): Entry => ({
    readingId: readingId(same[0].reading),
    text: write(same[0]),
    ids: same.map(({ id }) => id),
  });

  return async ({ Records }) => {
    const until = now() + latest;
    const inTime = (): boolean => now() <= until;
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const entries = groupBy(accepted, ({ reading }) => readingId(reading)).map(entryOf);
    const ids = entries.map((entry) => entry.readingId);
    const states = await acknowledgements?.ask(ids, inTime);
    const among = (state: State): Entry[] =>
      entries.filter((entry) => (states?.get(entry.readingId) ?? "to be sent") === state);
    const kept = await send(among("to be sent"), inTime);
    const waiting = [...among("waiting").flatMap((entry) => entry.ids), ...kept.waiting];
    count("iot-to-splunk", {
      Received: Records.length,
      Stored: accepted.length - waiting.length - kept.failed.length,
      ...(acknowledgements && { Waiting: waiting.length }),
      Duplicates: accepted.length - entries.length,
      Quarantined: quarantined,
      Failed: failed.length + kept.failed.length,
    });
    return {
      batchItemFailures: [...failed, ...kept.failed, ...waiting].map((itemIdentifier) => ({
        itemIdentifier,
      })),
    };
  };
}

const awsPorts = (settings: Settings): Ports => ({
  ...connectTo(settings.endpoint),
  token: tokenInSecret(new SecretsManagerClient({}), settings.tokenSecret),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  now: () => Date.now(),
});
