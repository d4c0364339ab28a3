import { randomUUID } from "node:crypto";
import {
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  ResourceNotFoundException,
  type FunctionEventInvokeConfig,
} from "@aws-sdk/client-lambda";
import { writeJson, type Json } from "../../../iot-sql";
import type { Clients } from "../../aws/clients";
import { createMemory } from "../../aws/memory";
import type { Trace } from "../../trace";
import { countNow } from "../cloudwatch";
import { serviceOf } from "../delivery/arns";
import { invoke, type Invocation } from "../delivery/invoke";
import { pause } from "../delivery/pause";
import { announce } from "../delivery/streams/stream-on-failure";
import { executionRoleOf, type ExecutionRole } from "./execution-role";

export interface AsynchronousArgs {
  clients: Clients;
  trace: Trace;
  functionArn: string;
  /** The ARN of what caused the invocation. */
  source: string;
  event: unknown;
  /** Before the first retry; twice that before the second. AWS waits one minute, then two. */
  retryDelayMilliseconds: number;
  stopped: AbortSignal;
}

/**
 * Invokes a function asynchronously as Lambda does: two retries unless configured otherwise, then the on-failure destination, as the
 * function's role. The emulator writes an incomplete record, without the role, and loses it if the destination does not exist. Throws
 * if the destination refuses the record; returns once the event is processed or set aside.
 */
export async function invokeAsynchronously(args: AsynchronousArgs): Promise<void> {
  const { clients, trace, source, event, retryDelayMilliseconds, stopped } = args;
  const role = await executionRoleOf(clients, args.functionArn);
  const config = await configs.recall(clients, role.functionArn, () => invokeConfig(clients, role))
    .answer;
  const retries = config.MaximumRetryAttempts ?? 2;
  const oldest = Date.now() + (config.MaximumEventAgeInSeconds ?? 21_600) * 1000;
  const about = { source, functionName: role.functionName, records: 1 };
  for (let invocations = 0; !stopped.aborted;) {
    const answer = await invoke(clients, role.functionArn, event);
    if (answer.kind === "returned") {
      trace.emit({ kind: "batch-succeeded", ...about });
      return;
    }
    trace.emit({ kind: "batch-failed", ...about, reason: answer.reason });
    // Throttling uses time, not retries.
    if (answer.kind === "failed") invocations++;
    const exhausted = invocations > retries;
    if (exhausted || Date.now() > oldest) {
      const condition = exhausted ? "RetriesExhausted" : "EventAgeExceeded";
      await setAside(args, role, config, asyncRecord(role, condition, invocations, event, answer));
      return;
    }
    await pause(retryDelayMilliseconds * 2 ** Math.min(Math.max(invocations - 1, 0), 6), stopped);
  }
  throw new Error(`The invocation of ${role.functionName} was stopped before it succeeded.`);
}

const configs = createMemory<Partial<FunctionEventInvokeConfig>>();

async function invokeConfig(
  clients: Clients,
  { functionArn }: ExecutionRole,
): Promise<Partial<FunctionEventInvokeConfig>> {
  try {
    return await clients
      .get(LambdaClient)
      .send(new GetFunctionEventInvokeConfigCommand({ FunctionName: functionArn }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return {};
    throw error;
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const asyncRecord = (
  { functionArn }: ExecutionRole,
  condition: "RetriesExhausted" | "EventAgeExceeded",
  invocations: number,
  event: unknown,
  answer: Exclude<Invocation, { kind: "returned" }>,
) => ({
  version: "1.0",
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId: answer.kind === "failed" ? answer.requestId : randomUUID(),
    functionArn: `${functionArn}:$LATEST`,
    condition,
    approximateInvokeCount: invocations,
  },
  requestPayload: event,
  ...(answer.kind === "failed" && {
    responseContext: answer.context,
    responsePayload: answer.payload,
  }),
});

async function setAside(
  { clients, trace, source }: AsynchronousArgs,
  role: ExecutionRole,
  config: Partial<FunctionEventInvokeConfig>,
  record: ReturnType<typeof asyncRecord>,
): Promise<void> {
  const destination = config.DestinationConfig?.OnFailure?.Destination;
  const { condition } = record.requestContext;
  const count = (metric: string): Promise<void> =>
    countNow(metricsOf(clients, trace, role), { [metric]: 1 });
  if (!destination) {
    await count("AsyncEventsDropped");
    const message = `${role.functionName} has no on-failure destination, so an event of ${source} was discarded: ${condition}.`;
    trace.emit({ kind: "warning", part: "asynchronous invocation", message });
    return;
  }
  if (!["sqs", "sns"].includes(serviceOf(destination))) {
    throw new Error(
      `${role.functionName} sets failed events aside in ${destination}; the local run knows SQS and SNS only.`,
    );
  }
  const as = { clients, credentials: () => role.credentials() };
  try {
    await announce(as, destination, writeJson(record as unknown as Json));
  } catch (error) {
    await count("DestinationDeliveryFailures");
    throw error;
  }
  // Lambda counts an event as dropped once its destination has it.
  await count("AsyncEventsDropped");
  trace.emit({ kind: "records-set-aside", source, destination, records: 1, reason: condition });
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
const metricsOf = (clients: Clients, trace: Trace, { functionName }: ExecutionRole) => ({
  clients,
  trace,
  namespace: "AWS/Lambda",
  dimensions: { FunctionName: functionName },
});
