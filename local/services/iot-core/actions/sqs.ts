import { SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { sendMessage } from "../../delivery/queue-batches";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  queueUrl: v.string(),
  useBase64: v.boolean(),
  roleArn: v.string(),
});

/**
 * Sends the payload as one message, in Base64 if `useBase64` is set. Messages that come together share calls, for the speed of the local
 * run; AWS checks the same permission for a batch.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
 */
export const sqs: ActionKind = {
  list: "sqs",
  single: "sqs",
  failedAction: "SqsAction",
  prepare(settings, { template }) {
    const { queueUrl, useBase64, roleArn } = v.parse(Settings, settings);
    return {
      roleArn,
      target: template(queueUrl),
      perform: ({ clients, credentials, payload }, QueueUrl) =>
        sendMessage(clients.get(SQSClient, credentials), QueueUrl, {
          MessageBody: Buffer.from(payload).toString(useBase64 ? "base64" : "utf8"),
        }),
    };
  },
};
