import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "../provisioning";

describe("CloudWatch on the emulator", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const alarmOf = async (name: string) => {
    const { MetricAlarms = [] } = await world.clients
      .get(CloudWatchClient)
      .send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
    return MetricAlarms[0];
  };
  const common = {
    alarmDescription: "Messages wait.",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    alarmActions: ["arn:aws:sns:eu-central-1:123456789012:alarms"],
    okActions: ["arn:aws:sns:eu-central-1:123456789012:alarms"],
  };

  it("has log groups with the given retention", async () => {
    for (const [name, retentionInDays] of [
      [nextName("logs"), 7],
      [nextName("logs"), undefined],
    ] as const) {
      const made = await world.create("cloudwatch/logGroup:LogGroup", { name, retentionInDays });
      const { logGroups } = await world.clients
        .get(CloudWatchLogsClient)
        .send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
      assert.deepEqual(
        logGroups?.map((group) => [group.logGroupName, group.retentionInDays]),
        [[name, retentionInDays]],
      );
      assert.equal(made.state.arn, `arn:aws:logs:eu-central-1:123456789012:log-group:${name}`);
    }
  });

  it("has dashboards with their bodies, and refuses what CloudWatch refuses", async () => {
    const dashboardName = nextName("dashboard");
    const dashboardBody = JSON.stringify({
      widgets: [{ type: "text", properties: { markdown: "a & b < c" } }],
    });
    const type = "cloudwatch/dashboard:Dashboard";
    const made = await world.create(type, { dashboardName, dashboardBody });
    const kept = await world.clients
      .get(CloudWatchClient)
      .send(new GetDashboardCommand({ DashboardName: dashboardName }));
    assert.equal(kept.DashboardBody, dashboardBody);
    assert.equal(
      made.state.dashboardArn,
      `arn:aws:cloudwatch::123456789012:dashboard/${dashboardName}`,
    );
    const invalid = { dashboardName, dashboardBody: '{"widgets":[{"type":"text"}]}' };
    await assert.rejects(world.create(type, invalid), {
      message: new RegExp(
        `${dashboardName} has widget 1, which has no markdown, and CloudWatch refuses it; change its body\\.$`,
      ),
    });
  });

  it("has metric alarms as a query with exactly their dimensions", async () => {
    const name = nextName("alarm");
    const made = await world.create("cloudwatch/metricAlarm:MetricAlarm", {
      name,
      ...common,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "work" },
      statistic: "Maximum",
      period: 60,
    });
    const alarm = await alarmOf(name);
    assert.equal(made.state.arn, alarm?.AlarmArn);
    // The emulator does not keep queries, so this is what it was sent; a metric of the alarm's own it would evaluate, and wrongly.
    assert.deepEqual([alarm?.Namespace, alarm?.MetricName], [undefined, undefined]);
    const sent = world.sent.find(({ AlarmName }) => AlarmName === name);
    assert.deepEqual(sent?.Metrics, [
      {
        Id: "m1",
        MetricStat: {
          Metric: {
            Namespace: "AWS/SQS",
            MetricName: "ApproximateNumberOfMessagesVisible",
            Dimensions: [{ Name: "QueueName", Value: "work" }],
          },
          Period: 60,
          Stat: "Maximum",
        },
        ReturnData: true,
      },
    ]);
    assert.deepEqual(
      [alarm?.AlarmActions, alarm?.OKActions, alarm?.TreatMissingData, alarm?.Threshold],
      [common.alarmActions, common.okActions, "notBreaching", 0],
    );
    assert.deepEqual(world.notHonoured, []);
  });

  it("has alarms on a query, which then have no metric of their own", async () => {
    const name = nextName("alarm");
    const expression = `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName)`;
    await world.create("cloudwatch/metricAlarm:MetricAlarm", {
      name,
      ...common,
      metricQueries: [{ id: "q1", expression, period: 60, returnData: true }],
    });
    assert.ok(await alarmOf(name));
    // The emulator does not keep queries, so this is what it was sent.
    const { Metrics, MetricName, Period } =
      world.sent.find(({ AlarmName }) => AlarmName === name) ?? {};
    assert.deepEqual(Metrics, [{ Id: "q1", Expression: expression, Period: 60, ReturnData: true }]);
    assert.deepEqual([MetricName, Period], [undefined, undefined]);
  });

  it("has alarms on metric math, with each metric and its dimensions", async () => {
    const name = nextName("alarm");
    const metric = {
      namespace: "AWS/SQS",
      metricName: "NumberOfMessagesSent",
      dimensions: { QueueName: "work" },
      stat: "Sum",
      period: 300,
    };
    await world.create("cloudwatch/metricAlarm:MetricAlarm", {
      name,
      ...common,
      metricQueries: [
        { id: "m1", metric, returnData: false },
        { id: "watched", expression: "MAX([m1])", returnData: true },
      ],
    });
    const sent = world.sent.find(({ AlarmName }) => AlarmName === name);
    assert.deepEqual(JSON.parse(JSON.stringify(sent?.Metrics)), [
      {
        Id: "m1",
        MetricStat: {
          Metric: {
            Namespace: "AWS/SQS",
            MetricName: "NumberOfMessagesSent",
            Dimensions: [{ Name: "QueueName", Value: "work" }],
          },
          Period: 300,
          Stat: "Sum",
        },
        ReturnData: false,
      },
      { Id: "watched", Expression: "MAX([m1])", ReturnData: true },
    ]);
  });
});
