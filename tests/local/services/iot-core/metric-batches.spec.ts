import * as assert from "node:assert/strict";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { createClients } from "../../../../local/aws/clients";
import { createMetricBatches } from "../../../../local/services/iot-core/metric-batches";
import { createTrace } from "../../../../local/trace";
import { account } from "./devices";
import { createWorld, nextName, send, type World } from "./world";

describe("metrics of AWS IoT in CloudWatch", () => {
  let world: World;
  let cloudwatch: CloudWatchClient;
  before(async () => {
    world = await createWorld();
    cloudwatch = world.clients.get(CloudWatchClient);
  });
  after(() => world.end());

  async function sum(MetricName: string, dimensions: Record<string, string>): Promise<number> {
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/IoT",
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 86_400,
        Statistics: ["Sum"],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  }

  /** The names of all metrics that carry a rule's name. */
  async function named(rule: string): Promise<string[]> {
    const { Metrics = [] } = await cloudwatch.send(
      new ListMetricsCommand({
        Namespace: "AWS/IoT",
        Dimensions: [{ Name: "RuleName", Value: rule }],
      }),
    );
    return Metrics.map(({ MetricName = "" }) => MetricName).sort();
  }

  const plain = { enabled: true, sqlVersion: "2016-03-23" };

  it("count matches by rule, and actions by rule and kind", async () => {
    const queue = await world.queue();
    const [good, powerless] = [await world.role([send(queue)]), await world.role([])];
    const RuleName = nextName("rule");
    const sqs = (roleArn: string) => ({ queueUrl: queue.url, roleArn, useBase64: false });
    await world.iot.addRule({
      ...plain,
      name: RuleName,
      sql: "SELECT *, 1 AS one FROM 'counted'",
      sqs: [sqs(good)],
      sns: [{ targetArn: await world.topic(), roleArn: powerless }],
      errorAction: { sqs: sqs(good) },
    });
    await world.publish("counted", { a: 1 });
    await world.publish("counted", { a: 2 });
    await world.publish("counted", "no JSON");
    assert.deepEqual(await named(RuleName), [
      "ErrorActionSuccess",
      "Failure",
      "ParseError",
      "Success",
      "TopicMatch",
    ]);
    assert.equal(await sum("TopicMatch", { RuleName }), 3);
    assert.equal(await sum("ParseError", { RuleName }), 1);
    assert.equal(await sum("Success", { RuleName, ActionType: "Sqs" }), 2);
    assert.equal(await sum("Failure", { RuleName, ActionType: "Sns" }), 2);
    assert.equal(await sum("ErrorActionSuccess", { RuleName, ActionType: "Sqs" }), 2);
  });

  it("count an error action that fails", async () => {
    const roleArn = await world.role([]);
    const queue = await world.queue();
    const sqs = { queueUrl: queue.url, roleArn, useBase64: false };
    const RuleName = nextName("rule");
    const sql = "SELECT * FROM 'doomed'";
    await world.iot.addRule({ ...plain, name: RuleName, sql, sqs: [sqs], errorAction: { sqs } });
    await world.publish("doomed", {});
    assert.equal(await sum("ErrorActionFailure", { RuleName, ActionType: "Sqs" }), 1);
  });

  it("count Basic Ingest to a rule that does not exist, but not to one that is disabled", async () => {
    const [absent, disabled] = [nextName("rule"), nextName("rule")];
    await world.iot.addRule({ ...plain, name: disabled, enabled: false, sql: "SELECT * FROM 'a'" });
    for (const name of [absent, absent, disabled]) await world.publish(`$aws/rules/${name}/x`, {});
    assert.equal(await sum("RuleNotFound", { RuleName: absent }), 2);
    assert.deepEqual(await named(disabled), []);
  });

  it("fire an alarm", async () => {
    const AlarmName = nextName("alarm");
    const RuleName = nextName("rule");
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: "AWS/IoT",
        MetricName: "Failure",
        Dimensions: [
          { Name: "ActionType", Value: "Sqs" },
          { Name: "RuleName", Value: RuleName },
        ],
        ComparisonOperator: "GreaterThanThreshold",
        EvaluationPeriods: 1,
        Period: 60,
        Statistic: "Sum",
        Threshold: 0,
        TreatMissingData: "notBreaching",
      }),
    );
    const queue = await world.queue();
    await world.iot.addRule({
      ...plain,
      name: RuleName,
      sql: "SELECT * FROM 'alarming'",
      sqs: [{ queueUrl: queue.url, roleArn: await world.role([]), useBase64: false }],
    });
    await world.publish("alarming", {});
    const { MetricAlarms } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
    );
    assert.equal(MetricAlarms?.[0]?.StateValue, "ALARM");
  });

  it("are sent automatically while there are any", async () => {
    const batches = createMetricBatches(world.clients, world.trace);
    const RuleName = nextName("rule");
    for (let n = 0; n < 1_500; n++) batches.count("TopicMatch", { RuleName });
    while ((await sum("TopicMatch", { RuleName })) === 0) await world.iot.idle();
    assert.equal(await sum("TopicMatch", { RuleName }), 1_500);
  });

  it("are sent in calls of a thousand", async () => {
    const batches = createMetricBatches(world.clients, world.trace);
    const RuleName = nextName("rule");
    for (let n = 0; n < 1_001; n++) batches.count("Failure", { RuleName, ActionType: String(n) });
    await batches.idle();
    assert.equal(await sum("Failure", { RuleName, ActionType: "0" }), 1);
    assert.equal(await sum("Failure", { RuleName, ActionType: "1000" }), 1);
  });

  it("are dropped with a warning when CloudWatch does not respond, and counted again after that", async () => {
    const clients = createClients(account);
    const trace = createTrace();
    const warnings: string[] = [];
    trace.on((event) => event.kind === "warning" && warnings.push(event.message));
    const batches = createMetricBatches(clients, trace);
    await batches.idle();
    assert.deepEqual(warnings, []);
    for (const times of [1, 2]) {
      batches.count("TopicMatch", { RuleName: "r" });
      await batches.idle();
      assert.equal(warnings.length, times);
    }
    assert.match(warnings[0] ?? "", /^Metrics of AWS IoT are not in CloudWatch: /);
    clients.destroy();
  });
});
