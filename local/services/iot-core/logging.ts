import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { assumeRole } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import type { Trace, TraceEvent } from "../../trace";
import { checkGroupPermission, checkLogPermissions } from "./log-permissions";

/** The inputs of aws.iot.LoggingOptions that are used here. */
export interface LoggingInputs {
  defaultLogLevel: string;
  roleArn: string;
  disableAllLogs?: boolean;
}

/** AWS IoT logging. */
export interface Logging {
  /** Resolves when all entries are written. */
  idle(): Promise<void>;
  stop(): void;
}

/** AWS IoT chooses this name. */
const logGroupName = "AWSIotLogsV2";
/** AWS generates the names of its streams. */
const logStreamName = "local";

/** CloudWatch Logs accepts 10,000 per call; at 1 MiB per call, this leaves a kilobyte each. */
const mostEventsPerCall = 1_000;

interface LogEvent {
  timestamp: number;
  message: string;
}

/**
 * Writes errors to the log group of AWS IoT, which it creates if there is none, if the role of the logging options has the permission: refused requests of devices,
 * and messages that rules could not evaluate or deliver. Levels below ERROR log nothing more here.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html
 */
export async function startLogging(
  clients: Clients,
  trace: Trace,
  { defaultLogLevel, disableAllLogs, roleArn }: LoggingInputs,
): Promise<Logging> {
  const { region, accountId } = clients.account;
  const warn = (message: string): void =>
    trace.emit({ kind: "warning", part: "iot-core", message });
  await assumeRole(clients, {
    roleArn,
    servicePrincipal: "iot.amazonaws.com",
    // AWS does not document the source resource of IoT logging; trust policies allow all of the account.
    sourceArn: `arn:aws:iot:${region}:${accountId}:logging`,
  });
  if (disableAllLogs || defaultLogLevel === "DISABLED")
    return { idle: () => Promise.resolve(), stop: () => undefined };
  if (defaultLogLevel !== "ERROR")
    warn(`Log level ${defaultLogLevel} writes no more than ERROR does on this machine.`);

  const groupArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}`;
  const streamArn = `${groupArn}:log-stream:${logStreamName}`;
  const logs = clients.get(CloudWatchLogsClient);
  const unwritten: LogEvent[] = [];
  let writing = Promise.resolve();

  const createStream = () =>
    logs
      .send(new CreateLogStreamCommand({ logGroupName, logStreamName }))
      .catch((error: unknown) => {
        if (!(error instanceof ResourceAlreadyExistsException)) throw error;
      });

  async function write(): Promise<void> {
    const logEvents = unwritten.splice(0, mostEventsPerCall);
    if (logEvents.length === 0) return;
    try {
      await checkLogPermissions(clients, roleArn, streamArn);
      await createStream().catch(async (error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        await checkGroupPermission(clients, roleArn, groupArn);
        await logs.send(new CreateLogGroupCommand({ logGroupName }));
        await createStream();
      });
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    } catch (error) {
      warn(`${logEvents.length} events of AWS IoT are not in ${logGroupName}: ${String(error)}`);
    }
  }

  const stop = trace.on((event) => {
    const entry = entryOf(event);
    if (!entry) return;
    const timestamp = Date.now();
    const common = { timestamp: new Date(timestamp), logLevel: "ERROR", accountId };
    unwritten.push({ timestamp, message: JSON.stringify({ ...common, ...entry }) });
    // Entries that arrive while a batch is sent go into the next batch.
    writing = writing.then(write);
  });
  return { stop, idle: () => writing };
}

const eventTypes: Record<string, string> = {
  "iot:Connect": "Connect",
  "iot:Publish": "Publish-In",
  "iot:RetainPublish": "Publish-In",
  "iot:Receive": "Publish-Out",
  "iot:Subscribe": "Subscribe",
};

/** The log entry for an event; undefined for events that are not errors of AWS IoT. */
function entryOf(event: TraceEvent): Record<string, string> | undefined {
  switch (event.kind) {
    case "refused": {
      const { clientId, action, resource, reason: details } = event;
      const eventType = eventTypes[action] ?? action;
      return { status: "Failure", eventType, protocol: "MQTT", clientId, resource, details };
    }
    case "rule-failed": {
      const { traceId, rule: ruleName, topic: topicName, reason: details } = event;
      return {
        traceId,
        status: "Failure",
        eventType: "RuleExecution",
        ruleName,
        topicName,
        details,
      };
    }
    case "action-failed":
    case "error-action-failed": {
      const { traceId, rule: ruleName, action: ruleAction, reason: details } = event;
      return {
        traceId,
        status: "Failure",
        eventType: "RuleExecution",
        ruleName,
        ruleAction,
        details,
      };
    }
    default:
      return undefined;
  }
}
