import type { StackOutputs } from "../stack-outputs";
import type { Sink } from "./search";

/**
 * No point is looked up: a database of the stack answers only in its private network, LiveAnalytics and a database with a public endpoint
 * by credentials of their own. An invalid message in the quarantine shows that the writer runs and reaches SQS; the rule of the writer
 * native has no quarantine. The local run reads the points themselves.
 */
export const sink: Sink = {
  expects: () => false,
  stored: async () => new Set(),
  sharedFailures: ["telemetry"],
  tables: [],
  unseen: (outputs) =>
    `valid readings in ${databaseOf(outputs)}; the points of this device stay there`,
};

function databaseOf({ of }: StackOutputs): string {
  const { engine, writer, database, table } = of["iot-to-timestream"] ?? {};
  if (writer === "native")
    return `table ${table} of database ${database}, whose endpoint is not of this stack: query it with a token of its own`;
  if (engine === "liveAnalytics")
    return `table ${table} of LiveAnalytics database ${database}: query it in the console of Timestream`;
  return `the database ${database}, which only its private network reaches`;
}
