import type { Quantities } from "../../pricing";
import * as measured from "./measured-calls.json";

/** The calls to AWS of each function per 1,000 records, by its logical name and by call, such as `sns:Publish`. */
export type CallsPerThousand = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** As `npm run bench` counts them; `npm run docs:calls` writes the file. */
export const callsPerThousand: CallsPerThousand = measured;

/** What AWS bills for one call. Calls that pass a message on are billed by the resource that receives it. */
const billed: Readonly<Record<string, Quantities>> = {
  // Each text is at least three units of 100 characters: https://aws.amazon.com/comprehend/pricing/
  "comprehend:BatchDetectDominantLanguage": { "text-unit": 75 },
  "comprehend:BatchDetectSentiment": { "text-unit": 75 },
  "comprehend:DetectPiiEntities": { "text-unit": 3 },
  // Billed by item: the state of the device and the decision of each reading, in a batch of at most ten.
  "dynamodb:BatchGetItem": { "table-read": 20 },
  // Billed by item; all but the last write of a batch have 25.
  "dynamodb:BatchWriteItem": { "table-write": 25 },
  "dynamodb:GetItem": { "table-read": 1 },
  "dynamodb:PutItem": { "table-write": 1 },
  "dynamodb:UpdateItem": { "table-write": 1 },
  // 500 records of less than 1 KB, which counts as 1 KB, that one application reads.
  "kinesis:PutRecords": { "stream-in": 512_000, "stream-out": 512_000 },
  "rekognition:DetectLabels": { "analysed-image": 1 },
  "iotdata:Publish": { "iot-message": 1 },
  // A serverless endpoint with 2 GB that answers 500 readings in a tenth of a second.
  "sagemaker:InvokeEndpoint": { "inference-gigabyte-second": 0.2 },
  // Once per environment of a function, however many messages it handles.
  "secretsmanager:GetSecretValue": {},
  "sns:Publish": {},
  "sqs:SendMessageBatch": { "queue-request": 1 },
  "states:StartExecution": {},
};

/** Returns what one call is billed. Throws for a call without a price. */
export function quantitiesOf(call: string): Quantities {
  const quantities = Object.hasOwn(billed, call) ? billed[call] : undefined;
  if (!quantities)
    throw new Error(`The call ${call} has no price: add it to operations/cost/calls.ts.`);
  return quantities;
}
