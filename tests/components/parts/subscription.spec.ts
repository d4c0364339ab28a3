import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../components/parts/dead-letter-queue";
import { EncryptedTopic } from "../../../components/parts/encrypted-topic";
import { subscribe } from "../../../components/parts/subscription";
import { deploy, document } from "../../support/deploy";
import { arns, shared } from "../support";
import { dependenciesOf } from "./dependencies";

describe("subscribe", () => {
  it("gives a subscription a dead-letter queue, and waits for both ends and what else it is told", async () => {
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
