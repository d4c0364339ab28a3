import { createHandler } from "../../../functions/iot-to-timestream/influxdb-writer";
import * as liveAnalytics from "../../../functions/iot-to-timestream/live-analytics-writer";
import { startInfluxdb } from "../../../local/doubles/influxdb";
import { envelopeOf, kinesisEvent, readingOf, sequence } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const path = "/api/v3/write_lp?db=iot&precision=nanosecond&accept_partial=true&no_sync=false";
const credentials: Sample["calls"][number] = ["GetSecretValue", {}];
const SecretString = JSON.stringify({ token: "example" });

export const samples: Record<string, Sample[]> = {
  "iot-to-timestream-writer": [
    {
      title: "asks for a record again whose credentials it may not read",
      event: kinesisEvent(envelopeOf(readingOf())),
      refused: { GetSecretValue: "AccessDeniedException" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: sequence(1) }] } },
      calls: [credentials, credentials, credentials, credentials],
    },
    {
      title: "writes a line and quarantines what is invalid",
      event: kinesisEvent(envelopeOf(readingOf()), invalid),
      answers: { GetSecretValue: { SecretString } },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [quarantined, credentials],
      posted: [
        {
          path,
          text: /^telemetry,deviceId=pump-7 temperature=21\.5,humidity=40,pressure=1013,status="ok",receivedAt=1795478400000i 1795478400000\d{6}$/,
        },
      ],
    },
    {
      title: "reads the credentials once",
      event: kinesisEvent(envelopeOf(readingOf())),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [],
      posted: [{ path, text: /^telemetry,/ }],
    },
  ],
};

const settings = {
  ...{ url: "", version: "v3" as const, database: "iot", organization: "", secretArn: "" },
  ...{ table: "telemetry", quarantineQueueUrl: "" },
};

/** Writes all records of one batch to a database; the one call to AWS per environment is for the token. */
async function writeReadings(quarantineQueueUrl: string): Promise<void> {
  const { token } = JSON.parse(SecretString) as { token: string };
  const database = await startInfluxdb({ token });
  try {
    const handler = createHandler({ ...settings, url: database.url, quarantineQueueUrl });
    await handler(kinesisEvent(...envelopes(records)));
    const statuses = database.writes().map(({ status }) => status);
    if (statuses.join() !== "204")
      throw new Error(`The database answered ${statuses.join()} instead of one 204.`);
  } finally {
    await database.stop();
  }
}

export const measured: Measured = {
  calls: [
    {
      what: "readings in one request to the database",
      of: "iot-to-timestream-writer",
      fewest: 1,
      run: writeReadings,
    },
    {
      what: "readings in calls of 100 to LiveAnalytics",
      of: "iot-to-timestream-writer",
      unpriced: true,
      // The endpoint is asked for once per environment.
      fewest: records / 100 + 1,
      async run(quarantineQueueUrl) {
        const handler = liveAnalytics.createHandler({
          ...{ databaseName: "iot", tableName: "telemetry", quarantineQueueUrl },
        });
        const { batchItemFailures } = await handler(kinesisEvent(...envelopes(records)));
        if (batchItemFailures.length > 0) throw new Error("The writer did not write all readings.");
      },
    },
    {
      what: "invalid messages",
      of: "iot-to-timestream-writer",
      unpriced: true,
      fewest: records / 10,
      async run(quarantineQueueUrl) {
        const handler = createHandler({ ...settings, quarantineQueueUrl });
        await handler(kinesisEvent(...invalidEnvelopes(records)));
      },
    },
  ],
  cpu: {
    source: "stream",
    factory: () =>
      createHandler(
        {
          url: "",
          version: "v3",
          database: "",
          organization: "",
          secretArn: "",
          table: "telemetry",
          quarantineQueueUrl: "",
        },
        { write: async () => [], quarantine: async () => [] },
      ),
  },
};
