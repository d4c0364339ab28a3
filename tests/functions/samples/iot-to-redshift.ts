import * as loader from "../../../functions/iot-to-redshift/loader";
import * as sweeper from "../../../functions/iot-to-redshift/sweeper";
import { createHandler } from "../../../functions/iot-to-redshift/row-shaper";
import { eventOf } from "../../../functions/iot-to-redshift/objects";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { batchesOf, records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const transformationOf = (...texts: string[]) => ({
  invocationId: "invocation",
  deliveryStreamArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/rows",
  region: "eu-central-1",
  records: texts.map((text, index) => ({
    recordId: `record-${index + 1}`,
    approximateArrivalTimestamp: receivedAt,
    data: base64(text),
  })),
});
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const row = `${JSON.stringify({ readingId: readingId(readingOf()), ...readingOf(), receivedAt })}\n`;
const bucket = "iot-integrations-local-euc1-iot-to-redshift-lake-123456789012";
const key = "readings/2026/11/24/rows.gz";

export const samples: Record<string, Sample[]> = {
  "iot-to-redshift-row-shaper": [
    {
      title: "shapes a row and quarantines what is invalid",
      event: transformationOf(envelopeOf(readingOf()), invalid),
      outcome: {
        answer: {
          records: [
            { recordId: "record-1", result: "Ok", data: base64(row) },
            { recordId: "record-2", result: "Dropped", data: base64(invalid) },
          ],
        },
      },
      calls: [quarantined],
    },
  ],
  "iot-to-redshift-loader": [
    {
      title: "asks for the messages again while the Data API refuses statements",
      event: sqsEvent(eventOf(bucket, key)),
      refused: { ExecuteStatement: "ValidationException" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-1" }] } },
      calls: [
        ["ExecuteStatement", { WorkgroupName: "iot-integrations-local-iot-to-redshift-warehouse" }],
      ],
    },
  ],
  "iot-to-redshift-sweeper": [
    {
      title: "fails while it may not list the objects, so that its schedule's failure is kept",
      event: {},
      refused: { ListObjectsV2: "AccessDenied" },
      outcome: { error: { name: "AccessDenied", message: "AccessDenied", isError: true } },
      calls: [["ListObjectsV2", { Bucket: bucket }]],
      counted: 0,
    },
  ],
};

const shape = async (texts: string[], quarantineQueueUrl: string): Promise<void> => {
  const handler = createHandler({ quarantineQueueUrl });
  for (let from = 0; from < texts.length; from += 500)
    await handler(transformationOf(...texts.slice(from, from + 500)));
};

const warehouse = {
  ...{ workgroupName: "warehouse", database: "telemetry", copyRoleArn: "" },
  tables: { readings: "iot.readings", ledger: "iot.loaded_objects" },
  lake: { bucketName: bucket, dataPrefix: "readings/" },
  budgetMilliseconds: 240_000,
};

/** Loads as many objects as other cases have records, in batches of the queue. */
async function loadObjects(failuresQueueUrl: string): Promise<void> {
  const handler = loader.createHandler({
    ...warehouse,
    ...{ manifestPrefix: "manifests/", failuresQueueUrl, mostAttempts: 3 },
  });
  const events = Array.from({ length: records }, (_, nth) =>
    eventOf(bucket, `readings/2026/11/24/${nth}.gz`),
  );
  for (const batch of batchesOf("queue", events)) {
    const { batchItemFailures } = await handler(sqsEvent(...batch));
    if (batchItemFailures.length > 0)
      throw new Error(`${batchItemFailures.length} objects of a batch were not loaded.`);
  }
}

/** Looks for as many objects, of which the ledger has none. */
const sweep = (queueUrl: string): Promise<void> =>
  sweeper.createHandler({
    ...warehouse,
    ...{ queueUrl, youngestMilliseconds: 3_600_000, oldestMilliseconds: 49 * 3_600_000 },
  })();

export const measured: Measured = {
  calls: [
    {
      // Firehose takes the rows from the answer.
      what: "shaped rows",
      of: "iot-to-redshift-row-shaper",
      fewest: 0,
      run: (quarantineQueueUrl) => shape(envelopes(records), quarantineQueueUrl),
    },
    {
      what: "invalid messages",
      of: "iot-to-redshift-row-shaper",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => shape(invalidEnvelopes(records), quarantineQueueUrl),
    },
    {
      // Redshift is billed by time, whatever the calls: for ten objects three calls about the ledger, a manifest and two calls of the load.
      what: "loaded objects",
      of: "iot-to-redshift-loader",
      unpriced: true,
      fewest: (6 * records) / 10,
      run: loadObjects,
    },
    {
      // Lists of four days, three calls for 90 objects, and an announcement of ten objects each.
      what: "objects that the ledger lacks",
      of: "iot-to-redshift-sweeper",
      unpriced: true,
      fewest: 4 + 3 * Math.ceil(records / 90) + records / 10,
      run: sweep,
    },
  ],
  cpu: {
    source: "delivery stream",
    factory: () => createHandler({ quarantineQueueUrl: "" }, { quarantine: async () => [] }),
  },
};
