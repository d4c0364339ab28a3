import type { Original } from "./originals";

/** Basic Ingest: the named rule alone receives the message. */
const basicIngest = /^\$aws\/rules\/[^/]+\//;

/**
 * The topic that a device published to, and the time at which AWS IoT first received the message if it was redriven before. AWS does not
 * document whether an error action names the topic of Basic Ingest with its prefix, so that both are read.
 */
export function originalTopic(topic: string): Pick<Original, "topic" | "receivedAt"> {
  const own = topic.replace(basicIngest, "");
  const [, before, time] = /^(.*)@([0-9]+)\/telemetry$/s.exec(own) ?? [];
  return before === undefined
    ? { topic: own }
    : { topic: `${before}/telemetry`, receivedAt: Number(time) };
}

/** Whether a topic is `<prefix>/<deviceId>/telemetry` of this stack. */
export function isTelemetryTopic(topic: string, topicPrefix: string): boolean {
  const [start, end] = [`${topicPrefix}/`, "/telemetry"];
  const deviceId = topic.slice(start.length, -end.length);
  return topic === `${start}${deviceId}${end}` && isTopicLevel(deviceId);
}

/** One topic level without wildcards: any other device id would publish to a topic that the device did not use. */
export const isTopicLevel = (deviceId: string): boolean => /^[^/+#\0]+$/.test(deviceId);

/**
 * The topic at which a rule judges a message by an earlier time of receipt (components/parts/telemetry-sql.ts).
 * `topic` must be `<prefix>/<deviceId>/telemetry`; without the prefix of Basic Ingest it still matches the FROM clause of the rule,
 * since AWS does not document whether that clause applies.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
 */
export const redriveTopic = (ruleName: string, topic: string, receivedAt: number): string =>
  `$aws/rules/${ruleName}/${topic.replace(/\/telemetry$/, `@${receivedAt}/telemetry`)}`;
