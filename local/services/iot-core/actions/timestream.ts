import {
  MeasureValueType,
  TimestreamWriteClient,
  WriteRecordsCommand,
  type _Record,
  type TimestreamWriteClientConfig,
} from "@aws-sdk/client-timestream-write";
import * as v from "valibot";
import { isNumeric, isObject, numberJson, writeJson, type Json } from "../../../../iot-sql";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  databaseName: v.string(),
  tableName: v.string(),
  dimensions: v.pipe(
    v.array(v.strictObject({ name: v.string(), value: v.string() })),
    v.minLength(1),
    v.maxLength(128),
  ),
  timestamp: v.optional(
    v.strictObject({
      unit: v.picklist(["SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS"]),
      value: v.string(),
    }),
  ),
  roleArn: v.string(),
});

const mostMeasures = 100;

/**
 * Writes each member of the output as a separate measure, in one call. The emulator has no Timestream, so a rule that writes to
 * it is refused unless the caller provides an endpoint.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/timestream-rule-action.html
 */
export const timestream: ActionKind = {
  list: "timestreams",
  single: "timestream",
  failedAction: "TimestreamAction",
  prepare(given, { template, timestreamEndpoint }) {
    const { databaseName, tableName, roleArn, ...settings } = v.parse(Settings, given);
    if (!timestreamEndpoint)
      throw new Error("The emulator has no Timestream; start with a timestreamEndpoint.");
    const Client = clientAt(timestreamEndpoint);
    const [databaseOf, tableOf] = [template(databaseName), template(tableName)];
    const dimensions = settings.dimensions.map(({ name, value }) => ({
      Name: name,
      valueOf: template(value),
    }));
    const { unit = "MILLISECONDS", value: time } = settings.timestamp ?? {};
    const timeOf = time === undefined ? undefined : template(time);
    return {
      roleArn,
      target: async (message) => `${await databaseOf(message)}.${await tableOf(message)}`,
      async perform({ clients, credentials, message, value }) {
        await clients.get(Client, credentials).send(
          new WriteRecordsCommand({
            DatabaseName: await databaseOf(message),
            TableName: await tableOf(message),
            CommonAttributes: {
              Dimensions: await Promise.all(
                dimensions.map(async ({ Name, valueOf }) => ({
                  Name,
                  Value: await valueOf(message),
                })),
              ),
              Time: timeOf ? await timeOf(message) : String(message.timestamp),
              TimeUnit: unit,
            },
            Records: recordsOf(value),
          }),
        );
      },
    };
  },
};

/** With an explicit endpoint, the SDK skips the endpoint discovery that it uses on AWS. */
const clientAt = (endpoint: string) =>
  class LocalTimestreamWriteClient extends TimestreamWriteClient {
    constructor(config: TimestreamWriteClientConfig) {
      super({ ...config, endpoint });
    }
  };

function recordsOf(value: Json | Uint8Array): _Record[] {
  if (value instanceof Uint8Array || !isObject(value))
    throw new Error("The payload is not a JSON object, so it has no measures.");
  const measures = Object.entries(value);
  if (measures.length > mostMeasures)
    throw new Error(
      `The payload has ${measures.length} members; a Timestream action writes ${mostMeasures}.`,
    );
  return measures.map(([MeasureName, measure]) => ({ MeasureName, ...measureOf(measure) }));
}

function measureOf(measure: Json): Pick<_Record, "MeasureValue" | "MeasureValueType"> {
  if (typeof measure === "boolean")
    return { MeasureValue: String(measure), MeasureValueType: MeasureValueType.BOOLEAN };
  if (isNumeric(measure)) {
    const MeasureValue = numberJson(measure);
    const { BIGINT, DOUBLE } = MeasureValueType;
    return { MeasureValue, MeasureValueType: /^-?\d+$/.test(MeasureValue) ? BIGINT : DOUBLE };
  }
  return {
    MeasureValue: typeof measure === "string" ? measure : writeJson(measure),
    MeasureValueType: MeasureValueType.VARCHAR,
  };
}
