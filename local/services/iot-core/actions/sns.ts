import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  targetArn: v.string(),
  roleArn: v.string(),
  messageFormat: v.optional(v.picklist(["RAW", "JSON"]), "RAW"),
});

/**
 * Publishes the payload: RAW as the message itself, JSON as a text per protocol, which needs a `default` key.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/sns-rule-action.html
 */
export const sns: ActionKind = {
  list: "sns",
  single: "sns",
  failedAction: "SnsAction",
  prepare(settings, { template }) {
    const { targetArn, roleArn, messageFormat } = v.parse(Settings, settings);
    return {
      roleArn,
      target: template(targetArn),
      async perform({ clients, credentials, payload }, TargetArn) {
        const Message = Buffer.from(payload).toString("utf8");
        if (messageFormat === "JSON") checkStructure(Message);
        await clients.get(SNSClient, credentials).send(
          new PublishCommand({
            TargetArn,
            Message,
            ...(messageFormat === "JSON" && { MessageStructure: "json" }),
          }),
        );
      },
    };
  },
};

/** Rejects, as SNS does, a structured message without a default text, which the emulator would publish. */
function checkStructure(message: string): void {
  const fault = structureFault(message);
  if (!fault) return;
  const error = new Error(`Invalid parameter: Message Structure - ${fault}`);
  throw Object.assign(error, { name: "InvalidParameter" });
}

function structureFault(message: string): string | undefined {
  try {
    const texts = JSON.parse(message) as { default?: unknown } | null;
    return typeof texts?.default === "string" ? undefined : "No default entry in JSON message body";
  } catch {
    return "JSON message body failed to parse";
  }
}
