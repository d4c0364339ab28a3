import { largestPacketBytes } from "./mqtt5/connack";
import type { UserProperty } from "./mqtt5/user-properties";
import { reservedFault } from "./reserved-topics";

/** Longest payload of a message, by MQTT and by HTTP. */
export const longestPayloadBytes = 131_072;

const longestTopicBytes = 256;
const mostLevels = 8;

/** Messages to `$aws/rules/<rule>/<topic…>` go to that rule only, not to subscribers, and its FROM clause does not apply. */
const basicIngest = "$aws/rules/";

/** The rule that a Basic Ingest topic names; undefined for every other topic. */
export const basicIngestRule = (topic: string): string | undefined =>
  topic.startsWith(basicIngest) ? topic.split("/")[2] : undefined;

/**
 * Says in one sentence why AWS IoT Core, or the local one, accepts no message on a topic; undefined for a legal topic.
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

/** Subscriptions of one connection; a further one is refused. */
export const mostSubscriptions = 50;

/** Filters of one SUBSCRIBE or UNSUBSCRIBE, repeated ones included. */
export const mostFiltersOfRequest = 8;

const longestClientIdBytes = 128;

/** Says in one sentence why AWS IoT Core accepts no client with this id; undefined for a legal id. */
export function clientIdFault(clientId: string): string | undefined {
  if (clientId.startsWith("$"))
    return `The client id '${clientId}' begins with '$', which AWS IoT Core reserves; choose another id.`;
  return Buffer.byteLength(clientId) > longestClientIdBytes
    ? `The client id is longer than ${longestClientIdBytes} bytes.`
    : undefined;
}

/** AWS's quota "Minimum MQTT5 maximum packet size". */
const leastPacketSize = 512;

/**
 * Says in one sentence why a client of MQTT 5 cannot ask for a largest packet size; undefined for a legal one, and for none.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
export const packetSizeFault = (maximumPacketSize = leastPacketSize): string | undefined =>
  maximumPacketSize < leastPacketSize
    ? `The client asks for packets of at most ${maximumPacketSize} bytes; AWS IoT Core requires ${leastPacketSize} or more.`
    : undefined;

/**
 * Basic Ingest topics are reserved.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 */
export const retainFault = (topic: string): string | undefined =>
  topic.startsWith("$") ? `'${topic}' is reserved, and no message is retained there.` : undefined;

/** Says in one sentence why AWS IoT Core refuses a payload; undefined for one that it accepts. */
export const payloadFault = ({ length }: Uint8Array): string | undefined =>
  length > longestPayloadBytes
    ? `The payload has ${length} bytes; AWS IoT Core takes ${longestPayloadBytes}.`
    : undefined;

/** Says in one sentence why AWS IoT Core refuses a packet with this many bytes after its fixed header; undefined for one that it accepts. */
export const packetFault = (bytes: number): string | undefined =>
  bytes > largestPacketBytes
    ? `The packet has ${bytes} bytes; AWS IoT Core takes ${largestPacketBytes}.`
    : undefined;

/** What is limited of the properties of a message. */
interface LimitedProperties {
  contentType?: string | undefined;
  correlationData?: Uint8Array | undefined;
  userProperties?: readonly UserProperty[] | undefined;
}

/**
 * AWS's quotas "Maximum MQTT5 Content Type size", "Maximum MQTT5 Correlation Data size" and "Maximum User Properties total size", the
 * latter of keys and values, in bytes.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
const longestContentType = 256;
const longestCorrelationData = 8_192;
const longestUserProperties = 8_192;

/** Says in one sentence why AWS IoT Core refuses properties of a message; undefined for those that it accepts. */
export function propertiesFault({
  contentType = "",
  correlationData,
  userProperties = [],
}: LimitedProperties): string | undefined {
  const total = userProperties.reduce(
    (sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (Buffer.byteLength(contentType) > longestContentType)
    return `The content type is longer than ${longestContentType} bytes.`;
  if ((correlationData?.length ?? 0) > longestCorrelationData)
    return `The correlation data is longer than ${longestCorrelationData} bytes.`;
  return total > longestUserProperties
    ? `The user properties are longer than ${longestUserProperties} bytes in all.`
    : undefined;
}
