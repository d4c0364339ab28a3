import {
  CreateStreamCommand,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { patienceSeconds } from "../firehose/most-retry-seconds";
import { inputsOf, type Provisioner } from "../provisioner";

interface StreamInputs {
  name: string;
  shardCount?: number;
  streamModeDetails?: { streamMode: "ON_DEMAND" | "PROVISIONED" };
  retentionPeriod?: number;
  encryptionType?: string;
}

interface DeliveryInputs {
  name: string;
  serverSideEncryption?: { enabled?: boolean };
  httpEndpointConfiguration?: { retryDuration?: number };
  splunkConfiguration?: { retryDuration?: number };
}

/** The emulator delivers each record at once and as it is, so delivery streams are ours: local/mappings/firehose. */
export const firehoseDeliveryStream: Provisioner = async (resource, { hand, notHonoured }) => {
  const { name, ...inputs } = inputsOf<DeliveryInputs>(resource);
  const { arn } = await hand.deliveryStream(resource.plain);
  if (inputs.serverSideEncryption?.enabled)
    notHonoured("Records that delivery streams hold are not encrypted here.");
  const { httpEndpointConfiguration: http, splunkConfiguration: splunk } = inputs;
  const seconds = http ? (http.retryDuration ?? 300) : splunk ? (splunk.retryDuration ?? 3600) : 0;
  if (seconds > patienceSeconds)
    notHonoured(
      `Delivery streams try a failing endpoint again for ${patienceSeconds} s here, whatever longer time they are given.`,
    );
  return { id: arn, state: { ...resource.plain, name, arn } };
};

/** What Kinesis keeps without being asked, in hours. */
const retentionByDefault = 24;

export const stream: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<StreamInputs>(resource);
  const StreamName = inputs.name;
  const kinesis = clients.get(KinesisClient);
  const StreamMode = inputs.streamModeDetails?.streamMode ?? "PROVISIONED";
  await kinesis.send(
    new CreateStreamCommand({
      StreamName,
      ...(StreamMode === "PROVISIONED" && { ShardCount: inputs.shardCount ?? 1 }),
      StreamModeDetails: { StreamMode },
    }),
  );
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30, minDelay: 1 }, { StreamName });
  const { retentionPeriod: RetentionPeriodHours = retentionByDefault } = inputs;
  if (RetentionPeriodHours > retentionByDefault)
    await kinesis.send(
      new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }),
    );
  if (StreamMode === "ON_DEMAND")
    notHonoured(
      "Streams do not scale here and are not encrypted at rest; they have a fixed number of shards.",
    );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:kinesis:${region}:${accountId}:stream/${StreamName}`;
  return { id: arn, state: { ...inputs, arn } };
};
