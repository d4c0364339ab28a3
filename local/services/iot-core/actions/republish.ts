import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import * as v from "valibot";
import type { RuleMessage } from "../message";
import type { Headers } from "../mqtt5/headers";
import { readHeaders } from "../mqtt5/read-headers";
import type { UserProperty } from "../mqtt5/user-properties";
import type { ActionKind, Preparation } from "./action";

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_MqttHeaders.html */
const MqttHeaders = v.strictObject({
  payloadFormatIndicator: v.optional(v.string()),
  contentType: v.optional(v.string()),
  responseTopic: v.optional(v.string()),
  correlationData: v.optional(v.string()),
  messageExpiry: v.optional(v.string()),
  userProperties: v.optional(v.array(v.strictObject({ key: v.string(), value: v.string() })), []),
});

const Settings = v.strictObject({
  topic: v.string(),
  qos: v.optional(v.picklist([0, 1]), 0),
  roleArn: v.string(),
  headers: v.optional(MqttHeaders),
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
    const { topic, qos, roleArn, headers } = v.parse(Settings, settings);
    const headersFor = headers && headerTemplates(headers, template);
    return {
      roleArn,
      // A reserved topic is written $$aws/…, for a single dollar begins a template.
      target: template(topic.replace(/^\$\$/, "$")),
      async perform({ message, clients, credentials, payload, republish: publish }, target) {
        const given = await headersFor?.(message);
        await clients
          .get(IoTDataPlaneClient, credentials)
          .send(new PublishCommand({ topic: target, payload, qos }));
        await publish(target, payload, qos, given);
      },
    };
  },
};

/** Compiles the headers, each of which may have templates. */
function headerTemplates(
  { userProperties, ...headers }: v.InferOutput<typeof MqttHeaders>,
  template: Preparation["template"],
): (message: RuleMessage) => Promise<Headers> {
  const given = Object.entries(headers).flatMap(([name, text]) =>
    text === undefined ? [] : [{ name, valueOf: template(text) }],
  );
  const pairs = userProperties.map(({ key, value }) => ({
    key: template(key),
    value: template(value),
  }));
  return async (message) => {
    const texts: Record<string, string> = {};
    for (const { name, valueOf } of given) texts[name] = await valueOf(message);
    const found: UserProperty[] = [];
    for (const { key, value } of pairs)
      found.push({ key: await key(message), value: await value(message) });
    const { headers: read, fault } = readHeaders({ ...texts, userProperties: found });
    if (fault) throw new Error(fault);
    return read;
  };
}
