import {
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
  type PutRecordBatchResponseEntry,
} from "@aws-sdk/client-firehose";
import * as v from "valibot";
import { isArray, writeJson, type Json } from "../../../../iot-sql";
import type { ActionKind } from "./action";
import { serviceError } from "./service-error";

const Settings = v.strictObject({
  deliveryStreamName: v.string(),
  separator: v.optional(v.picklist(["\n", "\t", "\r\n", ","])),
  batchMode: v.optional(v.boolean(), false),
  roleArn: v.string(),
});

const mostRecords = 500;

/**
 * Puts the payload on a delivery stream as one record, or, in batch mode, each element of an array as one. A batch that the
 * stream accepts only in part is a failure, since nothing else would report the rest.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-firehose-rule-action.html
 */
export const firehose: ActionKind = {
  list: "firehoses",
  single: "firehose",
  failedAction: "FirehoseAction",
  prepare(settings, { template }) {
    const { deliveryStreamName, separator = "", batchMode, roleArn } = v.parse(Settings, settings);
    const record = (data: Uint8Array) => ({
      Data: Buffer.concat([data, Buffer.from(separator)]),
    });
    return {
      roleArn,
      target: template(deliveryStreamName),
      async perform({ clients, credentials, payload, value }, DeliveryStreamName) {
        const client = clients.get(FirehoseClient, credentials);
        if (!batchMode) {
          const command = new PutRecordCommand({ DeliveryStreamName, Record: record(payload) });
          return void (await client.send(command));
        }
        const Records = elementsOf(value).map((element) => record(Buffer.from(writeJson(element))));
        const { FailedPutCount = 0, RequestResponses = [] } = await client.send(
          new PutRecordBatchCommand({ DeliveryStreamName, Records }),
        );
        if (FailedPutCount > 0) throw partialFailure(FailedPutCount, RequestResponses);
      },
    };
  },
};

function elementsOf(value: Json | Uint8Array): readonly Json[] {
  if (!isArray(value))
    throw new Error("The payload is not an array, which batchMode needs; select VALUE an array.");
  if (value.length > mostRecords)
    throw new Error(`The array has ${value.length} elements; batchMode takes ${mostRecords}.`);
  return value;
}

function partialFailure(failed: number, entries: PutRecordBatchResponseEntry[]): Error {
  const { ErrorCode = "ServiceUnavailableException", ErrorMessage = "no reason given" } =
    entries.find((entry) => entry.ErrorCode) ?? {};
  return serviceError(
    ErrorCode,
    `${failed} of ${entries.length} records failed: ${ErrorMessage}`,
    200,
  );
}
