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

/** Endpoints, region and credentials come from the environment, as for every AWS tool; exits 1 when a message was left. */
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
    // A queue's URL names the host it was made on, which need not be the endpoint that was asked for.
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    iot: new IoTDataPlaneClient({}),
    s3: new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL"] !== undefined }),
    // HTTP/1.1: the emulator of the local run refuses the signature of this client's own HTTP/2.
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

/** Ends with 2, and a sentence, when nothing could be done. */
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
