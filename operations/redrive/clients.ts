import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Clients } from "./redrive";

/** Clients with endpoints, region and credentials from the environment; throws one sentence if region or credentials are missing. */
export async function clientsOf(): Promise<Clients> {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  await found(sqs.config.region, "No region is set: set AWS_REGION to the region of the stack.");
  await found(
    sqs.config.credentials,
    "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  );
  return {
    // The host in the URL of a queue may differ from the endpoint in the environment.
    sqs,
    iot: new IoTDataPlaneClient({}),
    s3: new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
    // With HTTP/1.1, since the emulator of the local run refuses the signature of HTTP/2 requests.
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    tableStreams: new DynamoDBStreamsClient({}),
    sns: new SNSClient({}),
    events: new EventBridgeClient({}),
    workflows: new SFNClient({}),
  };
}

async function found(provider: () => Promise<unknown>, otherwise: string): Promise<void> {
  try {
    await provider();
  } catch (error) {
    throw new Error(otherwise, { cause: error });
  }
}

const unreachable = new Set([
  "ENOTFOUND",
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

/** An error in one sentence for an operator. */
export function sentenceOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && unreachable.has(code))
    return `AWS cannot be reached (${code}): check AWS_REGION and, for another endpoint than AWS's, AWS_ENDPOINT_URL and NODE_EXTRA_CA_CERTS.`;
  return message ?? String(error);
}
