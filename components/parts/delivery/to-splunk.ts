import type { FailuresBucket } from "../failures-bucket";
import type { OperatorSecret } from "../operator-secret";
import { failedRecordsIn, writeObjects, type Destination } from "./destination";

export interface ToSplunkArgs {
  /** `https://<host>:<port>` of the HTTP Event Collector, reachable from the internet with a certificate of a public authority. */
  endpoint: string;
  /** JSON with the token: `{"hec_token": "..."}`. Its collector must have indexer acknowledgement turned on. */
  token: OperatorSecret;
  /** Receives the records that Splunk has not acknowledged, and those that the transformer returns as failed. */
  failures: FailuresBucket;
  /** How long Firehose waits for an acknowledgement, 180–600 s. */
  acknowledgmentSeconds: number;
  /** How long Firehose sends again what was not acknowledged, 0–7200 s. */
  retrySeconds: number;
}

/**
 * Delivers to Splunk's HTTP Event Collector. Firehose buffers records for a minute at most, waits for the indexer's acknowledgement, and
 * writes to the failures bucket what is not acknowledged in time.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-splunk
 */
export const toSplunk = (args: ToSplunkArgs): Destination => ({
  statements: [args.token.readStatement("ReadToken"), ...writeObjects(args.failures, [""])],
  dependsOn: [...args.failures.resources],
  configure: ({ roleArn, deliveryLog, backupLog, processingConfiguration }) => ({
    destination: "splunk",
    splunkConfiguration: {
      hecEndpoint: args.endpoint,
      hecEndpointType: "Event",
      hecAcknowledgmentTimeout: args.acknowledgmentSeconds,
      retryDuration: args.retrySeconds,
      secretsManagerConfiguration: {
        enabled: true,
        secretArn: args.token.resource.arn,
        roleArn,
      },
      // The greatest that Firehose accepts for Splunk: 5 MB, 60 s.
      bufferingSize: 5,
      bufferingInterval: 60,
      processingConfiguration,
      s3BackupMode: "FailedEventsOnly",
      s3Configuration: failedRecordsIn(args.failures, { roleArn, backupLog }),
      cloudwatchLoggingOptions: deliveryLog,
    },
  }),
  freshness: {
    metric: "DeliveryToSplunk.DataFreshness",
    above: 900,
    description:
      "a record has waited for 15 minutes, since the collector does not acknowledge. Check the endpoint, the token and its indexer acknowledgement.",
  },
  backsUp: true,
});
