import { ComprehendClient } from "@aws-sdk/client-comprehend";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createBatchSplitter, quarantineAll } from "../shared/batch";
import { groupBy } from "../shared/group";
import { quote } from "../shared/invalid";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine, type QuarantineEntry } from "../shared/quarantine";
import { required } from "../shared/settings";
import { inBatches, type Answered, type Calls } from "./batches";
import { comprehendOf, type Comprehend, type Sentiment } from "./comprehend";
import { documentsOf, idsOf, itemOf, sizeOf, type Document, type Spoken } from "./documents";
import { languageOf } from "./language";
import { createLogParser, unsupported } from "./log-message";
import { createRedaction } from "./redaction";
import { keyOf, sentimentsTable, type Store } from "./sentiments-table";

export interface Settings {
  /** The Region whose Comprehend is called. */
  comprehendRegion: string;
  /** Whether personal data is taken out of stored texts. */
  redact: boolean;
  keepDays: number;
  tableName: string;
  quarantineQueueUrl: string;
  failuresQueueUrl: string;
  /** The function's own name, a dimension of its metrics. */
  functionName: string;
}

/** The calls that the handler makes. */
export interface Ports extends Comprehend {
  store: Store;
  quarantine: Quarantine;
  /** Puts valid messages that Comprehend refuses into the failures queue. */
  setAside: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  comprehendRegion: required(env, "COMPREHEND_REGION"),
  redact: required(env, "REDACT") === "true",
  keepDays: Number(required(env, "KEEP_DAYS")),
  tableName: required(env, "SENTIMENTS_TABLE_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  failuresQueueUrl: required(env, "FAILURES_QUEUE_URL"),
  functionName: required(env, "FUNCTION_NAME"),
});

/** A full batch takes 10 to find its languages and, if it has all twelve, 22 for sentiments; the rest is for isolating refused texts. */
const mostCalls = 120;

/**
 * Detects the sentiment of log messages and stores it. Runs once per warm environment; the returned handler runs once per batch and
 * returns the messages that are to be delivered again.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { quarantine, setAside, store, detectLanguages, detectSentiments } = ports;
  const { functionName, keepDays } = settings;
  const splitBatch = createBatchSplitter(createLogParser(), quarantine);
  const redact = settings.redact ? createRedaction(ports) : undefined;
  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const documents = documentsOf(accepted);
    const calls: Calls = { left: mostCalls };
    const refused: Answered<Document, unknown>["refused"] = [];
    const resultsOf = <D extends Document, R>(answered: Answered<D, R>): Map<D, R> => {
      failed.push(...idsOf(answered.failed));
      refused.push(...answered.refused);
      return answered.results;
    };

    const unknown = documents.filter(({ language }) => language === undefined);
    const tags = resultsOf(await inBatches(unknown, calls, detectLanguages));
    const tagged = documents.map((one) => ({
      ...one,
      language: one.language ?? languageOf(tags.get(one) ?? ""),
    }));
    const foreign = [...tags].filter(([, tag]) => languageOf(tag) === undefined);
    const spoken = tagged.filter((one): one is Spoken => one.language !== undefined);

    const analysed = new Map<Spoken, Sentiment>();
    for (const group of groupBy(spoken, ({ language }) => language)) {
      const detect = (texts: string[]) => detectSentiments(group[0].language, texts);
      const results = resultsOf(await inBatches(group, calls, detect));
      for (const [document, sentiment] of results) analysed.set(document, sentiment);
    }

    const redacted = redact && (await redact([...analysed.keys()]));
    if (redacted) failed.push(...idsOf(redacted.failed));
    const storable = [...analysed].filter(([one]) => !redacted || redacted.texts.has(one));
    const items = storable.map(([document, sentiment]) =>
      itemOf(document, sentiment, keepDays, redacted && { text: redacted.texts.get(document) }),
    );
    const missed = await store(items);
    const [stored, unstored] = [[], []] as [typeof storable, typeof storable];
    items.forEach((item, nth) => {
      const one = storable[nth];
      if (one) (missed.has(keyOf(item)) ? unstored : stored).push(one);
    });
    failed.push(...idsOf(unstored.map(([document]) => document)));

    const left = foreign.flatMap(([{ messages }, tag]) =>
      messages.map(({ id, envelope }) => ({ id, entry: { ...inForeign(tag), ...envelope } })),
    );
    const kept = await quarantineAll(left, quarantine);
    const alone = refused.flatMap(({ document, why }) =>
      document.messages.map(({ id, envelope }) => ({
        id,
        entry: { reason: "refused-by-comprehend" as const, detail: why, ...envelope },
      })),
    );
    const returned = await quarantineAll(alone, setAside, "set aside");
    failed.push(...kept, ...returned);
    count(
      "iot-to-comprehend",
      {
        Received: Records.length,
        Stored: sizeOf(stored),
        Negative: sizeOf(stored.filter(([, { sentiment }]) => sentiment === "NEGATIVE")),
        Duplicates: accepted.length - documents.length,
        Quarantined: quarantined + left.length - kept.length,
        Failed: failed.length + alone.length - returned.length,
      },
      functionName,
    );
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

const inForeign = (tag: string): Pick<QuarantineEntry, "reason" | "detail"> => {
  const { reason, detail } = unsupported(
    tag === "" ? "No language was detected" : `The text is in the language ${quote(tag)}`,
  );
  return { reason, detail };
};

function awsPorts(settings: Settings): Ports {
  const sqs = new SQSClient({});
  return {
    ...comprehendOf(new ComprehendClient({ region: settings.comprehendRegion })),
    store: sentimentsTable(new DynamoDBClient({}), settings.tableName),
    quarantine: quarantineQueue(sqs, settings.quarantineQueueUrl),
    setAside: quarantineQueue(sqs, settings.failuresQueueUrl, "standard"),
  };
}
