import * as assert from "node:assert/strict";
import { PutFunctionEventInvokeConfigCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  startAlarmEvaluation,
  type Alarms,
} from "../../../../local/services/cloudwatch/alarm-evaluation";
import type { MetricAlarmInputs } from "../../../../local/services/cloudwatch/watch";
import { startInbox, type Inbox } from "../../../../local/doubles/inbox";
import { invokeAsynchronously } from "../../../../local/services/lambda/asynchronous";
import { startStreamMapping } from "../../../../local/services/lambda/stream-mapping";
import { startSubscription, type Subscription } from "../../../../local/services/sns/subscription";
import { provisioners, type CloudWatchServices } from "../../../../local/services/cloudwatch";
import type { Provisioner } from "../../../../local/services/provisioner";
import { createWorld, next, readStream, type World } from "../world";
import { statisticOf } from "./metric-sums";

const metricAlarm = provisioners[
  "aws:cloudwatch/metricAlarm:MetricAlarm"
] as Provisioner<CloudWatchServices>;

describe("the metrics of alarms", () => {
  let world: World;
  let inbox: Inbox;
  let topic: string;
  let mail: Subscription;
  let alarms: Alarms | undefined;
  const closing: (() => Promise<unknown>)[] = [];
  before(async () => {
    world = await createWorld();
    inbox = await startInbox();
    topic = await world.topic();
    mail = await subscribed(topic, "email", "operations@example.com");
  });
  afterEach(async () => {
    await alarms?.stop();
    alarms = undefined;
  });
  after(async () => {
    for (const close of closing.reverse()) await close();
    await inbox.stop();
    await world.end();
  });

  async function subscribed(
    to: string,
    protocol: string,
    endpoint: string,
    deadLetterTargetArn?: string,
  ): Promise<Subscription> {
    const subscription = await startSubscription({
      clients: world.clients,
      trace: world.trace,
      inbox,
      retryDelayMilliseconds: 1,
      inputs: {
        topic: to,
        protocol,
        endpoint,
        ...(deadLetterTargetArn && { redrivePolicy: JSON.stringify({ deadLetterTargetArn }) }),
      },
    });
    closing.push(() => subscription.stop());
    return subscription;
  }
  const nameIn = (topicArn: string): string => topicArn.split(":").pop() ?? "";
  const of = (
    namespace: string,
    metric: string,
    dimensions: Record<string, string>,
    statistic?: "Maximum",
  ) => statisticOf(world.clients, namespace, metric, dimensions, statistic);

  /** Watches a metric, breaks something, and waits until the alarm has notified the mailbox of its topic. */
  async function fires(
    watch: Pick<MetricAlarmInputs, "namespace" | "metricName" | "dimensions"> & {
      statistic?: string;
      threshold?: number;
    },
    breakSomething: () => Promise<unknown>,
  ): Promise<void> {
    const { clients, trace } = world;
    const inputs: MetricAlarmInputs = {
      name: next("alarm"),
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      statistic: "Sum",
      evaluationPeriods: 1,
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: [topic],
      ...watch,
    };
    const services = { alarms: { add: () => undefined } };
    await metricAlarm({ plain: inputs } as never, {
      clients,
      services,
      directory: "",
      notHonoured: assert.fail,
    });
    alarms = startAlarmEvaluation({
      ...{ clients, trace, alarms: [inputs] },
      ruleMetrics: () => ({}),
      intervalMilliseconds: 100,
    });
    const warned = trace.until(
      `${inputs.name} to fire`,
      (event) => event.kind === "alarm" && event.alarm === inputs.name && event.state === "ALARM",
    );
    await breakSomething();
    await warned;
    await alarms.stop();
    await mail.idle();
    const texts = inbox.received("operations@example.com").map(({ text }) => text);
    assert.equal(texts.filter((text) => text.includes(`"${inputs.name}"`)).length, 1);
  }

  it("include an undelivered notification, once for email, per attempt for webhooks", async () => {
    const alerts = await world.topic();
    const dimensions = { TopicName: nameIn(alerts) };
    const set = await world.queue((Resource) => ({
      Version: "2012-10-17",
      Statement: {
        ...{ Effect: "Allow", Action: "sqs:SendMessage", Resource },
        Principal: { Service: "sns.amazonaws.com" },
      },
    }));
    const endpoints = ["nobody@example.com", "https://example.com/away", "here@example.com"];
    for (const gone of endpoints.slice(0, 2)) inbox.refuse(gone);
    const all = [
      await subscribed(alerts, "email", endpoints[0] ?? "", set.arn),
      await subscribed(alerts, "https", endpoints[1] ?? "", set.arn),
      await subscribed(alerts, "email", endpoints[2] ?? "", set.arn),
    ];
    await fires(
      { namespace: "AWS/SNS", metricName: "NumberOfNotificationsFailed", dimensions },
      async () => {
        const publish = new PublishCommand({ TopicArn: alerts, Message: "hot" });
        await world.clients.get(SNSClient).send(publish);
        for (const one of all) await one.idle();
      },
    );
    assert.equal(await of("AWS/SNS", "NumberOfNotificationsFailed", dimensions), 1 + 3);
    assert.equal(await of("AWS/SNS", "NumberOfNotificationsRedrivenToDlq", dimensions), 2);
    assert.equal(await of("AWS/SNS", "NumberOfNotificationsDelivered", dimensions), 1);
  });

  it("include a notification that the dead-letter queue rejected", async () => {
    const alerts = await world.topic();
    const closed = await world.queue();
    const endpoint = "away@example.com";
    inbox.refuse(endpoint);
    await subscribed(alerts, "email", endpoint, closed.arn);
    await fires(
      {
        namespace: "AWS/SNS",
        metricName: "NumberOfNotificationsFailedToRedriveToDlq",
        dimensions: { TopicName: nameIn(alerts) },
      },
      () =>
        world.clients.get(SNSClient).send(new PublishCommand({ TopicArn: alerts, Message: "hot" })),
    );
  });

  /** A function that always fails, whose events go to a queue then. */
  async function failing(role: "may send" | "may not send") {
    const queue = await world.queue();
    const allow = [{ Action: ["sqs:SendMessage"], Resource: queue.arn }];
    const lambda = await world.lambda("throw new Error('no');", role === "may send" ? allow : []);
    await world.clients.get(LambdaClient).send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: lambda.name,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      }),
    );
    const invoke = (): Promise<void> =>
      invokeAsynchronously({
        clients: world.clients,
        trace: world.trace,
        functionArn: lambda.arn,
        source: "a rule",
        event: {},
        retryDelayMilliseconds: 1,
        stopped: new AbortController().signal,
      });
    return { dimensions: { FunctionName: lambda.name }, invoke };
  }

  it("include an event that a function failed to process, and its error", async () => {
    const { dimensions, invoke } = await failing("may send");
    const watch = { namespace: "AWS/Lambda", metricName: "AsyncEventsDropped", dimensions };
    await fires(watch, invoke);
    assert.equal(await of("AWS/Lambda", "AsyncEventsDropped", dimensions), 1);
    assert.equal(await of("AWS/Lambda", "Errors", dimensions), 1);
    assert.equal(await of("AWS/Lambda", "DestinationDeliveryFailures", dimensions), undefined);
  });

  it("include an event that the function's destination rejects, which is kept and not dropped", async () => {
    const { dimensions, invoke } = await failing("may not send");
    const metricName = "DestinationDeliveryFailures";
    await fires({ namespace: "AWS/Lambda", metricName, dimensions }, () =>
      assert.rejects(invoke(), /AccessDenied/),
    );
    assert.equal(await of("AWS/Lambda", metricName, dimensions), 1);
    assert.equal(await of("AWS/Lambda", "AsyncEventsDropped", dimensions), undefined);
  });

  it("include the age of the last record of a batch at its invocation", async () => {
    const stream = await world.stream();
    const lambda = await world.lambda("", [readStream(stream.arn)]);
    const dimensions = { FunctionName: lambda.name };
    const later = Date.now() + 600_000;
    await fires(
      {
        ...{ namespace: "AWS/Lambda", metricName: "IteratorAge", dimensions },
        ...{ statistic: "Maximum", threshold: 300_000 },
      },
      async () => {
        const mapping = await startStreamMapping({
          clients: world.clients,
          trace: world.trace,
          inputs: {
            eventSourceArn: stream.arn,
            functionName: lambda.name,
            startingPosition: "TRIM_HORIZON",
          },
          now: () => later,
        });
        closing.push(() => mapping.stop());
        await stream.put("{}");
        await mapping.idle();
      },
    );
    interface Event {
      Records: { kinesis: { approximateArrivalTimestamp: number } }[];
    }
    const arrival = lambda.events<Event>()[0]?.Records[0]?.kinesis.approximateArrivalTimestamp;
    const age = await of("AWS/Lambda", "IteratorAge", dimensions, "Maximum");
    assert.equal(age, later - Math.round((arrival ?? 0) * 1000));
  });

  /** A workflow of one state, and how to start it. */
  async function workflow(state: object) {
    const sfn = world.clients.get(SFNClient);
    const { stateMachineArn = "" } = await sfn.send(
      new CreateStateMachineCommand({
        name: next("workflow"),
        roleArn: (await world.role({ service: "states.amazonaws.com", sourceArn: "x" })).arn,
        definition: JSON.stringify({ StartAt: "Only", States: { Only: state } }),
      }),
    );
    const start = async (): Promise<string> => {
      const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
      return executionArn;
    };
    return { dimensions: { StateMachineArn: stateMachineArn }, start, sfn };
  }

  it("include each failed execution of a workflow, once", async () => {
    const { dimensions, start, sfn } = await workflow({ Type: "Fail", Error: "Broken" });
    await fires(
      { namespace: "AWS/States", metricName: "ExecutionsFailed", dimensions },
      async () => {
        const executionArn = await start();
        while (
          (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === "RUNNING"
        );
      },
    );
    assert.equal(await of("AWS/States", "ExecutionsFailed", dimensions), 1);
    assert.equal(await of("AWS/States", "ExecutionsAborted", dimensions), undefined);
  });

  it("include an aborted execution of a workflow", async () => {
    const { dimensions, start, sfn } = await workflow({ Type: "Wait", Seconds: 60, End: true });
    await fires(
      { namespace: "AWS/States", metricName: "ExecutionsAborted", dimensions },
      async () => sfn.send(new StopExecutionCommand({ executionArn: await start() })),
    );
    assert.equal(await of("AWS/States", "ExecutionsAborted", dimensions), 1);
  });
});
