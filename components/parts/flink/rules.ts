/** Which readings count, for flink/averages.sql. */
export interface FlinkRules {
  /** Only values above it count. */
  above: number;
  /** A reading counts if AWS IoT received it at most this long after the end of its minute. */
  latenessSeconds: number;
  /** The most readings that a result holds. */
  mostReadings: number;
}

/**
 * A minute is over this long after the last reading of it could be received: so far may records of a stream be out of the order in which AWS
 * IoT received them. Readings that come even later are results of their own.
 */
export const slackSeconds = 60;

/** The values that flink/main.py fills into the statements. */
export const rulesOfFlink = ({
  above,
  latenessSeconds,
  mostReadings,
}: FlinkRules): Record<string, string> => ({
  above: String(above),
  latenessMs: String(latenessSeconds * 1000),
  slackMs: String(slackSeconds * 1000),
  mostReadings: String(mostReadings),
});
