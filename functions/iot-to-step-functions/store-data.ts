import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { itemOf } from "../shared/item";
import { count } from "../shared/metrics";
import { readingId } from "../shared/reading-id";
import { required } from "../shared/settings";
import { namingTransient } from "../shared/transient";
import type { Analysis, Telemetry } from "./telemetry";

export interface Settings {
  processedTableName: string;
  keepDays: number;
}

/** A reading as the workflow stores it. */
export interface Processed extends Telemetry {
  /** Its sort key: time and content, so that two readings of one time are both kept. */
  readingKey: string;
  /** Sentences, joined; empty if there were none. */
  anomalies: string;
  /** The id of the SNS message about them, if there were any. */
  alertId?: string;
  /** Second since the epoch after which it may be deleted. */
  expiresAt: number;
}

/** The calls that the handler makes. */
export interface Ports {
  put: (processed: Processed) => Promise<void>;
}

/** The state's input: the telemetry, and the results of the states before it. */
export type Input = Telemetry & { analysis: Analysis; alert?: { messageId: string } };

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  processedTableName: required(env, "PROCESSED_TABLE_NAME"),
  keepDays: Number(required(env, "KEEP_DAYS")),
});

/** Stores the reading with its anomalies. A retry writes the same item and changes nothing. */
export function createHandler(
  settings: Settings,
  { put }: Ports = awsPorts(settings),
): (input: Input) => Promise<{ stored: true }> {
  return async ({ analysis, alert, ...telemetry }) => {
    await put({
      ...telemetry,
      readingKey: `${telemetry.timestamp}#${readingId(telemetry)}`,
      anomalies: analysis.anomalies.join(" "),
      ...(alert && { alertId: alert.messageId }),
      expiresAt: Math.floor(telemetry.receivedAt / 1000) + settings.keepDays * 86_400,
    });
    count("iot-to-step-functions", { Processed: 1 });
    return { stored: true };
  };
}

function awsPorts({ processedTableName: TableName }: Settings): Ports {
  const dynamodb = new DynamoDBClient({});
  return {
    put: (processed) =>
      namingTransient(async () => {
        await dynamodb.send(new PutItemCommand({ TableName, Item: itemOf({ ...processed }) }));
      }),
  };
}
