import {
  CreateStreamCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  RegisterStreamConsumerCommand,
  waitUntilStreamExists,
  type StreamMode,
} from "@aws-sdk/client-kinesis";
import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

/** The retention of a new stream, in hours. @see https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html */
const defaultRetentionHours = 24;

const stream: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.kinesis.StreamArgs, "name">(resource, "name");
  const StreamName = inputs.name;
  const kinesis = clients.get(KinesisClient);
  const mode = (inputs.streamModeDetails?.streamMode ?? "PROVISIONED") as StreamMode;
  await kinesis.send(
    new CreateStreamCommand({
      StreamName,
      ...(mode === "PROVISIONED" && { ShardCount: inputs.shardCount ?? 1 }),
      StreamModeDetails: { StreamMode: mode },
    }),
  );
  await waitUntilStreamExists(
    { client: kinesis, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 },
    { StreamName },
  );
  const { retentionPeriod: RetentionPeriodHours = defaultRetentionHours } = inputs;
  if (RetentionPeriodHours > defaultRetentionHours)
    await kinesis.send(
      new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }),
    );
  if (mode === "ON_DEMAND")
    notHonoured(
      "Streams do not scale here and are not encrypted at rest; they have a fixed number of shards.",
    );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:kinesis:${region}:${accountId}:stream/${StreamName}`;
  return { id: arn, state: { ...inputs, arn } };
};

const streamConsumer: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.kinesis.StreamConsumerArgs, "name" | "streamArn">(
    resource,
    "name",
    "streamArn",
  );
  const { Consumer } = await clients.get(KinesisClient).send(
    new RegisterStreamConsumerCommand({
      StreamARN: inputs.streamArn,
      ConsumerName: inputs.name,
    }),
  );
  notHonoured("Consumers with enhanced fan-out poll their streams here, as all others do.");
  const arn = Consumer?.ConsumerARN ?? "";
  return { id: arn, state: { ...inputs, arn } };
};

export const provisioners: Provisioners = {
  "aws:kinesis/stream:Stream": stream,
  "aws:kinesis/streamConsumer:StreamConsumer": streamConsumer,
};
