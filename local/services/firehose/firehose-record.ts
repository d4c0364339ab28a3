/** A record that a delivery stream has accepted. */
export interface FirehoseRecord {
  /** The id that PutRecord returned. */
  id: string;
  data: Buffer;
  /** Milliseconds since the epoch. */
  arrival: number;
  /** The partition keys that the transforming function returned. */
  partitionKeys?: Record<string, string>;
}

/** A record that cannot be delivered, and why. */
export interface FailedRecord {
  record: FirehoseRecord;
  attempts: number;
  code: string;
  message: string;
  /** Members of the error document that this kind of error adds. */
  more?: object;
}

/**
 * Returns the line that Firehose writes below the error prefix for each such record.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 */
export const errorLine = (
  { record, attempts, code, message, more }: FailedRecord,
  now: number,
): string => {
  // Format conversion has other names for these two.
  const last = more !== undefined && "dataCatalogTable" in more;
  return `${JSON.stringify({
    attemptsMade: attempts,
    arrivalTimestamp: record.arrival,
    [last ? "lastErrorCode" : "errorCode"]: code,
    [last ? "lastErrorMessage" : "errorMessage"]: message,
    attemptEndingTimestamp: now,
    rawData: record.data.toString("base64"),
    ...more,
  })}\n`;
};
