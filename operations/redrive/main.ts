import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readArguments, usage } from "./command-line";
import { redrive, summary } from "./redrive";

/** Endpoints, region and credentials come from the environment, as for every AWS tool; exits 1 when a message was left. */
async function main(): Promise<number> {
  const { queueName, queueUrl, ...request } = readArguments(process.argv.slice(2));
  const clients = {
    // A queue's URL names the host it was made on, which need not be the endpoint that was asked for.
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    iot: new IoTDataPlaneClient({}),
    s3: new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
    sns: new SNSClient({}),
    events: new EventBridgeClient({}),
    workflows: new SFNClient({}),
  };
  const known = queueUrl ?? (await findQueue(clients.sqs, queueName));
  const outcomes = await redrive({ ...request, clients, queueUrl: known });
  for (const { messageId, result, detail } of outcomes) {
    console.log(`${messageId} ${result}: ${detail}`);
  }
  console.log(summary(outcomes));
  return outcomes.some(({ result }) => result === "left") ? 1 : 0;
}

async function findQueue(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  if (!QueueUrl) throw new Error(`There is no queue '${QueueName}'; give its URL by --queue-url.`);
  return QueueUrl;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(usage);
    process.exitCode = 2;
  },
);
