import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { assumeRole } from "../../../local/aws/assume-role";
import { callApi } from "../../../local/aws/call-api";
import { createClients, type Clients, type Credentials } from "../../../local/aws/clients";
import { mostFunctions } from "../../../local/services/delivery/concurrency-limit";
import { startAudit } from "../../../local/services/sns/published-text";
import { depthOf } from "../../../local/services/sqs/queue-depth";
import { sharedAccount } from "../../support/account";
import { eventually } from "../integrations/eventually";
import { createWorld, drainQueue } from "../services/world";

describe("the emulator's amendments", () => {
  let clients: Clients;
  before(async () => {
    clients = createClients(await sharedAccount());
  });
  after(() => clients.destroy());

  it("delete what a batch names, once each, and fail the others", async () => {
    const sqs = clients.get(SQSClient);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "amended" }));
    for (const MessageBody of ["1", "2", "3", "4"])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 3 }),
    );
    const [first = "", second = "", third = ""] = Messages.map(
      ({ ReceiptHandle }) => ReceiptHandle,
    );
    const { Successful = [], Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "third", ReceiptHandle: third },
          { Id: "first", ReceiptHandle: first },
          { Id: "again", ReceiptHandle: first },
          { Id: "unknown", ReceiptHandle: "no-handle-of-this-queue" },
        ],
      }),
    );
    assert.deepEqual(
      Successful.map(({ Id }) => Id),
      ["third", "first"],
    );
    assert.deepEqual(
      Failed.map(({ Id, Code }) => [Id, Code]),
      [
        ["again", "ReceiptHandleIsInvalid"],
        ["unknown", "ReceiptHandleIsInvalid"],
      ],
    );
    assert.equal(await depthOf(clients, QueueUrl), 2);
    const entry = { Id: "second", ReceiptHandle: second };
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [entry] }));
    assert.equal(await depthOf(clients, QueueUrl), 1);
  });

  it("delete one message, and refuse a handle that the queue does not have", async () => {
    const sqs = clients.get(SQSClient);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "amended-too" }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "1" }));
    const unknown = { QueueUrl, ReceiptHandle: "no-handle-of-this-queue" };
    await assert.rejects(sqs.send(new DeleteMessageCommand(unknown)), {
      name: "ReceiptHandleIsInvalid",
    });
    assert.equal(await depthOf(clients, QueueUrl), 1);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const known = { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle };
    await sqs.send(new DeleteMessageCommand(known));
    assert.equal(await depthOf(clients, QueueUrl), 0);
  });

  it("receive messages in their order, each once, also behind those that are being processed", async () => {
    const sqs = clients.get(SQSClient);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "in-order" }));
    const bodies = Array.from({ length: 12 }, (_, index) => String(index));
    for (const MessageBody of bodies)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const receive = async (MaxNumberOfMessages: number) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }),
      );
      return Messages;
    };
    const first = await receive(5);
    assert.deepEqual(
      first.map(({ Body }) => Body),
      bodies.slice(0, 5),
    );
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        ...{ QueueUrl, ReceiptHandle: first[1]?.ReceiptHandle, VisibilityTimeout: 0 },
      }),
    );
    assert.deepEqual(
      (await receive(10)).map(({ Body }) => Body),
      ["1", ...bodies.slice(5)],
    );
    assert.deepEqual(await receive(10), []);
    assert.equal(await depthOf(clients, QueueUrl), 12);
  });

  it("allow batch calls by the permission of the single call, and by no other", async () => {
    const world = await createWorld();
    try {
      const [queue, topic] = [await world.queue(), await world.topic()];
      const sessionWith = async (...actions: string[]): Promise<Credentials> => {
        const [servicePrincipal, sourceArn] = ["iot.amazonaws.com", "arn:aws:iot:::rule/batches"];
        const allow = { Action: actions, Resource: "*" };
        const { arn: roleArn } = await world.role({ service: servicePrincipal, sourceArn }, [
          allow,
        ]);
        return assumeRole(world.clients, { roleArn, servicePrincipal, sourceArn });
      };
      const batches = async (session: Credentials): Promise<string[]> => {
        const sqs = world.clients.get(SQSClient, session);
        const [QueueUrl, Id] = [queue.url, "1"];
        const sending = { QueueUrl, Entries: [{ Id, MessageBody: "1" }] };
        const hiding = { QueueUrl, Entries: [{ Id, ReceiptHandle: "x", VisibilityTimeout: 1 }] };
        const deleting = { QueueUrl, Entries: [{ Id, ReceiptHandle: "x" }] };
        const publishing = {
          TopicArn: topic,
          PublishBatchRequestEntries: [{ Id, Message: "1" }],
        };
        const settled = await Promise.allSettled([
          sqs.send(new SendMessageBatchCommand(sending)),
          sqs.send(new ChangeMessageVisibilityBatchCommand(hiding)),
          sqs.send(new DeleteMessageBatchCommand(deleting)),
          world.clients.get(SNSClient, session).send(new PublishBatchCommand(publishing)),
        ]);
        return settled.map((one) =>
          one.status === "fulfilled"
            ? "allowed"
            : (/not authorized to perform: (\S+)/.exec(String(one.reason))?.[1] ?? "failed"),
        );
      };
      const single = [
        "sqs:SendMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sns:Publish",
      ];
      assert.deepEqual(await batches(await sessionWith(...single)), Array(4).fill("allowed"));
      const names = ["sqs:SendMessageBatch", "sqs:DeleteMessageBatch", "sns:PublishBatch"];
      assert.deepEqual(
        (await batches(await sessionWith(...names))).map((one) => one.toLowerCase()),
        single.map((one) => one.toLowerCase()),
      );
    } finally {
      await world.end();
    }
  });

  it("count equal values of a metric in one second, without a change of its statistics", async () => {
    const cloudwatch = clients.get(CloudWatchClient);
    const second = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
    const datum = (offset: number, more: Partial<MetricDatum>): MetricDatum => ({
      ...{ MetricName: "Amended", Unit: "Count", Timestamp: new Date(second + offset) },
      ...more,
    });
    for (const MetricData of [
      [datum(0, { Value: 1 }), datum(0, { Value: 1 }), datum(0, { Value: 4 })],
      [datum(0, { Values: [1, 4], Counts: [2, 3] })],
      [datum(0, { StatisticValues: { SampleCount: 2, Sum: 2, Minimum: 1, Maximum: 1 } })],
      [datum(1000, { Value: 1 }), datum(0, { Value: 1 })],
    ])
      await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Amended", MetricData }));
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...{ Namespace: "Amended", MetricName: "Amended", Period: 60 },
        StartTime: new Date(second),
        EndTime: new Date(second + 60_000),
        Statistics: ["SampleCount", "Sum", "Minimum", "Maximum"],
      }),
    );
    assert.deepEqual(
      Datapoints.map(({ SampleCount, Sum, Minimum, Maximum }) => [
        SampleCount,
        Sum,
        Minimum,
        Maximum,
      ]),
      // Eight values of 1 and four of 4.
      [[12, 24, 1, 4]],
    );
  });

  it("keep the time of each value that is measured of a queue", async () => {
    const cloudwatch = clients.get(CloudWatchClient);
    const second = Math.floor(Date.now() / 1000) * 1000 - 10_000;
    const metric = { MetricName: "ApproximateNumberOfMessagesVisible", Unit: "Count" as const };
    const Dimensions = [{ Name: "QueueName", Value: "amended" }];
    await cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: "AWS/SQS",
        MetricData: [100, 600].map((offset) => ({
          ...{ ...metric, Dimensions, Value: 2, Timestamp: new Date(second + offset) },
        })),
      }),
    );
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(second + 500),
        EndTime: new Date(second + 1000),
        MetricDataQueries: [
          {
            Id: "m",
            MetricStat: {
              Metric: { Namespace: "AWS/SQS", MetricName: metric.MetricName, Dimensions },
              ...{ Period: 1, Stat: "SampleCount" },
            },
          },
        ],
      }),
    );
    assert.deepEqual(MetricDataResults[0]?.Values, [1]);
  });

  it("forget the older half of a log stream beyond 5,000 events", async () => {
    const logs = clients.get(CloudWatchLogsClient);
    const stream = { logGroupName: "amended", logStreamName: "stream" };
    await logs.send(new CreateLogGroupCommand({ logGroupName: stream.logGroupName }));
    await logs.send(new CreateLogStreamCommand(stream));
    const timestamp = Date.now();
    const events = (count: number, from: number) =>
      Array.from({ length: count }, (_, index) => ({ timestamp, message: String(from + index) }));
    const oldest = async (): Promise<string | undefined> => {
      const query = { ...stream, startFromHead: true, limit: 1 };
      const { events: found = [] } = await logs.send(new GetLogEventsCommand(query));
      return found[0]?.message;
    };
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: events(5000, 0) }));
    assert.equal(await oldest(), "0");
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents: events(1, 5000) }));
    assert.equal(await oldest(), "2500");
  });

  it("run no more invocations of a mapping at a time than this machine runs functions", async () => {
    const world = await createWorld();
    try {
      const queue = await world.queue();
      const fn = await world.lambda(
        `fs.appendFileSync(seen + "-gate", "+");
         await new Promise((resolve) => setTimeout(resolve, 100));
         fs.appendFileSync(seen + "-gate", "-");`,
        [drainQueue(queue.arn)],
      );
      const messages = 3 * mostFunctions;
      await world.send(queue.url, ...Array.from({ length: messages }, (_, index) => String(index)));
      const lambda = world.clients.get(LambdaClient);
      const { UUID } = await lambda.send(
        new CreateEventSourceMappingCommand({
          EventSourceArn: queue.arn,
          FunctionName: fn.name,
          BatchSize: 1,
          ScalingConfig: { MaximumConcurrency: 100 },
        }),
      );
      await eventually(
        "an empty queue",
        async () => (await depthOf(world.clients, queue.url)) === 0,
      );
      assert.equal(fn.events().length, messages);
      const { most, unended } = fn.atATime();
      assert.equal(unended, 0);
      assert.ok(most <= mostFunctions, `${most} at a time`);
      await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    } finally {
      await world.end();
    }
  });

  it("keep calls of SNS in the audit log, and no others", async () => {
    const { account } = clients;
    await startAudit(account);
    await clients.get(SQSClient).send(new CreateQueueCommand({ QueueName: "unrecorded" }));
    const sns = clients.get(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "recorded" }));
    await sns.send(new PublishCommand({ TopicArn, Message: "recorded" }));
    const { body } = await callApi(account, account.endpoint, "/", {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
      },
      body: "{}",
    });
    const { Events } = JSON.parse(body.toString()) as { Events: Record<string, string>[] };
    assert.deepEqual(
      [...new Set(Events.map(({ EventSource }) => EventSource))],
      ["sns.amazonaws.com"],
    );
    assert.match(Events[0]?.CloudTrailEvent ?? "", /"Action": ?"Publish"/);
  });
});
