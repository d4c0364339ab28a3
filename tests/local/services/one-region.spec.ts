import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "./provisioning";

/** As the program names it; this machine is in eu-central-1. */
const elsewhere = "us-east-1";
const arnIn = (region: string, service: string, name: string): string =>
  `arn:aws:${service}:${region}:123456789012:${name}`;

describe("What a program places in another Region", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  it("is in the one Region of this machine, where an alarm reaches its topic", async () => {
    const [topic, alarm] = [nextName("topic"), nextName("alarm")];
    const admitted = (region: string) => ({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: arnIn(region, "sns", topic),
        },
      ],
    });
    const made = await world.create("sns/topic:Topic", {
      ...{ name: topic, region: elsewhere },
      policy: JSON.stringify(admitted(elsewhere)),
    });
    const here = arnIn("eu-central-1", "sns", topic);
    assert.equal(made.state.arn, here);
    const { Attributes = {} } = await world.clients
      .get(SNSClient)
      .send(new GetTopicAttributesCommand({ TopicArn: here }));
    assert.deepEqual(JSON.parse(Attributes.Policy ?? ""), admitted("eu-central-1"));

    const { state } = await world.create("cloudwatch/metricAlarm:MetricAlarm", {
      ...{ name: alarm, region: elsewhere, alarmActions: [arnIn(elsewhere, "sns", topic)] },
      ...{ namespace: "AWS/CloudFront", metricName: "5xxErrorRate", statistic: "Average" },
      ...{ dimensions: { DistributionId: "E1", Region: "Global" }, period: 60, threshold: 0 },
      ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 },
      treatMissingData: "notBreaching",
    });
    assert.deepEqual(state.alarmActions, [here]);
    const { MetricAlarms: [found] = [] } = await world.clients
      .get(CloudWatchClient)
      .send(new DescribeAlarmsCommand({ AlarmNames: [alarm] }));
    assert.deepEqual(found?.AlarmActions, [here]);
  });

  it("keeps the ARNs of everything else", async () => {
    const name = nextName("queue");
    const policy = JSON.stringify({ Version: "2012-10-17", Id: arnIn(elsewhere, "sns", "t") });
    const { state } = await world.create("sqs/queue:Queue", { name, policy });
    assert.equal(state.policy, policy);
    assert.equal(state.arn, arnIn("eu-central-1", "sqs", name));
  });
});
