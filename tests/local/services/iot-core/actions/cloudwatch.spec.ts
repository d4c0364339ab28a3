import * as assert from "node:assert/strict";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { createWorld, nextName, type World } from "../world";
import { denied, ruleUnderTest } from "./under-test";

describe("CloudWatch actions", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  describe("cloudwatchMetric", () => {
    const settings = {
      metricNamespace: "Fleet",
      metricName: "",
      metricValue: "${temperature}",
      metricUnit: "${unit}",
      metricTimestamp: "${t}",
    };

    async function withMetric(topic: string, allowed: boolean) {
      const metricName = nextName("metric");
      const permission = { Action: "cloudwatch:PutMetricData", Resource: "*" };
      const roleArn = await world.role(allowed ? [permission] : []);
      const rule = await ruleUnderTest(world, `SELECT * FROM '${topic}'`, {
        cloudwatchMetrics: [{ ...settings, metricName, roleArn }],
      });
      return { metricName, rule, roleArn };
    }

    /** The points of an hour that began in the second before `t`. */
    async function points(MetricName: string, t: number) {
      const { Datapoints = [] } = await world.clients.get(CloudWatchClient).send(
        new GetMetricStatisticsCommand({
          Namespace: settings.metricNamespace,
          MetricName,
          StartTime: new Date((t - 1) * 1000),
          EndTime: new Date((t + 3599) * 1000),
          Period: 3600,
          Statistics: ["Sum", "SampleCount"],
        }),
      );
      return Datapoints.map(({ Sum, SampleCount, Unit }) => ({ Sum, SampleCount, Unit }));
    }

    it("puts the value, the unit and the time that its templates yield", async () => {
      const { metricName } = await withMetric("cwm1", true);
      const t = Math.floor(Date.now() / 1000) - 7200;
      await world.publish("cwm1", { temperature: 21.5, unit: "Percent", t });
      assert.deepEqual(await points(metricName, t), [
        { Sum: 21.5, SampleCount: 1, Unit: "Percent" },
      ]);
      assert.deepEqual(await points(metricName, t + 3600), []);
    });

    const unfit: [what: string, payload: object, reason: RegExp][] = [
      ["value that is no number", { temperature: "hot", unit: "None" }, /metricValue is 'hot'/],
      ["value that is missing", { unit: "None" }, /metricValue is ''/],
      ["unit that it does not know", { temperature: 1, unit: "Kelvin" }, /metricUnit is 'Kelvin'/],
    ];
    for (const [index, [what, payload, reason]] of unfit.entries())
      it(`fails for a ${what}`, async () => {
        const { rule, metricName } = await withMetric(`cwm2/${index}`, true);
        const t = Math.floor(Date.now() / 1000);
        await world.publish(`cwm2/${index}`, { ...payload, t });
        assert.match((await rule.failures())[0]?.errorMessage ?? "", reason);
        assert.deepEqual(await points(metricName, t), []);
      });

    it("reports that its role may put no metrics", async () => {
      const { rule, roleArn, metricName } = await withMetric("cwm3", false);
      await world.publish("cwm3", { temperature: 1, unit: "None", t: 1 });
      const [failure] = await rule.failures();
      assert.deepEqual(
        [failure?.failedAction, failure?.failedResource],
        ["CloudwatchMetricAction", metricName],
      );
      assert.match(failure?.errorMessage ?? "", denied(roleArn, "AccessDeniedException"));
    });
  });

  describe("cloudwatchAlarm", () => {
    async function withAlarm(topic: string, allowed: boolean) {
      const alarmName = nextName("alarm");
      const cloudwatch = world.clients.get(CloudWatchClient);
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: alarmName,
          Namespace: "Fleet",
          MetricName: "nothing",
          ComparisonOperator: "GreaterThanThreshold",
          EvaluationPeriods: 1,
          Period: 60,
          Statistic: "Sum",
          Threshold: 0,
        }),
      );
      const Resource = `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${alarmName}`;
      const roleArn = await world.role(
        allowed ? [{ Action: "cloudwatch:SetAlarmState", Resource }] : [],
      );
      const action = { alarmName, stateReason: "${why}", stateValue: "${state}", roleArn };
      const rule = await ruleUnderTest(world, `SELECT * FROM '${topic}'`, {
        cloudwatchAlarms: [action],
      });
      const state = async () => {
        const { MetricAlarms = [] } = await cloudwatch.send(
          new DescribeAlarmsCommand({ AlarmNames: [alarmName] }),
        );
        return MetricAlarms.map(({ StateValue, StateReason }) => [StateValue, StateReason]);
      };
      return { alarmName, rule, roleArn, state };
    }

    it("sets the state that its template yields, and the reason", async () => {
      const { state } = await withAlarm("cwa1", true);
      await world.publish("cwa1", { state: "ALARM", why: "too hot" });
      assert.deepEqual(await state(), [["ALARM", "too hot"]]);
    });

    it("fails for an unknown state, and changes nothing", async () => {
      const { rule, state } = await withAlarm("cwa2", true);
      const before = await state();
      await world.publish("cwa2", { state: "HOT", why: "x" });
      assert.match(
        (await rule.failures())[0]?.errorMessage ?? "",
        /stateValue is 'HOT'; it has to be one of ALARM, INSUFFICIENT_DATA, OK/,
      );
      assert.deepEqual(await state(), before);
    });

    it("reports that its role may not set the alarm", async () => {
      const { rule, roleArn, alarmName } = await withAlarm("cwa3", false);
      await world.publish("cwa3", { state: "ALARM", why: "x" });
      const [failure] = await rule.failures();
      assert.deepEqual(
        [failure?.failedAction, failure?.failedResource],
        ["CloudwatchAlarmAction", alarmName],
      );
      assert.match(failure?.errorMessage ?? "", denied(roleArn, "AccessDeniedException"));
    });
  });

  describe("cloudwatchLogs", () => {
    async function withGroup(topic: string, permissions: string[], settings: object = {}) {
      const logGroupName = nextName("group");
      const logs = world.clients.get(CloudWatchLogsClient);
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      const Resource = `arn:aws:logs:eu-central-1:123456789012:log-group:${logGroupName}:*`;
      const roleArn = await world.role(permissions.map((Action) => ({ Action, Resource })));
      const rule = await ruleUnderTest(world, `SELECT * FROM '${topic}'`, {
        cloudwatchLogs: [{ logGroupName, roleArn, ...settings }],
      });
      const events = async () => {
        const stream = { logGroupName, logStreamName: rule.name };
        const { events: found = [] } = await logs.send(new GetLogEventsCommand(stream));
        return found.map(({ timestamp, message }) => ({ timestamp, message }));
      };
      return { logGroupName, rule, events };
    }
    const both = ["logs:CreateLogStream", "logs:PutLogEvents"];

    it("writes each message as one event", async () => {
      const { events } = await withGroup("cwl1", both);
      await world.publish("cwl1", "first");
      await world.publish("cwl1", { second: true });
      assert.deepEqual(
        (await events()).map(({ message }) => message),
        ["first", '{"second":true}'],
      );
    });

    it("writes each element of an array at its own time in batch mode", async () => {
      const { events } = await withGroup("cwl2", both, { batchMode: true });
      const now = Date.now();
      await world.publish("cwl2", [
        { timestamp: now + 1, message: "later" },
        { timestamp: now, message: "sooner" },
      ]);
      assert.deepEqual(await events(), [
        { timestamp: now, message: "sooner" },
        { timestamp: now + 1, message: "later" },
      ]);
    });

    it("fails in batch mode for an element without a time", async () => {
      const { rule, events } = await withGroup("cwl3", both, { batchMode: true });
      await world.publish("cwl3", [{ message: "when?" }]);
      assert.match(
        (await rule.failures())[0]?.errorMessage ?? "",
        /batchMode needs an array of objects with a timestamp \(number\) and a message \(string\)/,
      );
      await assert.rejects(events(), { name: "ResourceNotFoundException" });
    });

    it("reports that its role may not write", async () => {
      const { rule, logGroupName, events } = await withGroup("cwl4", ["logs:CreateLogStream"]);
      await world.publish("cwl4", "x");
      const [failure] = await rule.failures();
      assert.deepEqual(
        [failure?.failedAction, failure?.failedResource],
        ["CloudwatchLogsAction", logGroupName],
      );
      assert.match(
        failure?.errorMessage ?? "",
        new RegExp(
          `logs:PutLogEvents on arn:aws:logs:eu-central-1:123456789012:log-group:${logGroupName}:log-stream:${rule.name}: no statement allows it\\. .*Error Code: AccessDenied;`,
        ),
      );
      await assert.rejects(events(), { name: "ResourceNotFoundException" });
    });
  });
});
