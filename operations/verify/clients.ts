import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { found } from "../redrive/clients";
import type { SearchClients } from "../sinks/search";
import type { Signer } from "./signed";

/** The caller's access to the account of the stack. */
export interface Account {
  search: SearchClients;
  cloudwatch: CloudWatchClient;
  iot: IoTDataPlaneClient;
  sns: SNSClient;
  signer: Signer;
}

/** Clients with endpoints, region and credentials from the environment; throws one sentence if region or credentials are missing. */
export async function openAccount(): Promise<Account> {
  const cloudwatch = new CloudWatchClient({});
  const region = await found(
    () => cloudwatch.config.region(),
    "No region is set: set AWS_REGION to the region of the stack.",
  );
  const credentials = await found(
    () => cloudwatch.config.credentials(),
    "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  );
  return {
    search: {
      dynamodb: new DynamoDBClient({}),
      // The host in the URL of a queue may differ from the endpoint in the environment.
      sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
      s3: new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
      // With HTTP/1.1, since the emulator of the local run refuses the signature of HTTP/2 requests.
      kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
      tableStreams: new DynamoDBStreamsClient({}),
    },
    cloudwatch,
    iot: new IoTDataPlaneClient({}),
    sns: new SNSClient({}),
    signer: { region, credentials },
  };
}
