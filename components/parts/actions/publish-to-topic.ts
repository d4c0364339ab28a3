import type { EncryptedTopic } from "../encrypted-topic";
import type { RuleAction } from "./action";

/**
 * Publishes the message to an SNS topic as it is. The format is RAW: "JSON" is not the payload's format but SNS's message
 * structure, and refuses every payload without a `default` key.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/sns-rule-action.html
 */
export function publishToTopic(topic: EncryptedTopic): RuleAction {
  return {
    statements: topic.publishStatements(),
    dependsOn: [topic.topic],
    asAction: (roleArn) => ({
      sns: [{ targetArn: topic.arn, roleArn, messageFormat: "RAW" }],
    }),
  };
}
