import { randomUUID } from "node:crypto";
import type { FirehoseTransformationEvent } from "aws-lambda";
import { invoke, type Invocation } from "../delivery/invoke";
import { isObject, type Json } from "../delivery/json";
import { cut } from "../delivery/streams/batch";
import type { Caller } from "../delivery/targets/target";
import type { ProcessingInputs } from "./delivery-inputs";
import type { FailedRecord, FirehoseRecord } from "./firehose-record";

/** The result: records to deliver, and failed ones. Dropped records are in neither. */
interface Transformed {
  records: FirehoseRecord[];
  failed: FailedRecord[];
}

export type Transform = (records: readonly FirehoseRecord[]) => Promise<Transformed>;

/** A synchronous invocation takes 6 MB. */
const heaviest = 6_000_000;
const weigh = ({ data }: FirehoseRecord): number => Math.ceil(data.length / 3) * 4 + 200;

/**
 * Runs the processors of a stream over records: a function, invoked as the stream's role with AWS's event, and the delimiter.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function createTransform(
  processing: ProcessingInputs | undefined,
  streamArn: string,
  callerOf: (roleArn: string | undefined) => Caller,
): Transform {
  const processors = processing?.enabled ? (processing.processors ?? []) : [];
  const steps = processors.map(({ type, parameters = [] }): Transform => {
    const parameter = (name: string): string | undefined =>
      parameters.find(({ parameterName }) => parameterName === name)?.parameterValue;
    if (type !== "Lambda") return appendDelimiter(parameter("Delimiter") ?? "\\n");
    return byFunction({
      caller: callerOf(parameter("RoleArn")),
      streamArn,
      functionArn: parameter("LambdaArn") ?? "",
      retries: Number(parameter("NumberOfRetries") ?? 3),
      megabytes: Number(parameter("BufferSizeInMBs") ?? 1),
    });
  });
  return async (records) => {
    let result: Transformed = { records: [...records], failed: [] };
    for (const step of steps) {
      const { records: next, failed } = await step(result.records);
      result = { records: next, failed: [...result.failed, ...failed] };
    }
    return result;
  };
}

/** AWS writes the delimiter's line break as `\n`. */
const appendDelimiter =
  (delimiter: string): Transform =>
  async (records) => {
    const end = Buffer.from(delimiter.replaceAll("\\n", "\n"));
    return {
      records: records.map((record) => ({ ...record, data: Buffer.concat([record.data, end]) })),
      failed: [],
    };
  };

interface FunctionArgs {
  caller: Caller;
  streamArn: string;
  functionArn: string;
  /** Retries after the first attempt. */
  retries: number;
  megabytes: number;
}

function byFunction(args: FunctionArgs): Transform {
  return async (records) => {
    const heaviestBatch = Math.min(args.megabytes * 1_048_576, heaviest);
    const batches = cut(records, { longest: 10_000, heaviest: heaviestBatch, weigh });
    const results: Transformed[] = [];
    for (const batch of batches) results.push(await ask(args, batch.records));
    return {
      records: results.flatMap((result) => result.records),
      failed: results.flatMap((result) => result.failed),
    };
  };
}

async function ask(args: FunctionArgs, records: readonly FirehoseRecord[]): Promise<Transformed> {
  const { caller, streamArn, functionArn, retries } = args;
  const event: FirehoseTransformationEvent = {
    invocationId: randomUUID(),
    deliveryStreamArn: streamArn,
    region: caller.clients.account.region,
    records: records.map(({ id, data, arrival }) => ({
      recordId: id,
      approximateArrivalTimestamp: arrival,
      data: data.toString("base64"),
    })),
  };
  let attempts = 0;
  let answer: Invocation;
  do {
    attempts++;
    answer = await invokeAs(caller, functionArn, event);
    if (answer.kind === "returned") return sort(records, answer.payload as Json, args, attempts);
  } while (attempts <= retries);
  const { code, reason: message } = { code: codeOf(answer), reason: answer.reason };
  const more = { lambdaArn: functionArn };
  return {
    records: [],
    failed: records.map((record) => ({ record, attempts, code, message, more })),
  };
}

async function invokeAs(caller: Caller, functionArn: string, event: unknown): Promise<Invocation> {
  try {
    return await invoke(caller.clients, functionArn, event, await caller.credentials());
  } catch (error) {
    return { kind: "not-invoked", reason: String(error) };
  }
}

const codeOf = (answer: Exclude<Invocation, { kind: "returned" }>): string => {
  if (answer.kind === "failed") return "Lambda.FunctionError";
  if (/AccessDenied/.test(answer.reason)) return "Lambda.InvokeAccessDenied";
  if (/NotFound/.test(answer.reason)) return "Lambda.ResourceNotFound";
  return "Lambda.InvokeLimitExceeded";
};

/** Reads the function's answer record by record; a record that it does not contain has failed. */
function sort(
  records: readonly FirehoseRecord[],
  payload: Json,
  { functionArn }: FunctionArgs,
  attempts: number,
): Transformed {
  const list = isObject(payload) ? payload["records"] : undefined;
  const answers = (Array.isArray(list) ? list : []).filter(isObject);
  const result: Transformed = { records: [], failed: [] };
  for (const record of records) {
    const fail = (code: string, message: string): unknown =>
      result.failed.push({ record, attempts, code, message, more: { lambdaArn: functionArn } });
    const own = answers.filter(({ recordId }) => recordId === record.id);
    const [answer] = own;
    if (!answer) fail("Lambda.MissingRecordId", "The function returned no record of this id.");
    else if (own.length > 1)
      fail("Lambda.DuplicatedRecordId", "The function returned more than one record of this id.");
    else if (answer["result"] === "Dropped") continue;
    else if (answer["result"] !== "Ok")
      fail("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record");
    else if (typeof answer["data"] !== "string")
      fail("Lambda.JsonProcessingException", "The function returned a record without data.");
    else result.records.push(transformed(record, answer["data"], answer["metadata"]));
  }
  return result;
}

function transformed(record: FirehoseRecord, data: string, metadata: Json | undefined) {
  const keys = isObject(metadata) ? metadata["partitionKeys"] : undefined;
  const partitionKeys = isObject(keys)
    ? Object.fromEntries(
        Object.entries(keys).map(([name, value]) => [
          name,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      )
    : undefined;
  return {
    ...record,
    data: Buffer.from(data, "base64"),
    ...(partitionKeys && { partitionKeys }),
  };
}
