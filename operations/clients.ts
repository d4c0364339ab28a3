import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { PlanClients } from "./redrive/plan";

/** The services in which waiting messages are read. */
export interface ReadingClients extends PlanClients {
  sqs: SQSClient;
}

/** Clients with endpoints, region and credentials from the environment; throws one sentence if region or credentials are missing. */
export async function readingClients(): Promise<ReadingClients> {
  await callerOf();
  return {
    // The host in the URL of a queue may differ from the endpoint in the environment.
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    s3: new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
    // With HTTP/1.1, since the emulator of the local run refuses the signature of HTTP/2 requests.
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    tableStreams: new DynamoDBStreamsClient({}),
  };
}

/** The region and the credentials of the environment; throws one sentence if either is missing. */
export async function callerOf(): Promise<{
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}> {
  const { config } = new KinesisClient({});
  const region = await found(
    // The provider rejects where no region is set.
    () => config.region(),
    "No region is set: set AWS_REGION to the region of the stack.",
  );
  const credentials = await found(
    config.credentials,
    "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
  );
  return { region, credentials };
}

async function found<T>(provider: () => Promise<T>, otherwise: string): Promise<T> {
  try {
    return await provider();
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
