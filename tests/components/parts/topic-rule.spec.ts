import * as assert from "node:assert/strict";
import { sendToQueue } from "../../../components/parts/actions/send-to-queue";
import { Queue } from "../../../components/parts/queue";
import { TopicRule } from "../../../components/parts/topic-rule";
import { deploy, type Made } from "../../support/deploy";
import { arns, completed, mathOf, queueUrl } from "../support";

describe("TopicRule", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const queues = ["one", "two", "failures"].map((name) => new Queue(name, { purpose: "work" }));
      const [one, two, failures] = queues.map(sendToQueue);
      assert.ok(one && two && failures);
      completed((given) => {
        const common = { ...given, description: "Demonstrates.", errorAction: failures };
        const sql = "SELECT * FROM 'a'";
        new TopicRule("demo-rule", { ...common, sql, actions: [one, two] });
        new TopicRule("same-rule", { ...common, sql: `${sql} WHERE b = 1`, actions: [one] });
        const other = "SELECT * FROM 'plant/+/b' WHERE c = ' from x'";
        new TopicRule("other-rule", { ...common, sql: other, actions: [one] });
      });
    });
  });

  it("gives each kind of action one list", () => {
    const { sqs } = made.only("aws:iot/topicRule:TopicRule", "demo-rule") as {
      sqs: { queueUrl: string }[];
    };
    assert.deepEqual(
      sqs.map((action) => action.queueUrl),
      [queueUrl("one"), queueUrl("two")],
    );
  });

  it("waits for its role's permissions and for what its actions write to", () => {
    const rule = made.resources.find(({ type }) => type === "aws:iot/topicRule:TopicRule");
    const names = (rule?.dependencies ?? []).map((urn) => urn.split("::").pop());
    assert.deepEqual(names.sort(), ["demo-rule-role-permissions", "failures", "one", "two"]);
  });

  it("sums its failures over all action types, since AWS documents no type's name", () => {
    const alarm = made.only("aws:cloudwatch/metricAlarm:MetricAlarm", "demo-rule-failure");
    assert.deepEqual(alarm.metricQueries, [
      {
        id: "q1",
        expression: `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = 'iot_integrations_test_demo_rule'`,
        period: 60,
        returnData: true,
      },
    ]);
    assert.equal(alarm.metricName, undefined);
  });

  it("has an alarm on errors that do not reach the error action, once per topic filter", () => {
    const named = (name: string) => made.only("aws:cloudwatch/metricAlarm:MetricAlarm", name);
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()];
    assert.deepEqual(alarms.filter((name) => name.includes("parse-error")).sort(), [
      "alarms-parse-error-a",
      "alarms-parse-error-plant-b",
    ]);
    assert.deepEqual(mathOf(named("alarms-parse-error-plant-b")), [
      "ParseError iot_integrations_test_other_rule",
    ]);
    const metric = (rule: string) => ({
      namespace: "AWS/IoT",
      metricName: "ParseError",
      dimensions: { RuleName: rule },
      stat: "Sum",
      period: 60,
    });
    assert.deepEqual(named("alarms-parse-error-a"), {
      name: "iot-integrations-test-alarms-parse-error-a",
      alarmDescription:
        "ParseError of rules iot_integrations_test_demo_rule, iot_integrations_test_same_rule: a SQL statement could not be evaluated for messages, or their payload is not JSON. Turn on the logs of AWS IoT and read them for the error.",
      metricQueries: [
        { id: "m1", metric: metric("iot_integrations_test_demo_rule"), returnData: false },
        { id: "m2", metric: metric("iot_integrations_test_same_rule"), returnData: false },
        { id: "watched", expression: "MAX([m1, m2])", returnData: true },
      ],
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [arns.topic("alarms-topic")],
    });
  });
});
