import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createHash } from "node:crypto";
import { createSorter, type Accepted } from "../shared/batch";
import { log, told } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser, type Reading } from "../shared/reading";
import { required } from "../shared/settings";
import type { Telemetry } from "./telemetry";

export interface Settings {
  stateMachineArn: string;
  quarantineQueueUrl: string;
}

/** The world outside. */
export interface Ports {
  /** Starts an execution; false if there has been one of this name. */
  start: (name: string, telemetry: Telemetry) => Promise<boolean>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  stateMachineArn: required(env, "STATE_MACHINE_ARN"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * Starts one execution per reading, named after it, so that a repeated message does not run twice. AWS IoT's own action names
 * executions at random. The handler answers with the messages that have to come again.
 */
export function createHandler(
  settings: Settings,
  { start, quarantine }: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const sortOut = createSorter(createReadingParser(), quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await sortOut(incoming);
    let [started, duplicates] = [0, 0];
    await Promise.all(
      accepted.map(async ({ id, reading, envelope }: Accepted) => {
        try {
          const telemetry = { ...reading, receivedAt: envelope.receivedAt };
          if (await start(executionName(reading), telemetry)) started += 1;
          else duplicates += 1;
        } catch (error) {
          log("error", "execution not started", {
            deviceId: reading.deviceId,
            error: told(error),
          });
          failed.push(id);
        }
      }),
    );
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
 * `<deviceId>-<timestamp>`, in which `:` stands as `_-` and `_` as `__`, since a name takes no colon; what is longer than the 80
 * characters that a name may have is hashed. No two readings have the same name, and a reading always has the same.
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
