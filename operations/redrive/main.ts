import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { fetchStackOutputs } from "../stack-outputs";
import { readArguments, usage, type Request } from "./command-line";
import { redrive, summary } from "./redrive";

/** Redrives with endpoints, region and credentials from the environment; returns the exit code, 1 if messages are left in the queue. */
async function run({ part, stack, limit, dryRun, ...request }: Request): Promise<number> {
  const { of, topicPrefix } = fetchStackOutputs(stack, request.outputs);
  const outputs = of[part];
  if (outputs?.failuresUrl === undefined) {
    const parts = Object.keys(of).filter((name) => of[name]?.failuresUrl !== undefined);
    throw new Error(
      `Stack ${stack} has no failures queue of ${part}; name one of ${parts.join(", ")}, or another --stack.`,
    );
  }
  const clients = {
    // The host in the URL of a queue may differ from the endpoint in the environment.
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    iot: new IoTDataPlaneClient({}),
    s3: new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
    // With HTTP/1.1, since the emulator of the local run refuses the signature of HTTP/2 requests.
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    tableStreams: new DynamoDBStreamsClient({}),
    sns: new SNSClient({}),
    events: new EventBridgeClient({}),
    workflows: new SFNClient({}),
  };
  const outcomes = await redrive({ clients, outputs, topicPrefix, limit, dryRun });
  for (const { messageId, result, detail } of outcomes) {
    console.log(`${messageId} ${result}: ${detail}`);
  }
  console.log(summary(outcomes));
  return outcomes.some(({ result }) => result === "left") ? 1 : 0;
}

/** Prints a sentence and sets exit code 2: nothing was redriven. */
function giveUp(error: unknown, ...hints: string[]): void {
  console.error([error instanceof Error ? error.message : String(error), ...hints].join("\n"));
  process.exitCode = 2;
}

function main(): void {
  let request: Request;
  try {
    request = readArguments(process.argv.slice(2));
  } catch (error) {
    return giveUp(error, usage);
  }
  run(request).then((code) => (process.exitCode = code), giveUp);
}

main();
