import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import * as v from "valibot";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  topic: v.string(),
  qos: v.optional(v.picklist([0, 1]), 0),
  roleArn: v.string(),
});

/**
 * Publishes the payload on another topic. The emulator's IoT data endpoint, which has no subscribers, checks the role's
 * permission; then this broker delivers the message.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
 */
export const republish: ActionKind = {
  list: "republishes",
  single: "republish",
  failedAction: "RepublishAction",
  prepare(settings, { template }) {
    const { topic, qos, roleArn } = v.parse(Settings, settings);
    return {
      roleArn,
      // A reserved topic is written $$aws/…, for a single dollar begins a template.
      target: template(topic.replace(/^\$\$/, "$")),
      async perform({ clients, credentials, payload, republish: publish }, target) {
        await clients
          .get(IoTDataPlaneClient, credentials)
          .send(new PublishCommand({ topic: target, payload, qos }));
        await publish(target, payload, qos);
      },
    };
  },
};
