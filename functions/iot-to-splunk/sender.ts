import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import { log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { createCollector, postTo, type CollectorPorts } from "./collector";
import { createEventWriter, readEventSettings, type EventSettings } from "./hec-event";
import { tokenInSecret } from "./token";

export interface Settings extends EventSettings {
  /** `https://<host>:<port>` */
  endpoint: string;
  tokenSecret: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports extends CollectorPorts {
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ...readEventSettings(env),
  endpoint: required(env, "HEC_ENDPOINT"),
  tokenSecret: required(env, "HEC_SECRET_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** The most bytes of one request, before compression: Splunk Cloud accepts 1 MB. */
const mostBytes = 1_000_000;

/** An event, and the messages of the batch that it stands for. */
interface Entry {
  text: string;
  ids: string[];
}

/**
 * Sends the readings of a queue to Splunk's HTTP Event Collector, as many in a request as it takes. Returns the messages of which the
 * collector has not accepted the event; a request that fails does not fail the others, and an event that the collector refuses does not
 * fail the events beside it.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), ports.quarantine);
  const write = createEventWriter(settings);
  const send = createCollector(ports);

  /** Sends entries; returns the ids of the messages that failed. An event that is refused is taken out, and the others are sent again. */
  async function sendAll(entries: Entry[]): Promise<string[]> {
    const failed: string[] = [];
    let rest = entries;
    while (rest.length > 0) {
      const sent = await send(rest.map(({ text }) => text));
      if (sent.kind === "accepted") return failed;
      log("error", "events not accepted", { error: sent.reason });
      const refused = sent.kind === "refused event" ? rest[sent.position] : undefined;
      if (!refused) return [...failed, ...rest.flatMap(({ ids }) => ids)];
      failed.push(...refused.ids);
      rest = rest.filter((entry) => entry !== refused);
    }
    return failed;
  }

  const entryOf = (same: [Accepted, ...Accepted[]]): Entry => ({
    text: write(same[0]),
    ids: same.map(({ id }) => id),
  });

  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const readings = groupBy(accepted, ({ reading }) => readingId(reading));
    const unsent: string[] = [];
    for (const request of requestsOf(readings.map(entryOf)))
      unsent.push(...(await sendAll(request)));
    count("iot-to-splunk", {
      Received: Records.length,
      Stored: accepted.length - unsent.length,
      Duplicates: accepted.length - readings.length,
      Quarantined: quarantined,
      Failed: failed.length + unsent.length,
    });
    return {
      batchItemFailures: [...failed, ...unsent].map((itemIdentifier) => ({ itemIdentifier })),
    };
  };
}

function requestsOf(entries: Entry[]): Entry[][] {
  const requests: Entry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.text);
    if (bytes + size > mostBytes) {
      requests.push([]);
      bytes = 0;
    }
    requests[requests.length - 1]?.push(entry);
    bytes += size;
  }
  return requests;
}

const awsPorts = (settings: Settings): Ports => ({
  post: postTo(settings.endpoint),
  token: tokenInSecret(new SecretsManagerClient({}), settings.tokenSecret),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
});
