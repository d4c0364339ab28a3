import * as assert from "node:assert/strict";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import {
  startAlarmEvaluation,
  type Alarms,
} from "../../../../local/services/cloudwatch/alarm-evaluation";
import type { MetricAlarmInputs } from "../../../../local/services/cloudwatch/watch";
import { startInbox, type Inbox } from "../../../../local/doubles/inbox";
import { startSubscription, type Subscription } from "../../../../local/services/sns/subscription";
import { provisioners, type CloudWatchServices } from "../../../../local/services/cloudwatch";
import type { Provisioner } from "../../../../local/services/provisioner";
import { createWorld, nextName, send, type Queue, type World } from "../iot-core/world";

const metricAlarm = provisioners[
  "aws:cloudwatch/metricAlarm:MetricAlarm"
] as Provisioner<CloudWatchServices>;

describe("alarms", () => {
  let world: World;
  let inbox: Inbox;
  let topic: string;
  let mail: Subscription;
  let alarms: Alarms | undefined;
  before(async () => {
    world = await createWorld();
    inbox = await startInbox();
    topic = await world.topic();
    mail = await startSubscription({
      clients: world.clients,
      trace: world.trace,
      inbox,
      inputs: { topic, protocol: "email", endpoint: "operations@example.com" },
    });
  });
  afterEach(() => alarms?.stop());
  after(async () => {
    await mail.stop();
    await inbox.stop();
    await world.end();
  });

  const alarm = (watch: Partial<MetricAlarmInputs>): MetricAlarmInputs => ({
    name: nextName("alarm"),
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmActions: [topic],
    okActions: [topic],
    ...watch,
  });
  const onQueue = (
    { arn }: Queue,
    metricName = "ApproximateNumberOfMessagesVisible",
    period = 60,
  ): MetricAlarmInputs =>
    alarm({
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: arn.split(":").pop() ?? "" },
      statistic: "Maximum",
      period,
    });
  const onRule = (rule: string): MetricAlarmInputs =>
    alarm({
      metricQueries: [
        {
          id: "q1",
          expression: `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = '${rule}'`,
          period: 60,
          returnData: true,
        },
      ],
    });

  async function watch(...inputs: MetricAlarmInputs[]): Promise<void> {
    const { clients, trace, iot } = world;
    for (const plain of inputs)
      await metricAlarm({ plain } as never, {
        clients,
        services: { alarms: { add: () => undefined } },
        directory: "",
        notHonoured: assert.fail,
      });
    alarms = startAlarmEvaluation({
      clients,
      trace,
      alarms: inputs,
      ruleMetrics: () => iot.metrics(),
      intervalMilliseconds: 100,
    });
  }
  const state = ({ name }: MetricAlarmInputs, wanted: "OK" | "ALARM") =>
    world.trace.until(
      `${name} to be ${wanted}`,
      (event) => event.kind === "alarm" && event.alarm === name && event.state === wanted,
    );
  async function stateOf({ name }: MetricAlarmInputs): Promise<string | undefined> {
    const { MetricAlarms = [] } = await world.clients
      .get(CloudWatchClient)
      .send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms[0]?.StateValue;
  }
  const changes = (): [alarm: string, state: string][] =>
    inbox.received("operations@example.com").map(({ text }) => {
      const { AlarmName, NewStateValue } = JSON.parse(text) as Record<string, string>;
      return [AlarmName ?? "", NewStateValue ?? ""];
    });

  /** A rule whose sink is gone, and where its failures go. */
  async function brokenRule(from: string): Promise<{ name: string; failures: Queue }> {
    const [sink, failures] = [await world.queue(), await world.queue()];
    const roleArn = await world.role([sink, failures].map(send));
    await sink.delete();
    const name = nextName("rule");
    await world.iot.addRule({
      enabled: true,
      sqlVersion: "2016-03-23",
      name,
      sql: `SELECT * FROM '${from}'`,
      sqs: [{ queueUrl: sink.url, roleArn, useBase64: false }],
      errorAction: { sqs: { queueUrl: failures.url, roleArn, useBase64: false } },
    });
    return { name, failures };
  }

  it("fire by queue depth and rule failures only, and notify their topic", async () => {
    const { name, failures } = await brokenRule("alarms/broken");
    const other = await brokenRule("alarms/other");
    const firing = [onQueue(failures), onRule(name)];
    const silent = [onQueue(other.failures), onRule(other.name)];
    await watch(...firing, ...silent);
    const mark = world.traced.length;
    const fired = Promise.all(firing.map((one) => state(one, "ALARM")));
    await world.publish("alarms/broken", { a: 1 });
    await fired;
    await alarms?.stop();
    await mail.idle();
    assert.deepEqual(await Promise.all(firing.map(stateOf)), ["ALARM", "ALARM"]);
    assert.deepEqual(await Promise.all(silent.map(stateOf)), [
      "INSUFFICIENT_DATA",
      "INSUFFICIENT_DATA",
    ]);
    assert.deepEqual(
      changes().sort(),
      firing.map((one): [string, string] => [one.name, "ALARM"]).sort(),
    );
    assert.deepEqual(
      world.traced.slice(mark).filter(({ kind }) => kind === "warning"),
      [],
    );
  });

  it("fire by the age of a message, without receiving it, and end when it is gone", async () => {
    const { failures } = await brokenRule("alarms/old");
    const old = onQueue(failures, "ApproximateAgeOfOldestMessage", 1);
    await watch(old);
    await world.publish("alarms/old", { a: 1 });
    await state(old, "ALARM");
    const sqs = world.clients.get(SQSClient);
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: failures.url,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      }),
    );
    assert.equal(message?.Attributes?.ApproximateReceiveCount, "1");
    const over = state(old, "OK");
    await sqs.send(
      new DeleteMessageCommand({ QueueUrl: failures.url, ReceiptHandle: message.ReceiptHandle }),
    );
    await over;
    assert.equal(await stateOf(old), "OK");
  });

  it("notify once of recovery after a whole period", async () => {
    const well = onQueue(await world.queue(), "ApproximateNumberOfMessagesVisible", 1);
    await watch(well);
    await state(well, "OK");
    await alarms?.idle();
    await mail.idle();
    assert.deepEqual(
      changes().filter(([name]) => name === well.name),
      [[well.name, "OK"]],
    );
  });

  const nameOf = ({ arn }: Queue): string => arn.split(":").pop() ?? "";
  const metric = (queue: Queue, metricName: string, stat = "Average") => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: nameOf(queue) },
    stat,
    period: 1,
  });
  const toQueue = ({ url }: Queue) =>
    world.clients.get(SQSClient).send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));

  it("fire again at each arrival, while the alarm on the depth stays on", async () => {
    const queue = await world.queue();
    const depth = onQueue(queue, "ApproximateNumberOfMessagesVisible", 1);
    const arrivals = alarm({
      metricQueries: [
        { id: "visible", metric: metric(queue, "ApproximateNumberOfMessagesVisible") },
        { id: "inflight", metric: metric(queue, "ApproximateNumberOfMessagesNotVisible") },
        { id: "watched", expression: "DIFF(visible + inflight)", returnData: true },
      ],
    });
    await watch(depth, arrivals);
    const mark = world.traced.length;
    for (const first of [true, false]) {
      if (first) await state(arrivals, "OK");
      const fired = state(arrivals, "ALARM");
      await toQueue(queue);
      await fired;
      await state(arrivals, "OK");
    }
    const received = state(depth, "OK");
    await world.clients
      .get(SQSClient)
      .send(new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10 }));
    await received;
    await alarms?.idle();
    const traced = world.traced
      .slice(mark)
      .flatMap((event) => (event.kind === "alarm" ? event : []));
    const of = ({ name }: MetricAlarmInputs) =>
      traced.filter((event) => event.alarm === name).map((event) => event.state);
    // Messages that are received do not arrive again, nor do they count as gone.
    assert.deepEqual(of(arrivals), ["OK", "ALARM", "OK", "ALARM", "OK"]);
    assert.deepEqual(of(depth).filter((one) => one === "ALARM").length, 1);
  });

  it("fire once for messages that several queues receive, above the threshold of one queue", async () => {
    const [one, two] = [await world.queue(), await world.queue()];
    const shared = (threshold: number) =>
      alarm({
        threshold,
        metricQueries: [
          { id: "m1", metric: { ...metric(one, "NumberOfMessagesSent", "Sum"), period: 60 } },
          { id: "m2", metric: { ...metric(two, "NumberOfMessagesSent", "Sum"), period: 60 } },
          { id: "watched", expression: "MAX([m1, m2])", returnData: true },
        ],
      });
    const [low, high] = [shared(1), shared(2)];
    await watch(low, high);
    const fired = state(low, "ALARM");
    for (const queue of [one, two, one, two]) await toQueue(queue);
    await fired;
    await alarms?.idle();
    // Two messages in each queue are two, not four.
    assert.equal(await stateOf(high), "INSUFFICIENT_DATA");
  });
});
