import * as assert from "node:assert/strict";
import { sendToQueue } from "../../../components/parts/actions/send-to-queue";
import { Queue } from "../../../components/parts/queue";
import { TopicRule } from "../../../components/parts/topic-rule";
import { deploy, type Made } from "../../support/deploy";
import { queueUrl, shared } from "../support";

describe("TopicRule", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const queues = ["one", "two", "failures"].map((name) => new Queue(name, { purpose: "work" }));
      const [one, two, failures] = queues.map(sendToQueue);
      assert.ok(one && two && failures);
      new TopicRule("demo-rule", {
        ...shared(),
        description: "Demonstrates.",
        sql: "SELECT * FROM 'a'",
        actions: [one, two],
        errorAction: failures,
      });
    });
  });

  it("gives each kind of action one list", () => {
    const { sqs } = made.only("aws:iot/topicRule:TopicRule") as { sqs: { queueUrl: string }[] };
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

  it("has an alarm on errors that do not reach the error action", () => {
    const { dimensions, namespace, metricName } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "demo-rule-parse-error",
    );
    assert.deepEqual(
      { dimensions, namespace, metricName },
      {
        namespace: "AWS/IoT",
        metricName: "ParseError",
        dimensions: { RuleName: "iot_integrations_test_demo_rule" },
      },
    );
  });
});
