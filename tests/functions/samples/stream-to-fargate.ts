import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { monotonicClock as clock } from "../../../functions/stream-to-fargate/clock";
import { createProcessor } from "../../../functions/stream-to-fargate/processor";
import { statisticsTable } from "../../../functions/stream-to-fargate/statistics-table";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { batchesOf, records, type Measured } from "./measured";
import type { Sample } from "./sample";

/** A container has no serialised function; its specs run the entry point itself. */
export const samples: Record<string, Sample[]> = {};

const devices = 10;

/** Readings of ten devices in turn, all in one window. */
const readings = (): string[] =>
  Array.from({ length: records }, (_, nth) => {
    const deviceId = `pump-${nth % devices}`;
    return envelopeOf(readingOf({ deviceId, timestamp: receivedAt - 1 - nth }), { deviceId });
  });

export const measured: Measured = {
  calls: [
    {
      // Of each device, the window and the rolling statistics: read for the first batch, and written in each.
      what: "readings of 10 devices in one window",
      of: "stream-to-fargate",
      unpriced: true,
      fewest: devices * 2 + (records / 100) * devices * 2,
      async run() {
        const refuse = (): never => {
          throw new Error("Every reading must be counted.");
        };
        const process = createProcessor({
          addReadings: statisticsTable(new DynamoDBClient({}), { tableName: "t", keepDays: 1 }),
          ...{ quarantine: refuse, setAside: refuse, holdMilliseconds: 0 },
          clock,
        });
        for (const batch of batchesOf("stream", readings()))
          await process(
            batch.map((body, nth) => ({ sequenceNumber: `${nth}`, data: Buffer.from(body) })),
            new AbortController().signal,
          );
      },
    },
  ],
};
