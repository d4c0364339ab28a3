import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Clients } from "../../../aws/clients";
import { resourceOf } from "../arns";

/** Writes lines to a stream of a log group, which must exist. Creates the stream on its first use. */
export async function putLines(
  clients: Clients,
  { groupArn, stream }: { groupArn: string; stream: string },
  lines: readonly string[],
): Promise<void> {
  const logs = clients.get(CloudWatchLogsClient);
  const logGroupName = groupName(groupArn);
  const logStream = { logGroupName, logStreamName: stream };
  await logs.send(new CreateLogStreamCommand(logStream)).catch((error: unknown) => {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  });
  const timestamp = Date.now();
  await logs.send(
    new PutLogEventsCommand({
      ...logStream,
      logEvents: lines.map((message) => ({ timestamp, message })),
    }),
  );
}

/** Returns the name of a log group; some APIs append `:*` to its ARN. */
export const groupName = (groupArn: string): string =>
  resourceOf(groupArn)
    .replace(/^log-group:/, "")
    .replace(/:\*$/, "");
