import { ComprehendClient } from "@aws-sdk/client-comprehend";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createBatchSplitter, quarantineAll, type Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import { quote } from "../shared/invalid";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine, type QuarantineEntry } from "../shared/quarantine";
import { required } from "../shared/settings";
import { inBatches, type Answered, type Calls } from "./batches";
import { comprehendOf, type Comprehend, type Sentiment } from "./comprehend";
import { languageOf } from "./language";
import { createLogParser, logKeyOf, unsupported, type LogMessage } from "./log-message";
import { createRedaction } from "./redaction";
import { keyOf, sentimentsTable, type Analysed, type Store } from "./sentiments-table";
import { cutBytes } from "./text";

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

/** Messages of a batch with the same content, which Comprehend gets once. */
interface Document {
  messages: Accepted<LogMessage>[];
  text: string;
  /** True if the text is the beginning of a longer one. */
  cut: boolean;
  /** Undefined if it has to be detected. */
  language: string | undefined;
}

interface Spoken extends Document {
  language: string;
}

/** A thousand messages of one language take 80, half of them for languages; the rest is for isolating refused texts. */
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

/** One document for each content, in the order of the first message with it. */
const documentsOf = (accepted: Accepted<LogMessage>[]): Document[] =>
  groupBy(accepted, ({ reading, envelope }) => `${envelope.deviceId} ${logKeyOf(reading)}`).map(
    (messages) => {
      const { text, language } = messages[0].reading;
      const beginning = cutBytes(text);
      return { messages, text: beginning, cut: beginning !== text, language };
    },
  );

const idsOf = (documents: readonly Document[]): string[] =>
  documents.flatMap(({ messages }) => messages.map(({ id }) => id));

const sizeOf = (stored: readonly (readonly [Document, Sentiment])[]): number =>
  stored.reduce((sum, [{ messages }]) => sum + messages.length, 0);

const inForeign = (tag: string): Pick<QuarantineEntry, "reason" | "detail"> => {
  const { reason, detail } = unsupported(
    tag === "" ? "No language was detected" : `The text is in the language ${quote(tag)}`,
  );
  return { reason, detail };
};

/** `redaction` has the text that may be stored; without redaction, the text as it was analysed is stored. */
function itemOf(
  { messages, text, cut, language }: Spoken,
  sentiment: Sentiment,
  keepDays: number,
  redaction?: { text: string | undefined },
): Analysed {
  const { reading, envelope } = messages[0] as Accepted<LogMessage>;
  const storedText = redaction ? redaction.text : text;
  return {
    deviceId: envelope.deviceId,
    logKey: logKeyOf(reading),
    timestamp: reading.timestamp,
    receivedAt: envelope.receivedAt,
    language,
    ...sentiment,
    ...(storedText !== undefined && { text: storedText }),
    ...(cut && { cut }),
    ...(redaction && { redaction: redaction.text === undefined ? "not possible" : "done" }),
    expiresAt: Math.floor(envelope.receivedAt / 1000) + keepDays * 86_400,
  };
}

function awsPorts(settings: Settings): Ports {
  const sqs = new SQSClient({});
  return {
    ...comprehendOf(new ComprehendClient({ region: settings.comprehendRegion })),
    store: sentimentsTable(new DynamoDBClient({}), settings.tableName),
    quarantine: quarantineQueue(sqs, settings.quarantineQueueUrl),
    setAside: quarantineQueue(sqs, settings.failuresQueueUrl, "standard"),
  };
}
