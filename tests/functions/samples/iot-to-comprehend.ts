import { createHandler } from "../../../functions/iot-to-comprehend/analyser";
import { logKeyOf } from "../../../functions/iot-to-comprehend/log-message";
import { envelopeOf, receivedAt, sqsEvent } from "../../support/events";
import { records, type Measured } from "./measured";
import { invalid, type Sample } from "./sample";

const text = "Call Ann, the pump failed again.";
const logOf = (changes: object = {}, at = receivedAt): string =>
  envelopeOf({ timestamp: receivedAt, text, ...changes }, { at, channel: "logs" });
const english = logOf({ language: "en" });

const negative = { Positive: 0, Negative: 0.75, Neutral: 0.25, Mixed: 0 };
const answers: Sample["answers"] = {
  BatchDetectDominantLanguage: {
    ResultList: [{ Index: 0, Languages: [{ LanguageCode: "en", Score: 1 }] }],
    ErrorList: [],
  },
  BatchDetectSentiment: {
    ResultList: [{ Index: 0, Sentiment: "NEGATIVE", SentimentScore: negative }],
    ErrorList: [],
  },
  DetectPiiEntities: { Entities: [{ Type: "NAME", BeginOffset: 5, EndOffset: 8, Score: 1 }] },
};

const table = "iot-integrations-local-iot-to-comprehend-sentiments";
const batch = (operation: string, more: object = {}): Sample["calls"][number] => [
  operation,
  { TextList: [text], ...more },
];
const sentiment = batch("BatchDetectSentiment", { LanguageCode: "en" });
const personal: Sample["calls"][number] = ["DetectPiiEntities", { Text: text, LanguageCode: "en" }];
const stored = (language?: string): Sample["calls"][number] => [
  "BatchWriteItem",
  {
    RequestItems: {
      [table]: [
        {
          PutRequest: {
            Item: {
              deviceId: { S: "pump-7" },
              logKey: {
                S: logKeyOf({ timestamp: receivedAt, text, ...(language && { language }) }),
              },
              timestamp: { N: String(receivedAt) },
              receivedAt: { N: String(receivedAt) },
              language: { S: "en" },
              sentiment: { S: "NEGATIVE" },
              positive: { N: "0" },
              negative: { N: "0.75" },
              neutral: { N: "0.25" },
              mixed: { N: "0" },
              text: { S: "Call [NAME], the pump failed again." },
              redaction: { S: "done" },
              expiresAt: { N: String(receivedAt / 1000 + 90 * 86_400) },
            },
          },
        },
      ],
    },
  },
];

export const samples: Record<string, Sample[]> = {
  "iot-to-comprehend-analyser": [
    {
      title: "stores the sentiment of a text, redacted, and quarantines what is invalid",
      event: sqsEvent(english, invalid),
      answers,
      outcome: { answer: { batchItemFailures: [] } },
      calls: [["SendMessageBatch", {}], sentiment, personal, stored("en")],
    },
    {
      title: "detects the language of a text that names none",
      event: sqsEvent(logOf()),
      answers,
      outcome: { answer: { batchItemFailures: [] } },
      calls: [batch("BatchDetectDominantLanguage"), sentiment, personal, stored()],
    },
    {
      title: "asks for a text again of which the batch has an error",
      event: sqsEvent(english),
      answers: {
        BatchDetectSentiment: {
          ResultList: [],
          ErrorList: [{ Index: 0, ErrorCode: "INTERNAL", ErrorMessage: "Retry." }],
        },
      },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-1" }] } },
      calls: [sentiment],
    },
    {
      title: "sets a text aside that Comprehend refuses by itself",
      event: sqsEvent(english),
      refused: { BatchDetectSentiment: "InvalidRequestException" },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        sentiment,
        ["SendMessageBatch", { QueueUrl: "@/iot-integrations-local-iot-to-comprehend-failures" }],
      ],
    },
  ],
};

const settings = {
  ...{ comprehendRegion: "eu-central-1", redact: false, keepDays: 90, tableName: "sentiments" },
  ...{ failuresQueueUrl: "unused", functionName: "analyser" },
};

const bodies = (changes: object): string[] =>
  Array.from({ length: records }, (_, nth) => logOf({ text: `${text} ${nth}`, ...changes }));

const analyse = async (
  all: string[],
  quarantineQueueUrl: string,
  changes: { redact?: boolean } = {},
): Promise<void> => {
  const handler = createHandler({ ...settings, ...changes, quarantineQueueUrl });
  for (let first = 0; first < all.length; first += 250)
    await handler(sqsEvent(...all.slice(first, first + 250)));
};

export const measured: Measured = {
  calls: [
    {
      // 25 texts a call to Comprehend, 25 items a call to DynamoDB.
      what: "texts of one language",
      of: "iot-to-comprehend-analyser",
      fewest: (2 * records) / 25,
      run: (url) => analyse(bodies({ language: "en" }), url),
    },
    {
      what: "texts whose language is detected",
      of: "iot-to-comprehend-analyser",
      unpriced: true,
      fewest: (3 * records) / 25,
      run: (url) => analyse(bodies({}), url),
    },
    {
      // Personal data is found in one text a call.
      what: "texts that are redacted",
      of: "iot-to-comprehend-analyser",
      unpriced: true,
      fewest: records + (2 * records) / 25,
      run: (url) => analyse(bodies({ language: "en" }), url, { redact: true }),
    },
    {
      what: "invalid messages",
      of: "iot-to-comprehend-analyser",
      unpriced: true,
      fewest: records / 10,
      run: (url) => analyse(bodies({ text: 5 }), url),
    },
  ],
};
