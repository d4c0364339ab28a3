import * as assert from "node:assert/strict";
import { Alarms } from "../../../components";
import { alarm, type Metric } from "../../../components/parts/alarm";
import { account, deploy, region, statements, type Made } from "../../support/deploy";
import { arns, mathOf } from "../support";

const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const anyAlarm = `arn:aws:cloudwatch:${region}:${account}:alarm:iot-integrations-test-*`;
const forThisStacksAlarms = { ArnLike: { "aws:SourceArn": anyAlarm } };

describe("Alarms", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => new Alarms("alarms", { emails: ["operations@example.com"] }));
  });

  it("encrypts its topic with a key that CloudWatch may use for this stack's alarms", () => {
    const [, cloudwatch, ...others] = statements(made.only("aws:kms/key:Key").policy) as object[];
    assert.deepEqual(cloudwatch, {
      Sid: "EncryptForTopic",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": account }, ...forThisStacksAlarms },
    });
    assert.deepEqual(others, []);
  });

  it("lets CloudWatch publish for this stack's alarms, over TLS only", () => {
    assert.deepEqual(statements(made.only("aws:sns/topic:Topic").policy), [
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: arns.topic("alarms-topic"),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "PublishToTopic",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: arns.topic("alarms-topic"),
        Condition: forThisStacksAlarms,
      },
    ]);
  });

  it("subscribes each address, with a dead-letter queue that has an alarm", () => {
    assert.deepEqual(made.only("aws:sns/topicSubscription:TopicSubscription"), {
      topic: arns.topic("alarms-topic"),
      protocol: "email",
      endpoint: "operations@example.com",
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arns.queue("alarms-undelivered") }),
    });
    assert.deepEqual([...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()].sort(), [
      "alarms-not-set-aside",
      "alarms-undelivered-age",
      "alarms-undelivered-arrivals",
      "alarms-undelivered-depth",
    ]);
  });

  it("creates no queue without recipients", async () => {
    const quiet = await deploy(() => new Alarms("alarms", { emails: [] }));
    assert.equal(quiet.all("aws:sqs/queue:Queue").size, 0);
  });
});

describe("Alarms in another Region", () => {
  const place = "us-east-1";
  const group = "front-alarms";
  const physical = (name: string): string => `iot-integrations-test-euc1-${name}`;
  const topicArn = arns.topicIn(place, `${group}-topic`);
  const program = (emails: string[]) => () => {
    const alarms = new Alarms("alarms", { emails });
    const there = alarms.inRegion(place, group);
    assert.equal(alarms.inRegion(place, group), there);
    assert.equal(alarms.inRegion(region, group), alarms);
    assert.equal(there.inRegion(place, group), there);
    const watch = {
      ...{ namespace: "AWS/CloudFront" as const, name: "5xxErrorRate" },
      ...{ dimensions: { DistributionId: "d" }, statistic: "Average" as const },
    };
    alarm("front", { alarms: there, description: "Callers receive errors.", watch }, {});
    return { topicArn: there.topicArn, unconfirmed: alarms.unconfirmed };
  };
  let made: Made;
  before(async () => {
    made = await deploy(program(["operations@example.com"]), {
      state: { "aws:sns/topicSubscription:TopicSubscription": { pendingConfirmation: true } },
    });
  });

  it("have a topic with a key there, which admit CloudWatch for the alarms of the stack in that Region", () => {
    assert.equal(made.outputs.topicArn, topicArn);
    const { policy, ...topic } = made.only("aws:sns/topic:Topic", `${group}-topic`);
    assert.deepEqual(topic, {
      ...{ region: place, name: physical(`${group}-topic`), signatureVersion: 2 },
      kmsMasterKeyId: `alias/${physical(`${group}-topic`)}`,
    });
    const key = made.only("aws:kms/key:Key", `${group}-topic-key`);
    assert.deepEqual(made.only("aws:kms/alias:Alias", `${group}-topic-key-alias`), {
      ...{ region: place, name: topic.kmsMasterKeyId },
      targetKeyId: `key-of-${group}-topic-key`,
    });
    assert.deepEqual([key.region, key.enableKeyRotation], [place, true]);
    const ofAlarms = {
      ArnLike: {
        "aws:SourceArn": `arn:aws:cloudwatch:${place}:${account}:alarm:iot-integrations-test-euc1-*`,
      },
    };
    const service = { Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" } };
    assert.deepEqual(statements(policy), [
      {
        ...{ Sid: "DenyPlainText", Effect: "Deny", Principal: "*", Action: "sns:Publish" },
        ...{ Resource: topicArn, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      },
      {
        ...service,
        ...{ Sid: "PublishToTopic", Action: "sns:Publish", Resource: topicArn },
        Condition: ofAlarms,
      },
    ]);
    const [, cloudwatch, ...others] = statements(key.policy) as object[];
    assert.deepEqual(cloudwatch, {
      ...service,
      ...{ Sid: "EncryptForTopic", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: "*" },
      Condition: { StringEquals: { "aws:SourceAccount": account }, ...ofAlarms },
    });
    assert.deepEqual(others, []);
  });

  it("are in that Region, under names with the Region of the stack", () => {
    const { name, region: own, alarmActions } = made.only(metricAlarm, "front");
    assert.deepEqual([name, own, alarmActions], [physical("front"), place, [topicArn]]);
  });

  it("notify the same recipients, with a dead-letter queue there that they watch", () => {
    const queueArn = `arn:aws:sqs:${place}:${account}:${physical(`${group}-undelivered`)}`;
    assert.deepEqual(
      made.only(
        "aws:sns/topicSubscription:TopicSubscription",
        `${group}-to-operations@example.com`,
      ),
      {
        ...{ region: place, topic: topicArn, protocol: "email" },
        endpoint: "operations@example.com",
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn }),
      },
    );
    const { region: own, name, policy } = made.only("aws:sqs/queue:Queue", `${group}-undelivered`);
    assert.deepEqual([own, name], [place, physical(`${group}-undelivered`)]);
    assert.deepEqual(
      (statements(policy) as { Resource: string }[]).map(({ Resource }) => Resource),
      [queueArn, queueArn],
    );
    const watching = [...made.all(metricAlarm)].filter(([one]) => one.startsWith(`${group}-`));
    assert.deepEqual(
      watching.map(([one, { region: at, alarmActions }]) => [one, at, alarmActions]).sort(),
      ["not-set-aside", "undelivered-age", "undelivered-arrivals", "undelivered-depth"].map(
        (one) => [`${group}-${one}`, place, [topicArn]],
      ),
    );
  });

  it("count their subscriptions among those that are not confirmed", () =>
    assert.deepEqual(made.outputs.unconfirmed, [
      "alarms-to-operations@example.com",
      `${group}-to-operations@example.com`,
    ]));

  it("need no queue without recipients", async () => {
    const quiet = await deploy(program([]));
    assert.equal(quiet.all("aws:sqs/queue:Queue").size, 0);
    assert.equal(quiet.all("aws:sns/topic:Topic").size, 2);
  });

  it("need the Region of the stack, which is in their names", async () => {
    const before = [process.env.AWS_REGION, process.env.AWS_DEFAULT_REGION];
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    try {
      await assert.rejects(
        deploy(() => new Alarms("alarms", { emails: [] }).inRegion(place, group), {
          config: { "aws:region": "" },
        }),
        /Names of resources in us-east-1 contain the Region of the stack, which is not set: set aws:region\./,
      );
    } finally {
      for (const [nth, name] of ["AWS_REGION", "AWS_DEFAULT_REGION"].entries())
        if (before[nth] !== undefined) process.env[name] = before[nth];
    }
  });
});

