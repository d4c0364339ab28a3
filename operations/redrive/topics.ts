import { channels, type Channel } from "../../reading/channel";

const anyChannel = channels.join("|");

/** Basic Ingest: the named rule alone receives the message. */
const basicIngest = /^\$aws\/rules\/[^/]+\//;

const redriven = new RegExp(`^(.*)@([0-9]+)/(${anyChannel})$`, "s");

/**
 * The topic that a device published to, and the time at which AWS IoT first received the message if it was redriven before. AWS does not
 * document whether an error action names the topic of Basic Ingest with its prefix, so that both are read.
 */
export function originalTopic(topic: string): { topic: string; receivedAt?: number } {
  const own = topic.replace(basicIngest, "");
  const [, before, time, channel] = redriven.exec(own) ?? [];
  return before === undefined
    ? { topic: own }
    : { topic: `${before}/${channel}`, receivedAt: Number(time) };
}

/** The topic of a device's messages. */
export const deviceTopic = (topicPrefix: string, deviceId: string, channel: Channel): string =>
  `${topicPrefix}/${deviceId}/${channel}`;

/** The device of a topic `<prefix>/<deviceId>/<channel>` of this stack; undefined for any other topic. */
export function deviceOfTopic(topic: string, topicPrefix: string): string | undefined {
  const start = `${topicPrefix}/`;
  if (!topic.startsWith(start)) return undefined;
  const [deviceId = "", channel, ...others] = topic.slice(start.length).split("/");
  const isKnown = others.length === 0 && channels.some((one) => one === channel);
  return isKnown && isTopicLevel(deviceId) ? deviceId : undefined;
}

/** One topic level without wildcards: any other device id would publish to a topic that the device did not use. */
export const isTopicLevel = (deviceId: string): boolean => /^[^/+#\0]+$/.test(deviceId);

/**
 * The topic at which a rule judges a message by an earlier time of receipt (components/parts/telemetry-sql.ts).
 * `topic` must be `<prefix>/<deviceId>/<channel>`; without the prefix of Basic Ingest it still matches the FROM clause of the rule,
 * since AWS does not document whether that clause applies.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
 */
export const redriveTopic = (ruleName: string, topic: string, receivedAt: number): string =>
  `$aws/rules/${ruleName}/${topic.replace(/\/([^/]+)$/, `@${receivedAt}/$1`)}`;
