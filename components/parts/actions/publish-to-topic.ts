import type { EncryptedTopic } from "../encrypted-topic";
import type { RuleAction } from "./action";

/**
 * Publishes the unchanged message to an SNS topic. The format JSON would not describe the payload but SNS's message structure, and
 * refuse every payload without a `default` key.
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
