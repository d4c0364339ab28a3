import { checkRole } from "../../aws/role-permissions";
import { groupName, putLines } from "../delivery/targets/log-group";
import type { Caller } from "../delivery/targets/target";
import type { LoggingInputs } from "./delivery-inputs";
import type { DeliveryStreamArgs } from "./delivery-stream-args";

export interface DeliveryLogArgs {
  streamArn: string;
  destination: string;
  logging: LoggingInputs | undefined;
  /** The role that writes. */
  role: Caller;
}

/** The error log of a delivery stream. */
export interface DeliveryLog {
  error(errorCode: string, message: string): void;
  /** Resolves when everything is written. */
  idle(): Promise<void>;
}

/** Writes errors to the stream's log group as its role. @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html */
export function createDeliveryLog(
  { clients, trace, inputs }: Pick<DeliveryStreamArgs, "clients" | "trace" | "inputs">,
  { streamArn, destination, logging, role }: DeliveryLogArgs,
): DeliveryLog {
  const { enabled, logGroupName, logStreamName = "DestinationDelivery" } = logging ?? {};
  if (!enabled || !logGroupName) return { error: () => undefined, idle: () => Promise.resolve() };
  const { accountId, region } = clients.account;
  const groupArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}`;
  let writing = Promise.resolve();

  async function write(line: string): Promise<void> {
    try {
      await role.credentials();
      const resource = `${groupArn}:log-stream:${logStreamName}`;
      await checkRole(clients, { roleArn: role.roleArn, action: "logs:PutLogEvents", resource });
      await putLines(clients, { groupArn, stream: logStreamName }, [line]);
    } catch (error) {
      const message = `The log of delivery stream ${inputs.name} in ${groupName(groupArn)} is incomplete: ${String(error)}`;
      trace.emit({ kind: "warning", part: "delivery stream", message });
    }
  }

  return {
    idle: () => writing,
    error(errorCode, message) {
      const line = JSON.stringify({
        deliveryStreamARN: streamArn,
        destination,
        deliveryStreamVersionId: 1,
        message,
        errorCode,
      });
      writing = writing.then(() => write(line));
    },
  };
}
