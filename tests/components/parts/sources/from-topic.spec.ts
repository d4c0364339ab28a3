import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../../components/parts/dead-letter-queue";
import { EncryptedTopic } from "../../../../components/parts/encrypted-topic";
import { fromTopic } from "../../../../components/parts/sources/from-topic";
import { deploy, document, type Made } from "../../../support/deploy";
import { allow, arns } from "../../support";
import { dependenciesOf } from "../dependencies";
import { consumer } from "./consumer";

const subscription = "aws:sns/topicSubscription:TopicSubscription";

describe("fromTopic", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const connected = consumer();
      const failures = new DeadLetterQueue("failures", { alarms: connected.alarms });
      const source = fromTopic(new EncryptedTopic("critical"), { failures });
      source.connect(connected, {});
      return { statements: source.statements };
    });
  });

  it("grants sending failed events, and nothing else", () =>
    assert.deepEqual(made.outputs.statements, [
      allow("SetAsideFailures", "sqs:SendMessage", arns.queue("failures")),
    ]));

  it("lets SNS invoke the function for this topic of this account only", () =>
    assert.deepEqual(made.only("aws:lambda/permission:Permission"), {
      action: "lambda:InvokeFunction",
      function: "iot-integrations-test-demo",
      principal: "sns.amazonaws.com",
      sourceArn: arns.topic("critical"),
    }));

  it("keeps events that the function has failed to process three times", () => {
    const type = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
    assert.deepEqual(made.only(type), {
      functionName: "iot-integrations-test-demo",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination: arns.queue("failures") } },
    });
    assert.deepEqual(dependenciesOf(made, type), ["failures", "function"]);
  });

  it("keeps undeliverable notifications, and subscribes only after both failure paths exist", () => {
    const { redrivePolicy, ...rest } = made.only(subscription);
    assert.deepEqual(rest, {
      topic: arns.topic("critical"),
      protocol: "lambda",
      endpoint: arns.function("demo"),
    });
    assert.deepEqual(document(redrivePolicy), { deadLetterTargetArn: arns.queue("failures") });
    assert.deepEqual(dependenciesOf(made, subscription), [
      "critical",
      "demo-invocable",
      "demo-on-failure",
      "failures",
      "function",
    ]);
  });

  it("is alarmed when an event is lost on the failure path itself", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm")]
      .filter(([name]) => name.startsWith("demo-"))
      .map(([name, { metricName, dimensions }]) => [name, metricName, dimensions]);
    const dimensions = { FunctionName: "iot-integrations-test-demo" };
    assert.deepEqual(alarms, [
      ["demo-destination-delivery-failures", "DestinationDeliveryFailures", dimensions],
      ["demo-async-events-dropped", "AsyncEventsDropped", dimensions],
      [
        "demo-not-set-aside",
        "NumberOfNotificationsFailedToRedriveToDlq",
        { TopicName: "iot-integrations-test-critical" },
      ],
    ]);
  });
});
