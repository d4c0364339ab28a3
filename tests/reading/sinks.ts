import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { writeAlert } from "../../functions/shared/alert";
import { itemOf } from "../../functions/shared/item";
import { dynamodbNumber } from "../../local/services/iot-core/actions/dynamodb-number";
import { columnsOf } from "../../reading/columns";
import type { Definition } from "../../reading/definition";
import type { Reading } from "../../reading/reading";
import { isStorable } from "./stored";

/** What a sink of the catalogue takes, from AWS's or its vendor's page; returns what it refuses about a valid reading. */
export interface Sink {
  name: string;
  page: string;
  refuses: (reading: Reading, of: Definition) => string | undefined;
}

const bytes = (text: string): number => Buffer.byteLength(text);
const numbersOf = (reading: Reading): number[] =>
  Object.values(reading).filter((value): value is number => typeof value === "number");
const textsOf = (reading: Reading): string[] =>
  Object.values(reading).filter((value): value is string => typeof value === "string");
const detailOf = (reading: Reading): string =>
  JSON.stringify({ ...reading, receivedAt: reading.timestamp });
const tooLong = (text: string, most: number): string | undefined =>
  bytes(text) > most ? `${bytes(text)} bytes, more than ${most}` : undefined;

/** What DynamoDB refuses about an item; the emulator refuses none of it. */
export function itemProblem(item: Record<string, AttributeValue>): string | undefined {
  let size = 0;
  for (const [name, { S, N, BOOL }] of Object.entries(item)) {
    if (N !== undefined) {
      if (!/^-?\d/.test(N)) return `${name} is ${N}`;
      try {
        dynamodbNumber(N);
      } catch (error) {
        return `${name}: ${(error as Error).message}`;
      }
    } else if (S !== undefined) {
      if (Buffer.from(S).toString() !== S) return `${name} is not UTF-8`;
    } else if (BOOL === undefined) return `${name} has an unknown type`;
    // A number has at most 21 bytes.
    size += bytes(name) + (S === undefined ? 21 : bytes(S));
  }
  const { deviceId, readingKey } = item;
  if (bytes(deviceId?.S ?? "") > 2048 || bytes(readingKey?.S ?? "") > 1024) return "a long key";
  return size > 400 * 1024 ? `${size} bytes` : undefined;
}

export const sinks: Sink[] = [
  {
    name: "DynamoDB",
    page: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html",
    refuses: (reading) => itemProblem(itemOf({ ...reading, receivedAt: reading.timestamp })),
  },
  {
    // A failed task's input, and an event that its target did not take, reach a queue as JSON.
    name: "SQS",
    page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html",
    refuses: (reading) =>
      isStorable(detailOf(reading)) ? tooLong(detailOf(reading), 1_048_576) : "a character",
  },
  {
    name: "SNS",
    page: "https://docs.aws.amazon.com/sns/latest/api/API_Publish.html",
    refuses: (reading, of) => {
      const { subject, message } = writeAlert(reading, undefined, of);
      if (!/^[!-~][ -~]{0,98}$/.test(subject)) return `the subject ${JSON.stringify(subject)}`;
      const perProtocol = Object.values(JSON.parse(message) as Record<string, string>);
      return perProtocol.every(isStorable) ? tooLong(message, 262_144) : "a character";
    },
  },
  {
    name: "EventBridge",
    page: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html",
    // The rest of an entry, with a source and a detail type of at most 256 and 128 characters, is below 1 KiB.
    refuses: (reading) => tooLong(detailOf(reading), 255 * 1024),
  },
  {
    name: "Step Functions",
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html",
    // A state's input carries the anomalies, which quote the remark, beside the reading.
    refuses: (reading) => tooLong(detailOf(reading).repeat(2), 262_144),
  },
  {
    name: "CloudWatch metrics",
    page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html",
    refuses: (reading) => {
      const odd = numbersOf(reading).find(
        (value) => value !== 0 && !(Math.abs(value) > 8.6e-109 && Math.abs(value) < 1.1e108),
      );
      return odd === undefined ? undefined : `the value ${odd}`;
    },
  },
  {
    name: "Parquet, Glue and Redshift",
    page: "https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html",
    refuses: (reading, of) => {
      const values = reading as unknown as Record<string, unknown>;
      for (const { name, redshift, glue, optional } of columnsOf(of)) {
        const value = name === "receivedAt" ? reading.timestamp : values[name];
        if (value === undefined && optional) continue;
        const limit = Number(/^VARCHAR\((\d+)\)$/.exec(redshift)?.[1]);
        const fits = {
          string:
            typeof value === "string" &&
            bytes(value) <= Math.min(limit, 65_535) &&
            !value.includes("\0"),
          bigint: Number.isSafeInteger(value),
          double: Number.isFinite(value),
          boolean: typeof value === "boolean",
        }[glue];
        if (!fits) return `${name} is ${JSON.stringify(value)}, in a column ${redshift}`;
      }
      return undefined;
    },
  },
  {
    name: "line protocol",
    page: "https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/",
    refuses: (reading) => {
      if (!/^[A-Za-z0-9:_-]+$/.test(reading.deviceId)) return "the tag deviceId";
      // Nanoseconds in 64 bits.
      if (BigInt(reading.timestamp) * 1_000_000n >= 2n ** 63n) return "the timestamp";
      return textsOf(reading)
        .map((text) => tooLong(text, 65_536))
        .find((problem) => problem !== undefined);
    },
  },
];
