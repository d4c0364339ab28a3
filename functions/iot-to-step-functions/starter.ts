import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createHash } from "node:crypto";
import type { Reading } from "../../reading/reading";
import { forEachAtMost } from "../shared/at-most";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import type { Telemetry } from "./telemetry";

export interface Settings {
  stateMachineArn: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  /** Starts an execution; returns false if this name has been used. */
  start: (name: string, telemetry: Telemetry) => Promise<boolean>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  stateMachineArn: required(env, "STATE_MACHINE_ARN"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** Concurrent calls of StartExecution in one batch; more of them only exceed its quota sooner. */
const startsAtOnce = 5;

/**
 * Starts one execution per reading, named after it, so that a repeated message starts no second one. AWS IoT's own action names
 * executions at random. The handler returns the messages that failed.
 */
export function createHandler(
  settings: Settings,
  { start, quarantine }: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    let [started, duplicates] = [0, 0];
    await forEachAtMost(startsAtOnce, accepted, async ({ id, reading, envelope }: Accepted) => {
      try {
        const telemetry = { ...reading, receivedAt: envelope.receivedAt };
        if (await start(executionName(reading), telemetry)) started += 1;
        else duplicates += 1;
      } catch (error) {
        log("error", "execution not started", {
          deviceId: reading.deviceId,
          error: describeError(error),
        });
        failed.push(id);
      }
    });
    count("iot-to-step-functions", {
      Received: Records.length,
      Stored: started,
      Duplicates: duplicates,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/**
 * The name of a reading's execution: `<deviceId>-<timestamp>`, with `:` written as `_-` and `_` as `__`, since a name may have no
 * colon. A name longer than the 80 characters that AWS allows is hashed. Different readings have different names.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function executionName({ deviceId, timestamp }: Reading): string {
  const name = `${deviceId.replace(/[_:]/g, (one) => (one === ":" ? "_-" : "__"))}-${timestamp}`;
  return name.length <= 80 ? name : createHash("sha256").update(name).digest("hex");
}

function awsPorts({ stateMachineArn, quarantineQueueUrl }: Settings): Ports {
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
    quarantine: quarantineQueue(new SQSClient({}), quarantineQueueUrl),
  };
}
