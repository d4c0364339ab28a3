import {
  createHandler,
  type Ports,
  type Settings,
} from "../../../functions/iot-to-comprehend/analyser";
import type { Sentiment } from "../../../functions/iot-to-comprehend/comprehend";
import type { Analysed } from "../../../functions/iot-to-comprehend/sentiments-table";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { envelopeOf, receivedAt, sqsEvent } from "../../support/events";
import { logged } from "../logged";

export const settings: Settings = {
  ...{ comprehendRegion: "unused", redact: false, keepDays: 90, tableName: "unused" },
  ...{ quarantineQueueUrl: "unused", failuresQueueUrl: "unused", functionName: "analyser" },
};

/** A call to Comprehend. */
export interface Call {
  operation: "language" | "sentiment" | "personal";
  language?: string;
  texts: string[];
}

export interface Service extends Ports {
  calls: Call[];
  stored: Analysed[];
  quarantined: QuarantineEntry[];
  aside: QuarantineEntry[];
}

export const refusal = (name: string): Error => Object.assign(new Error("refused"), { name });

export const neutral: Sentiment = {
  ...{ sentiment: "NEUTRAL", positive: 0, negative: 0, neutral: 1, mixed: 0 },
};
export const negative: Sentiment = { ...neutral, sentiment: "NEGATIVE", neutral: 0, negative: 1 };

/**
 * Ports with a service that detects the language in `[nl] text`, English elsewhere, and negative sentiment in every text with "bad";
 * `during` may fail a call, and `errors` names the texts of a batch that have an error instead of a result.
 */
export function serviceOf({
  during = () => undefined,
  errors = () => false,
}: {
  during?: (call: Call) => void;
  errors?: (text: string, operation: Call["operation"]) => boolean;
} = {}): Service {
  const take = <R>(call: Call, resultOf: (text: string) => R) => {
    service.calls.push(call);
    during(call);
    const all = call.texts.map((text, index) => ({ index, text, result: resultOf(text) }));
    const hasError = ({ text }: { text: string }): boolean => errors(text, call.operation);
    return {
      results: all.filter((one) => !hasError(one)).map(({ index, result }) => ({ index, result })),
      errors: all.filter(hasError).map(({ index }) => ({ index, why: "INTERNAL: try again" })),
    };
  };
  const service: Service = {
    ...{ calls: [], stored: [], quarantined: [], aside: [] },
    detectLanguages: async (texts) =>
      take({ operation: "language", texts }, (text) => /^\[(.*?)\]/.exec(text)?.[1] ?? "en"),
    detectSentiments: async (language, texts) =>
      take({ operation: "sentiment", language, texts }, (text) =>
        text.includes("bad") ? negative : neutral,
      ),
    findPersonal: async (language, text) => {
      take({ operation: "personal", language, texts: [text] }, () => undefined);
      const begin = Array.from(text).join("\0").split("\0").indexOf("@");
      return begin < 0 ? [] : [{ begin, end: begin + 4, type: "NAME" }];
    },
    store: async (items) => {
      service.stored.push(...items);
      return new Set();
    },
    quarantine: async (entries) => {
      service.quarantined.push(...entries);
      return [];
    },
    setAside: async (entries) => {
      service.aside.push(...entries);
      return [];
    },
  };
  return service;
}

/** The envelope of a log message. */
export const logOf = (text: unknown, changes: object = {}, at = receivedAt): string =>
  envelopeOf({ timestamp: at, text, ...changes }, { at, channel: "logs" });

/** One handler for several batches, as in one execution environment. */
export function analyser(service: Service, changes: Partial<Settings> = {}) {
  const handler = createHandler({ ...settings, ...changes }, service);
  return (...bodies: string[]) => logged(() => handler(sqsEvent(...bodies)));
}

export const failed = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: `message-${number}` })),
});