describe("alarm", () => {
  const watch: Metric = {
    namespace: "AWS/SQS",
    name: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: "q" },
    statistic: "Maximum",
  };
  const deployed = (notifiesOfRecovery?: boolean) =>
    deploy(() => {
      const alarms = new Alarms("alarms", { emails: [] });
      alarm("q-depth", { alarms, description: "Messages wait.", watch, notifiesOfRecovery }, {});
    });

  it("fires above its threshold, and treats missing data as not breaching", async () => {
    const made = await deployed();
    assert.deepEqual(made.only("aws:cloudwatch/metricAlarm:MetricAlarm"), {
      name: "iot-integrations-test-q-depth",
      alarmDescription: "Messages wait.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "q" },
      statistic: "Maximum",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [arns.topic("alarms-topic")],
    });
  });

  it("notifies of recovery only if it is told to", async () => {
    const { okActions } = (await deployed(true)).only("aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.deepEqual(okActions, [arns.topic("alarms-topic")]);
  });
});

describe("shared alarms", () => {
  const metricOf = (queue: number): Metric => ({
    namespace: "AWS/SQS",
    name: "NumberOfMessagesSent",
    dimensions: { QueueName: `q${queue}` },
    statistic: "Sum",
  });
  const sharing = (queues: number, quarantineThreshold?: number) =>
    deploy(() => {
      const alarms = new Alarms("alarms", { emails: [], quarantineThreshold });
      for (let queue = 1; queue <= queues; queue += 1)
        alarms.share(
          {
            id: "sent",
            resource: `q${queue}`,
            describe: (resources) => `queues ${resources.join(", ")}: too many.`,
            above: alarms.quarantineThreshold,
            periodSeconds: 300,
          },
          metricOf(queue),
        );
      alarms.complete();
    });
  const alarms = (made: Made) =>
    [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm")].sort(([a], [b]) => (a < b ? -1 : 1));

  it("compare the greatest of their metrics with the threshold of the stack", async () => {
    const [[name, sent] = ["", {}], ...others] = alarms(await sharing(2, 25));
    assert.deepEqual([name, others], ["alarms-sent", []]);
    assert.deepEqual(
      [sent.alarmDescription, sent.threshold],
      ["NumberOfMessagesSent of queues q1, q2: too many.", 25],
    );
    const metric = (QueueName: string) => ({
      namespace: "AWS/SQS",
      metricName: "NumberOfMessagesSent",
      dimensions: { QueueName },
      stat: "Sum",
      period: 300,
    });
    assert.deepEqual(sent.metricQueries, [
      { id: "m1", metric: metric("q1"), returnData: false },
      { id: "m2", metric: metric("q2"), returnData: false },
      { id: "watched", expression: "MAX([m1, m2])", returnData: true },
    ]);
  });

  it("have at most ten metrics each, and none is left out", async () => {
    const made = alarms(await sharing(21));
    assert.deepEqual(
      made.map(([name, alarm]) => [name, mathOf(alarm).length, alarm.threshold]),
      [
        ["alarms-sent", 10, 0],
        ["alarms-sent-2", 10, 0],
        ["alarms-sent-3", 1, 0],
      ],
    );
    assert.deepEqual(
      made.flatMap(([, alarm]) => mathOf(alarm)),
      Array.from({ length: 21 }, (_, index) => `NumberOfMessagesSent q${index + 1}`),
    );
  });
});
