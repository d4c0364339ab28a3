import type { Queue } from "../queue";
import type { ErrorAction } from "./action";

/**
 * Sends the message to a standard queue.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
 */
export function sendToQueue(queue: Queue): ErrorAction {
  const config = (roleArn: Parameters<ErrorAction["asAction"]>[0]) => ({
    queueUrl: queue.knownUrl,
    useBase64: false,
    roleArn,
  });
  return {
    statements: [queue.sendStatement("SendToQueue")],
    dependsOn: [queue.resource],
    asAction: (roleArn) => ({ sqs: [config(roleArn)] }),
    asErrorAction: (roleArn) => ({ sqs: config(roleArn) }),
  };
}
