import { required } from "../shared/settings";

export interface Settings {
  streamArn: string;
  /** The service, for its metrics. */
  serviceName: string;
  leasesTableName: string;
  statisticsTableName: string;
  keepDays: number;
  quarantineQueueUrl: string;
  failuresQueueUrl: string;
  /** See {@link createProcessor}. */
  holdSeconds: number;
  leaseSeconds: number;
  /** Of the health endpoint; 0 for a free one. */
  healthPort: number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  streamArn: required(env, "STREAM_ARN"),
  serviceName: required(env, "SERVICE_NAME"),
  leasesTableName: required(env, "LEASES_TABLE_NAME"),
  statisticsTableName: required(env, "STATISTICS_TABLE_NAME"),
  keepDays: Number(required(env, "KEEP_DAYS")),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  failuresQueueUrl: required(env, "FAILURES_QUEUE_URL"),
  holdSeconds: Number(required(env, "HOLD_SECONDS")),
  leaseSeconds: Number(required(env, "LEASE_SECONDS")),
  healthPort: Number(required(env, "HEALTH_PORT")),
});
