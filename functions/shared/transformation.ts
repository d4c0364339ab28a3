import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from "aws-lambda";
import { createBatchSplitter, type Accepted } from "./batch";
import type { Quarantine } from "./quarantine";
import { createReadingParser } from "./reading-parser";

/** The answer to Firehose, and what became of the records. */
export interface Transformed {
  answer: FirehoseTransformationResult;
  accepted: number;
  quarantined: number;
  failed: number;
}

/**
 * Returns a function that transforms the records of a delivery stream into rows: `Ok` with its row for a valid reading, `Dropped` for an
 * invalid message that the quarantine has taken, `ProcessingFailed` for one that it has not taken, which Firehose writes, as it came, below
 * the error prefix.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
 */
export function createTransformation(
  quarantine: Quarantine,
  rowOf: (one: Accepted) => string,
): (event: FirehoseTransformationEvent) => Promise<Transformed> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  return async ({ records }) => {
    const incoming = records.map(({ recordId, data }) => ({
      id: recordId,
      body: Buffer.from(data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const rows = new Map(accepted.map((one) => [one.id, rowOf(one)]));
    const kept = new Set(failed);
    const resultOf = ({
      recordId,
      data,
    }: FirehoseTransformationEvent["records"][number]): FirehoseTransformationResultRecord => {
      const row = rows.get(recordId);
      if (row !== undefined)
        return { recordId, result: "Ok", data: Buffer.from(row).toString("base64") };
      return { recordId, result: kept.has(recordId) ? "ProcessingFailed" : "Dropped", data };
    };
    return {
      answer: { records: records.map(resultOf) },
      ...{ accepted: accepted.length, quarantined, failed: failed.length },
    };
  };
}
