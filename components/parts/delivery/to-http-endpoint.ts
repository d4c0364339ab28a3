import type { FailuresBucket } from "../failures-bucket";
import type { OperatorSecret } from "../operator-secret";
import { failedRecordsIn, writeObjects, type Destination } from "./destination";

export interface ToHttpEndpointArgs {
  /** Reachable from the internet with a certificate of a public authority. */
  url: string;
  /** Whose endpoint it is, as the console shows it. */
  owner: string;
  /** JSON with the access key: `{"api_key": "..."}`. */
  key: OperatorSecret;
  /** Receives the records that the endpoint has not accepted, and those that the transformer returns as failed. */
  failures: FailuresBucket;
  /** Seconds that Firehose collects records for a request, 0–900. */
  bufferSeconds: number;
  /** MiB that Firehose collects for a request at most, 1–64. */
  bufferMebibytes: number;
  /** How long Firehose sends again what was not accepted, 0–7200 s. */
  retrySeconds: number;
}

/**
 * Delivers to an HTTP endpoint of a vendor, compressed. Firehose takes a request for accepted only if the answer repeats its id, and writes to
 * the failures bucket what is not accepted in time.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
 */
export const toHttpEndpoint = (args: ToHttpEndpointArgs): Destination => ({
  statements: [args.key.readStatement("ReadKey"), ...writeObjects(args.failures, [""])],
  dependsOn: [...args.failures.resources],
  configure: ({ roleArn, deliveryLog, backupLog, processingConfiguration }) => ({
    destination: "http_endpoint",
    httpEndpointConfiguration: {
      url: args.url,
      name: args.owner,
      roleArn,
      secretsManagerConfiguration: { enabled: true, secretArn: args.key.resource.arn, roleArn },
      requestConfiguration: { contentEncoding: "GZIP" },
      bufferingInterval: args.bufferSeconds,
      bufferingSize: args.bufferMebibytes,
      retryDuration: args.retrySeconds,
      processingConfiguration,
      s3BackupMode: "FailedDataOnly",
      s3Configuration: failedRecordsIn(args.failures, { roleArn, backupLog }),
      cloudwatchLoggingOptions: deliveryLog,
    },
  }),
  freshness: {
    metric: "DeliveryToHttpEndpoint.DataFreshness",
    above: 900,
    description: `a record has waited for 15 minutes, since ${args.owner} does not accept it. Check the endpoint, and the key in its secret.`,
  },
  backsUp: true,
});
