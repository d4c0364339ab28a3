import { checkRole } from "../../aws/role-permissions";
import type { Trace } from "../../trace";
import { serviceOf } from "../delivery/arns";
import { createConcurrencyLimit, mostFunctions } from "../delivery/concurrency-limit";
import { invoke } from "../delivery/invoke";
import { isObject, parseJson, type Json } from "../delivery/json";
import { deliveryStream } from "../delivery/targets/delivery-stream";
import { eventBus } from "../delivery/targets/event-bus";
import { putLines } from "../delivery/targets/log-group";
import { queue } from "../delivery/targets/queue";
import { runExpress, startExecution } from "../delivery/targets/state-machine";
import { stream } from "../delivery/targets/stream";
import type { Caller, Entry, Failure, Target } from "../delivery/targets/target";
import { topic } from "../delivery/targets/topic";
import { invokeAsynchronously } from "../lambda";
import type { PipeInputs } from "./pipe-inputs";

export interface PipeTargetArgs {
  caller: Caller;
  trace: Trace;
  inputs: PipeInputs;
  /** Receives work that continues after the pipe's execution: an asynchronous invocation. */
  later: (work: Promise<void>) => void;
  retryDelayMilliseconds: number;
  stopped: AbortSignal;
}

/** A failure that the target reports by the event's id. */
interface NamedFailure {
  id: string;
  reason: string;
}

/** A target that may also report failed events by their ids. */
export interface PipeTarget extends Omit<Target, "send"> {
  send: (entries: readonly Entry[]) => Promise<(Failure | NamedFailure)[]>;
}

/** Without a batch API the whole array is one payload. */
const unlimited = 10_000;

export function createPipeTarget(args: PipeTargetArgs): PipeTarget {
  const { caller, inputs } = args;
  const { target: arn, targetParameters: parameters = {} } = inputs;
  switch (serviceOf(arn)) {
    case "events": {
      const {
        source = "",
        detailType = "",
        ...more
      } = parameters.eventbridgeEventBusParameters ?? {};
      return eventBus(caller, arn, { source, detailType, ...more });
    }
    case "sqs":
      return queue(caller, arn, parameters.sqsQueueParameters);
    case "sns":
      return topic(caller, arn);
    case "kinesis":
      return stream(caller, arn, parameters.kinesisStreamParameters ?? { partitionKey: "" });
    case "firehose":
      return deliveryStream(caller, arn);
    case "logs":
      return logGroup(args);
    case "states":
      return workflow(args);
    default:
      return lambda(args);
  }
}

/** Returns the whole batch as one JSON array; a single event is an array of one. */
const asArray = (entries: readonly Entry[]): Json =>
  entries.map(({ text }) => parseJson(text) ?? text);

function lambda(args: PipeTargetArgs): PipeTarget {
  const { caller, trace, inputs } = args;
  const { clients, credentials, roleArn } = caller;
  const { invocationType } = inputs.targetParameters?.lambdaFunctionParameters ?? {};
  const functionArn = inputs.target;
  const limit = createConcurrencyLimit(mostFunctions);
  if (invocationType === "FIRE_AND_FORGET")
    return {
      most: unlimited,
      async send(entries) {
        await credentials();
        await checkRole(clients, {
          roleArn,
          action: "lambda:InvokeFunction",
          resource: functionArn,
        });
        const event = asArray(entries);
        const source = `pipe ${inputs.name}`;
        args.later(
          limit(() =>
            invokeAsynchronously({ ...args, clients, trace, functionArn, source, event }),
          ),
        );
        return [];
      },
    };
  return {
    most: unlimited,
    async send(entries) {
      const answer = await invoke(clients, functionArn, asArray(entries), await credentials());
      if (answer.kind !== "returned") throw new Error(answer.reason);
      return reported(answer.payload as Json);
    },
  };
}

function workflow({ caller, inputs }: PipeTargetArgs): PipeTarget {
  const { invocationType } = inputs.targetParameters?.stepFunctionStateMachineParameters ?? {};
  return {
    most: unlimited,
    async send(entries) {
      const input = JSON.stringify(asArray(entries));
      if (invocationType === "FIRE_AND_FORGET") {
        await startExecution(caller, inputs.target, input);
        return [];
      }
      return reported(parseJson(await runExpress(caller, inputs.target, input)));
    },
  };
}

function logGroup({
  caller: { clients, credentials, roleArn },
  inputs,
}: PipeTargetArgs): PipeTarget {
  const groupArn = inputs.target;
  const stream = inputs.targetParameters?.cloudwatchLogsParameters?.logStreamName ?? inputs.name;
  return {
    most: unlimited,
    async send(entries) {
      await credentials();
      const resource = `${groupArn.replace(/:\*$/, "")}:log-stream:${stream}`;
      await checkRole(clients, { roleArn, action: "logs:PutLogEvents", resource });
      await putLines(
        clients,
        { groupArn, stream },
        entries.map(({ text }) => text),
      );
      return [];
    },
  };
}

/** Reads `batchItemFailures` of a target's answer; an item without a known identifier fails the whole batch. */
function reported(payload: Json | undefined): NamedFailure[] {
  const items = isObject(payload) ? payload["batchItemFailures"] : undefined;
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) throw new Error("The target's batchItemFailures are no list.");
  return items.map((item) => {
    const id = isObject(item) ? item["itemIdentifier"] : undefined;
    return { id: typeof id === "string" ? id : "", reason: "The target reported it as failed." };
  });
}
