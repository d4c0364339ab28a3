import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Limits } from "../../reading/limits";
import type { Reading } from "../../reading/reading";
import { createBatchSplitter } from "../shared/batch";
import { candidateOf } from "../shared/gate/candidate";
import type { GatePorts } from "../shared/gate/gate";
import { readGateSettings, type GateSettings } from "../shared/gate/gate-settings";
import { gateTable } from "../shared/gate/gate-table";
import { createGated } from "../shared/gate/gated";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import { readingId } from "../shared/reading-id";
import { required } from "../shared/settings";
import type { Telemetry } from "./telemetry";

export interface Settings extends GateSettings {
  stateMachineArn: string;
  quarantineQueueUrl: string;
  /** By field; a value beyond its limit is part of the device's condition. */
  limits: Limits;
}

/** The calls that the handler makes. */
export interface Ports {
  /** Starts an execution; returns false if this name has been used. */
  start: (name: string, telemetry: Telemetry) => Promise<boolean>;
  gate: GatePorts;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  stateMachineArn: required(env, "STATE_MACHINE_ARN"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  limits: JSON.parse(required(env, "LIMITS")) as Limits,
  ...readGateSettings(env),
});

/** Concurrent calls of StartExecution in one batch; more of them only exceed its quota sooner. */
const startsAtOnce = 5;

/**
 * Starts an execution when the condition of a device has changed, within the budgets of the gate. The execution is named after the
 * reading, so that a repeated message starts no second one; AWS IoT's own action names executions at random. The handler returns the
 * messages that failed.
 */
export function createHandler(
  settings: Settings,
  { start, gate, quarantine }: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const startExecutions = createGated(settings.gateLimits, gate, {
    candidateOf: (one) => candidateOf(one, settings.limits),
    act: ({ reading, envelope }) =>
      start(executionName(reading), { ...reading, receivedAt: envelope.receivedAt }),
    failure: "execution not started",
    atOnce: startsAtOnce,
  });
  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const { acted, muted, repeated, failed: unstarted } = await startExecutions(accepted);
    failed.push(...unstarted);
    count("iot-to-step-functions", {
      Received: Records.length,
      Stored: acted,
      Muted: muted,
      Duplicates: repeated,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/**
 * The name of a reading's execution: `<deviceId>-<timestamp>-<reading id>`, with `_` for each `:` and at most 80 characters, for which
 * the device's id is cut. The reading's id tells readings apart: the same content has the same name, other content another one.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function executionName(reading: Reading): string {
  const { deviceId, timestamp } = reading;
  const ending = `-${timestamp}-${readingId(reading)}`;
  return `${deviceId.replace(/:/g, "_").slice(0, 80 - ending.length)}${ending}`;
}

function awsPorts({ stateMachineArn, gateTableName, quarantineQueueUrl }: Settings): Ports {
  const workflows = new SFNClient({});
  return {
    start: async (name, telemetry) => {
      try {
        await workflows.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(telemetry) }),
        );
        return true;
      } catch (error) {
        if ((error as Error).name === "ExecutionAlreadyExists") return false;
        throw error;
      }
    },
    gate: gateTable(new DynamoDBClient({}), gateTableName),
    quarantine: quarantineQueue(new SQSClient({}), quarantineQueueUrl),
  };
}
