import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { windowKeyOf } from "../../reading/window-key";
import { forEachAtMost } from "../shared/at-most";
import { describeError, log } from "../shared/log";
import { required } from "../shared/settings";
import type { Window } from "./window";
import { windowsTable, type Result, type WriteWindow } from "./windows-table";

/** Where results go, whichever engine makes the windows. */
export interface ResultSettings {
  /** The field of a reading that is averaged. */
  field: string;
  /** Averages above it are counted by the metric HighAverages. @default none are */
  alarmAbove?: number;
  keepDays: number;
  averagesTableName: string;
  /** Results go to `<prefix>/<deviceId>/<field>`. */
  resultTopicPrefix: string;
  /** A dimension of the metrics that alarms watch. */
  functionName: string;
}

/** The calls that writing a result makes. */
export interface ResultPorts {
  write: WriteWindow;
  publish: (topic: string, message: string) => Promise<void>;
}

export const readResultSettings = (env: NodeJS.ProcessEnv): ResultSettings => ({
  field: required(env, "FIELD"),
  ...(env.ALARM_ABOVE && { alarmAbove: Number(env.ALARM_ABOVE) }),
  keepDays: Number(required(env, "KEEP_DAYS")),
  averagesTableName: required(env, "AVERAGES_TABLE_NAME"),
  resultTopicPrefix: required(env, "RESULT_TOPIC_PREFIX"),
  functionName: required(env, "FUNCTION_NAME"),
});

/** What became of windows. */
export interface Written {
  counts: { Windows: number; HighAverages: number; Truncated: number };
  /** Those that were not written or not published. */
  failed: Window[];
}

/** The most windows that are written at the same time. */
const writesAtOnce = 20;

/** Makes the function that writes and publishes every window; an error of one does not keep the others from it. */
export function createResultWriter(
  { field, alarmAbove = Infinity, resultTopicPrefix }: ResultSettings,
  ports: ResultPorts,
): (windows: readonly Window[]) => Promise<Written> {
  const publish = (result: Result): Promise<void> => {
    const { deviceId, windowStart } = result;
    const id = `${deviceId}#${windowKeyOf(field, windowStart)}`;
    const topic = `${resultTopicPrefix}/${deviceId}/${field}`;
    return ports.publish(topic, JSON.stringify({ id, ...result }));
  };
  return async (windows) => {
    const counts = { Windows: 0, HighAverages: 0, Truncated: 0 };
    const failed: Window[] = [];
    await forEachAtMost(writesAtOnce, windows, async (window) => {
      try {
        const result = await ports.write(window);
        await publish(result);
        counts.Windows += 1;
        if (result.average > alarmAbove) counts.HighAverages += 1;
        if (result.truncated) counts.Truncated += 1;
      } catch (error) {
        failed.push(window);
        log("error", "window not written", {
          deviceId: window.deviceId,
          windowStart: window.start,
          error: describeError(error),
        });
      }
    });
    return { counts, failed };
  };
}

/** The SDK reads the endpoint of AWS IoT from AWS_ENDPOINT_URL_IOT_DATA_PLANE. */
export function awsResultPorts(settings: ResultSettings): ResultPorts {
  const iot = new IoTDataPlaneClient({});
  const { averagesTableName: tableName, field, keepDays } = settings;
  return {
    write: windowsTable(new DynamoDBClient({}), { tableName, field, keepDays }),
    publish: async (topic, message) => {
      await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(message) }));
    },
  };
}
