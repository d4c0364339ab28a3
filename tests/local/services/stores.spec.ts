import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "./provisioning";

describe("Stores on the emulator", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());
  beforeEach(() => {
    world.notHonoured.length = 0;
  });

  it("include tables with keys, expiry, backups and protection", async () => {
    const name = nextName("table");
    const made = await world.create("dynamodb/table:Table", {
      name,
      hashKey: "deviceId",
      rangeKey: "timestamp",
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "timestamp", type: "N" },
      ],
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
      tags: { purpose: "demo" },
    });
    const dynamodb = world.clients.get(DynamoDBClient);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    const { TimeToLiveDescription } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: name }),
    );
    const { ContinuousBackupsDescription } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName: name }),
    );
    assert.deepEqual(Table?.KeySchema, [
      { AttributeName: "deviceId", KeyType: "HASH" },
      { AttributeName: "timestamp", KeyType: "RANGE" },
    ]);
    assert.equal(Table.BillingModeSummary?.BillingMode, "PAY_PER_REQUEST");
    assert.equal(Table.DeletionProtectionEnabled, true);
    assert.equal(Table.TableArn, made.state.arn);
    assert.deepEqual(
      [TimeToLiveDescription?.AttributeName, TimeToLiveDescription?.TimeToLiveStatus],
      ["expiresAt", "ENABLED"],
    );
    assert.equal(
      ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
      "ENABLED",
    );
    assert.deepEqual(world.notHonoured, [
      "Tables cannot be restored to a point in time here, nor are they encrypted at rest.",
    ]);
  });

  it("include tables with one key and without expiry, by default", async () => {
    const name = nextName("table");
    await world.create("dynamodb/table:Table", {
      name,
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
    });
    const dynamodb = world.clients.get(DynamoDBClient);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
    const { TimeToLiveDescription } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: name }),
    );
    assert.deepEqual(Table?.KeySchema, [{ AttributeName: "id", KeyType: "HASH" }]);
    assert.equal(TimeToLiveDescription?.TimeToLiveStatus, "DISABLED");
    assert.deepEqual(world.notHonoured, []);
  });

  for (const [what, inputs, hours] of [
    ["on demand", { streamModeDetails: { streamMode: "ON_DEMAND" } }, 24],
    ["of a number of shards", { shardCount: 2, retentionPeriod: 48 }, 48],
    ["of one shard, if the program does not say", {}, 24],
  ] as const)
    it(`are streams ${what}`, async () => {
      const name = nextName("stream");
      const made = await world.create("kinesis/stream:Stream", { name, ...inputs });
      const { StreamDescriptionSummary } = await world.clients
        .get(KinesisClient)
        .send(new DescribeStreamSummaryCommand({ StreamName: name }));
      assert.equal(made.state.arn, `arn:aws:kinesis:eu-central-1:123456789012:stream/${name}`);
      assert.equal(StreamDescriptionSummary?.StreamARN, made.state.arn);
      assert.equal(StreamDescriptionSummary.RetentionPeriodHours, hours);
      const isOnDemand = "streamModeDetails" in inputs;
      if (!isOnDemand)
        assert.equal(
          StreamDescriptionSummary.OpenShardCount,
          "shardCount" in inputs ? inputs.shardCount : 1,
        );
      assert.deepEqual(
        world.notHonoured,
        isOnDemand
          ? [
              "Streams do not scale here and are not encrypted at rest; they have a fixed number of shards.",
            ]
          : [],
      );
    });

  it("include buckets with policy, access block, expiry and notifications", async () => {
    const bucket = nextName("bucket");
    // S3 sends a test message when a queue is configured.
    const queue = await world.create("sqs/queue:Queue", {
      name: nextName("announcements"),
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: "*",
            Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${bucket}` } },
          },
        ],
      }),
    });
    const made = await world.create("s3/bucket:Bucket", { bucket });
    assert.deepEqual(made, { id: bucket, state: { bucket, arn: `arn:aws:s3:::${bucket}` } });
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: `arn:aws:s3:::${bucket}/*`,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
    const access = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: false,
    };
    await world.create("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { bucket, ...access });
    await world.create("s3/bucketPolicy:BucketPolicy", { bucket, policy });
    await world.create("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      bucket,
      rules: [{ id: "expire", status: "Enabled", expiration: { days: 30 } }],
    });
    await world.create("s3/bucketNotification:BucketNotification", {
      bucket,
      queues: [{ id: "failures", queueArn: queue.state.arn, events: ["s3:ObjectCreated:*"] }],
    });

    const s3 = world.clients.get(S3Client);
    const of = { Bucket: bucket };
    assert.equal((await s3.send(new GetBucketPolicyCommand(of))).Policy, policy);
    assert.deepEqual(
      (await s3.send(new GetPublicAccessBlockCommand(of))).PublicAccessBlockConfiguration,
      {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: false,
      },
    );
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand(of));
    assert.deepEqual(
      Rules?.map(({ ID, Status, Expiration }) => [ID, Status, Expiration?.Days]),
      [["expire", "Enabled", 30]],
    );
    const { QueueConfigurations } = await s3.send(
      new GetBucketNotificationConfigurationCommand(of),
    );
    assert.deepEqual(QueueConfigurations, [
      { Id: "failures", QueueArn: queue.state.arn, Events: ["s3:ObjectCreated:*"] },
    ]);
    // As on AWS, the queue gets a test message.
    const { Messages = [] } = await world.clients
      .get(SQSClient)
      .send(new ReceiveMessageCommand({ QueueUrl: queue.id, MaxNumberOfMessages: 10 }));
    assert.deepEqual(
      Messages.map(({ Body = "" }) => {
        const { Service, Event, Bucket } = JSON.parse(Body) as Record<string, unknown>;
        return { Service, Event, Bucket };
      }),
      [{ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: bucket }],
    );
    assert.deepEqual(world.notHonoured, [
      "Objects, items and messages do not expire while this runs.",
    ]);
  });

  it("include buckets that send their events to EventBridge, or none", async () => {
    for (const eventbridge of [true, false]) {
      const bucket = nextName("bucket");
      await world.create("s3/bucket:Bucket", { bucket });
      await world.create("s3/bucketNotification:BucketNotification", { bucket, eventbridge });
      const { EventBridgeConfiguration, QueueConfigurations = [] } = await world.clients
        .get(S3Client)
        .send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
      assert.deepEqual(
        [EventBridgeConfiguration !== undefined, QueueConfigurations],
        [eventbridge, []],
      );
    }
  });
});
