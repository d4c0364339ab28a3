import type { IPublishPacket } from "mqtt-packet";
import type { InboundMessage } from "../../../../iot-sql";
import { groupedPairs, pairsOf, type UserProperty } from "./user-properties";

/** The properties of MQTT 5 that a message carries, for rules and subscribers. */
export interface Headers extends Pick<InboundMessage, "mqttProperties" | "userProperties"> {
  /** Seconds, within AWS's bounds. @default the message does not expire */
  messageExpiry?: number;
}

export type WireProperties = NonNullable<IPublishPacket["properties"]>;

const [leastExpirySeconds, mostExpirySeconds] = [1, 604_800];

/**
 * Adjusts a message expiry interval as AWS does: 0 to 1, and more than 7 days to 7 days.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-message-expiry
 */
export const grantExpiry = (seconds: number): number =>
  Math.min(Math.max(seconds, leastExpirySeconds), mostExpirySeconds);

/** The headers of a message of MQTT 5; `pairs` are its user properties in the order in which they came. */
export function headersOf(
  properties: WireProperties = {},
  pairs: readonly UserProperty[] = pairsOf(properties.userProperties),
): Headers {
  const { contentType, responseTopic, correlationData } = properties;
  const { payloadFormatIndicator, messageExpiryInterval } = properties;
  return {
    mqttProperties: {
      ...(contentType !== undefined && { contentType }),
      ...(responseTopic !== undefined && { responseTopic }),
      ...(correlationData !== undefined && { correlationData }),
      ...(payloadFormatIndicator !== undefined && {
        payloadFormatIndicator: payloadFormatIndicator ? "UTF8_DATA" : "UNSPECIFIED_BYTES",
      }),
    },
    ...(pairs.length > 0 && { userProperties: pairs }),
    ...(messageExpiryInterval !== undefined && {
      messageExpiry: grantExpiry(messageExpiryInterval),
    }),
  };
}

/** The properties of a packet with these headers; undefined for none. */
export function wireProperties(headers: Headers): WireProperties | undefined {
  const { mqttProperties = {}, userProperties = [], messageExpiry } = headers;
  const { contentType, responseTopic, correlationData, payloadFormatIndicator } = mqttProperties;
  const properties: WireProperties = {
    ...(payloadFormatIndicator !== undefined && {
      payloadFormatIndicator: payloadFormatIndicator === "UTF8_DATA",
    }),
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData) }),
    ...(userProperties.length > 0 && { userProperties: groupedPairs(userProperties) }),
    ...(messageExpiry !== undefined && { messageExpiryInterval: messageExpiry }),
  };
  return Object.keys(properties).length > 0 ? properties : undefined;
}
