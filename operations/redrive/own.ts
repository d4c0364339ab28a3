import type { Message } from "@aws-sdk/client-sqs";
import type { PartOutputs, StackOutputs } from "../stack-outputs";
import type { Envelope } from "./envelopes";
import { busOf } from "./failures-queue";
import { deviceOfTopic } from "./topics";

/** What a redrive may act on: the resources of one part of a stack and of the telemetry stream, from the outputs of the stack. */
export interface Own {
  queueUrl: string;
  topicPrefix: string;
  /** The account that owns the stack. */
  accountId: string;
  /** The rule that messages pass again if a step behind it failed. */
  ruleName: string | undefined;
  busName: string | undefined;
  /** The rule that failed batches of a bucket pass again, if it is another one than `ruleName`. */
  batches?: { bucket: string; ruleName: string } | undefined;
  /** The objects that a consumer loads, and the queue that announces them to it; undefined for a part without such objects. */
  loads?: { bucket: string; prefix: string; queueUrl: string } | undefined;
  /** Where cameras upload, and the queue that announces images; undefined for a part without cameras. */
  images?: { bucketName: string; prefix: string; queueUrl: string } | undefined;
  /** Names, ARNs and URLs. */
  resources: ReadonlySet<string>;
  /** Of ARNs: `<region>:<accountId>`. */
  place: string;
}

/** Reads what a part of a stack owns; throws one sentence if the stack has no such part. */
export function ownOf(stack: StackOutputs, part: string): Own {
  const outputs = stack.of[part];
  const { telemetry = {}, alarms = {} } = stack.of;
  if (outputs?.["failuresUrl"] === undefined) {
    const parts = Object.keys(stack.of).filter((name) => stack.of[name]?.["failuresUrl"]);
    throw new Error(`The stack has no failures queue of ${part}; name one of ${parts.join(", ")}.`);
  }
  const [, , , region, accountId] = alarms["topicArn"]?.split(":") ?? [];
  if (!region || !accountId)
    throw new Error(
      "The program must export alarms, with topicArn, the ARN of the topic of its alarms.",
    );
  return {
    queueUrl: outputs["failuresUrl"],
    topicPrefix: stack.topicPrefix,
    accountId,
    ruleName: outputs["ruleName"] ?? telemetry["ruleName"],
    busName: outputs["busName"],
    batches: batchesOf(outputs),
    loads: loadsOf(outputs),
    images: imagesOf(outputs),
    resources: new Set([...namesIn(outputs), ...namesIn(telemetry)]),
    place: `${region}:${accountId}`,
  };
}

/** What the parts of a stack that have a failures queue own. */
export const failuresOf = (stack: StackOutputs, parts: readonly string[]): Own[] =>
  parts
    .filter((part) => stack.of[part]?.["failuresUrl"] !== undefined)
    .map((part) => ownOf(stack, part));

function loadsOf({ lakeBucket, dataPrefix, queueUrl }: PartOutputs): Own["loads"] {
  if (lakeBucket === undefined || dataPrefix === undefined || queueUrl === undefined)
    return undefined;
  return { bucket: lakeBucket, prefix: dataPrefix, queueUrl };
}

function batchesOf(outputs: PartOutputs): Own["batches"] {
  const { failedBatchesBucket: bucket, failedBatchesRuleName: ruleName } = outputs;
  return bucket === undefined || ruleName === undefined ? undefined : { bucket, ruleName };
}

function imagesOf({ imagesBucket, imagesPrefix, queueUrl }: PartOutputs): Own["images"] {
  if (imagesBucket === undefined || imagesPrefix === undefined || queueUrl === undefined)
    return undefined;
  return { bucketName: imagesBucket, prefix: imagesPrefix, queueUrl };
}

const namesIn = (outputs: PartOutputs): string[] =>
  Object.values(outputs).filter((value) => value !== undefined);

/**
 * Throws one sentence if an envelope names anything outside of the stack. A message in a failures queue is data: every principal that may
 * send to the queue can write any topic, ARN, bus or object into it, and a redrive runs with the permissions of an operator.
 */
export function refuseForeign(envelope: Envelope, message: Message, own: Own): void {
  const named = namedIn(envelope, message, own).find(({ isOwn }) => !isOwn);
  if (named)
    throw new Error(
      `The message names ${named.what}, which is not of this part of the stack; it is not redriven. Find out who sent it, then delete it.`,
    );
}

interface Named {
  what: string;
  isOwn: boolean;
}

function namedIn(envelope: Envelope, message: Message, own: Own): Named[] {
  const { resources, topicPrefix } = own;
  const resource = (kind: string, name: string): Named => ({
    what: `the ${kind} ${name}`,
    isOwn: resources.has(name),
  });
  switch (envelope.kind) {
    case "originals":
      return envelope.originals.flatMap(({ topic, ruleName }) => [
        { what: `the topic ${topic}`, isOwn: deviceOfTopic(topic, topicPrefix) !== undefined },
        ...(ruleName === undefined ? [] : [resource("rule", ruleName)]),
      ]);
    case "stored":
      return envelope.objects.map(({ bucket }) => resource("bucket", bucket));
    case "batch": {
      const { streamArn } = envelope.batch;
      return [{ what: `the stream ${streamArn}`, isOwn: isOwnStream(streamArn, own) }];
    }
    case "notification":
      return [resource("topic", envelope.notification.topicArn)];
    case "event": {
      const bus = busOf(message, own.place);
      if (own.busName === undefined)
        throw new Error("The message is an event, and its integration has no event bus.");
      // Lambda's record of an event names no bus.
      return bus === undefined ? [] : [resource("event bus", bus)];
    }
    case "execution":
      return [resource("state machine", envelope.execution.stateMachineArn)];
    case "empty":
    case "unknown":
      return [];
  }
}

/** Of a stream or of the changes of a table, in the account and region of the stack. */
function isOwnStream(streamArn: string, { resources, place }: Own): boolean {
  const [, owner, name = ""] =
    /^arn:[^:]+:(?:kinesis|dynamodb):([^:]+:[^:]+):(?:stream|table)\/([^/]+)(?:\/stream\/[^/]+)?$/.exec(
      streamArn,
    ) ?? [];
  return owner === place && resources.has(name);
}
