import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../components/parts/dead-letter-queue";
import { EncryptedTopic } from "../../../components/parts/encrypted-topic";
import { byMail, subscribe, subscribeAll } from "../../../components/parts/subscription";
import { deploy, document } from "../../support/deploy";
import { arns, shared } from "../support";
import { dependenciesOf } from "./dependencies";

describe("subscribe", () => {
  it("has a dead-letter queue, and depends on topic, queue and the given resources", async () => {
    const made = await deploy(() => {
      const failures = new DeadLetterQueue("failures", { alarms: shared().alarms });
      const [topic, other] = [new EncryptedTopic("topic"), new EncryptedTopic("other")];
      subscribe(
        "demo",
        { topic, protocol: "https", endpoint: "https://example.com/", failures },
        { dependsOn: other.topic },
      );
    });
    const type = "aws:sns/topicSubscription:TopicSubscription";
    const { redrivePolicy, ...subscription } = made.only(type);
    assert.deepEqual(subscription, {
      topic: arns.topic("topic"),
      protocol: "https",
      endpoint: "https://example.com/",
    });
    assert.deepEqual(document(redrivePolicy), { deadLetterTargetArn: arns.queue("failures") });
    assert.deepEqual(dependenciesOf(made, type), ["failures", "other", "topic"]);
  });
});

describe("subscribeAll", () => {
  const withMails = (...emails: string[]) =>
    deploy(() => {
      const { alarms } = shared();
      const failures = new DeadLetterQueue("failures", { alarms });
      const topic = new EncryptedTopic("topic");
      subscribeAll("demo", { topic, failures, subscribers: byMail(emails), alarms }, {});
    });

  it("subscribes each recipient, with one alarm for notifications that neither the subscriber nor the queue received", async () => {
    const made = await withMails("a@example.com", "b@example.com");
    const subscriptions = made.all("aws:sns/topicSubscription:TopicSubscription");
    assert.deepEqual(
      [...subscriptions].map(([name, { protocol, endpoint }]) => [name, protocol, endpoint]),
      ["a@example.com", "b@example.com"].map((address) => [`demo-to-${address}`, "email", address]),
    );
    const { alarmDescription, namespace, metricName, dimensions, statistic, threshold } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "demo-not-set-aside",
    );
    assert.deepEqual(
      { alarmDescription, namespace, metricName, dimensions, statistic, threshold },
      {
        alarmDescription:
          "NumberOfNotificationsFailedToRedriveToDlq of topic iot-integrations-test-topic: notifications are lost, neither delivered nor moved to iot-integrations-test-failures. Check that the queue's policy allows SNS to send for this topic.",
        namespace: "AWS/SNS",
        metricName: "NumberOfNotificationsFailedToRedriveToDlq",
        dimensions: { TopicName: "iot-integrations-test-topic" },
        statistic: "Sum",
        threshold: 0,
      },
    );
  });

  it("returns the subscriptions that are not confirmed", async () => {
    const unconfirmedOf = async (emails: string[], pendingConfirmation: boolean | undefined) => {
      const { outputs } = await deploy(
        () => {
          const { alarms } = shared();
          const failures = new DeadLetterQueue("failures", { alarms });
          const topic = new EncryptedTopic("topic");
          const subscribers = byMail(emails);
          return { names: subscribeAll("demo", { topic, failures, subscribers, alarms }, {}) };
        },
        { state: { "aws:sns/topicSubscription:TopicSubscription": { pendingConfirmation } } },
      );
      return outputs.names;
    };
    const mails = ["a@example.com", "b@example.com"];
    assert.deepEqual(await unconfirmedOf(mails, true), [
      "demo-to-a@example.com",
      "demo-to-b@example.com",
    ]);
    assert.deepEqual(await unconfirmedOf(mails, false), []);
    assert.deepEqual(await unconfirmedOf([], true), []);
  });

  it("has no alarm without subscribers", async () => {
    const made = await withMails();
    assert.ok(!made.all("aws:cloudwatch/metricAlarm:MetricAlarm").has("demo-not-set-aside"));
  });
});
