/**
 * Runtimes of Managed Service for Apache Flink that flink/ has connectors for.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/release-version-list.html
 */
export const flinkRuntimes = ["FLINK-1_20", "FLINK-2_2"] as const;

export type FlinkRuntime = (typeof flinkRuntimes)[number];

/** How a runtime reports that its job does not run, and that it has been restarted. */
interface JobMetrics {
  /** Milliseconds in a state in which the job processes nothing; 0 while it runs, and missing while the application does not. */
  standing: readonly string[];
  /** A count since the job was submitted. */
  restarts: string;
}

/**
 * Flink 2.2 has no fullRestarts, and downtime is deprecated.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/metrics-dimensions.html
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/flink-2-2.html
 */
export const jobMetrics: Readonly<Record<FlinkRuntime, JobMetrics>> = {
  "FLINK-1_20": { standing: ["downtime"], restarts: "fullRestarts" },
  "FLINK-2_2": { standing: ["restartingTime", "failingTime"], restarts: "numRestarts" },
};
