import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import * as v from "valibot";
import { checkLogPermissions } from "../log-permissions";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  logGroupName: v.string(),
  batchMode: v.optional(v.boolean(), false),
  roleArn: v.string(),
});

const Batch = v.array(v.object({ timestamp: v.number(), message: v.string() }));
type LogEvent = v.InferOutput<typeof Batch>[number];

/**
 * Writes the payload as one log event, or, in batch mode, each `{ timestamp, message }` of an array as one. AWS does not document
 * the log stream; here it is the rule's name. Checks the role's permissions on log streams as AWS does; the emulator does not.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html
 */
export const cloudwatchLogs: ActionKind = {
  list: "cloudwatchLogs",
  single: "cloudwatchLogs",
  failedAction: "CloudwatchLogsAction",
  prepare(settings, { template }) {
    const { logGroupName: groupName, batchMode, roleArn } = v.parse(Settings, settings);
    return {
      roleArn,
      target: template(groupName),
      async perform({ clients, message, payload, ruleName, value }, logGroupName) {
        const logEvents = batchMode
          ? batchOf(value)
          : [{ timestamp: message.timestamp, message: Buffer.from(payload).toString("utf8") }];
        const { region, accountId } = clients.account;
        const streamArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:log-stream:${ruleName}`;
        await checkLogPermissions(clients, roleArn, streamArn);
        const logs = clients.get(CloudWatchLogsClient);
        const stream = { logGroupName, logStreamName: ruleName };
        await logs.send(new CreateLogStreamCommand(stream)).catch((error: unknown) => {
          if (!(error instanceof ResourceAlreadyExistsException)) throw error;
        });
        await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
      },
    };
  },
};

/** Sorted by time, as PutLogEvents requires. */
function batchOf(value: unknown): LogEvent[] {
  const read = v.safeParse(Batch, value);
  if (read.success) return read.output.sort((one, other) => one.timestamp - other.timestamp);
  throw new Error(
    "batchMode needs an array of objects with a timestamp (number) and a message (string).",
  );
}
