/** The maximum payload of a message, by MQTT and by HTTP. */
export const longestPayloadBytes = 131_072;

const longestTopicBytes = 256;
const mostLevels = 8;

/** Messages to `$aws/rules/<rule>/<topic…>` go to that rule only, bypassing subscribers and FROM clauses. */
const basicIngest = "$aws/rules/";

/** The rule that a Basic Ingest topic names; undefined for every other topic. */
export const basicIngestRule = (topic: string): string | undefined =>
  topic.startsWith(basicIngest) ? topic.split("/")[2] : undefined;

/**
 * The reason why AWS IoT Core, or this one, rejects a topic, in one sentence; undefined for a valid one.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
export function topicFault(topic: string): string | undefined {
  const rule = basicIngestRule(topic);
  // The prefix of Basic Ingest counts towards neither levels nor bytes.
  const counted = rule === undefined ? topic : topic.slice(basicIngest.length + rule.length + 1);
  if (topic === "" || rule === "") return `Topic '${topic}' is incomplete.`;
  if (/[+#\0]/.test(topic)) return `Topic '${topic}' holds a wildcard or a null character.`;
  if (Buffer.byteLength(counted) > longestTopicBytes)
    return `The topic is longer than ${longestTopicBytes} bytes.`;
  if (counted.split("/").length > mostLevels)
    return `Topic '${topic}' has more than ${mostLevels} levels.`;
  return rule === undefined ? reservedFault(topic) : undefined;
}

/** The maximum per connection; one more subscription is refused, and the connection closed. */
export const mostSubscriptions = 50;

const longestClientIdBytes = 128;

/** The reason why a client id is invalid, in one sentence; undefined for a valid one. */
export const clientIdFault = (clientId: string): string | undefined =>
  Buffer.byteLength(clientId) > longestClientIdBytes
    ? `The client id is longer than ${longestClientIdBytes} bytes.`
    : undefined;

/** Topics of presence events; only AWS IoT publishes to them. */
const presence = "$aws/events/presence/";

/** Shadows, jobs and other events also use `$aws/`; this broker does not implement them. */
const reservedFault = (topic: string): string | undefined =>
  topic.startsWith("$")
    ? `'${topic}' is reserved, and the local IoT Core has nothing there but Basic Ingest and presence events.`
    : undefined;

/** The reason why a reserved filter is refused, in one sentence; undefined for filters that are not reserved and for presence. */
export const filterFault = (filter: string): string | undefined =>
  filter.startsWith(presence) ? undefined : reservedFault(filter);

/**
 * Basic Ingest topics are reserved.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 */
export const retainFault = (topic: string): string | undefined =>
  topic.startsWith("$") ? `'${topic}' is reserved, and no message is retained there.` : undefined;

/** The reason why AWS IoT Core rejects a payload, in one sentence; undefined for a valid one. */
export const payloadFault = ({ length }: Uint8Array): string | undefined =>
  length > longestPayloadBytes
    ? `The payload has ${length} bytes; AWS IoT Core takes ${longestPayloadBytes}.`
    : undefined;
