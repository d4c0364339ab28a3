/** One published message as the rules engine sees it: what a statement can read. */
export interface InboundMessage {
  /** The topic as published; a Basic Ingest topic still has its prefix. */
  topic: string;
  payload: Uint8Array;
  /** `clientid()` is `n/a` without one, as AWS says for a message that was not sent over MQTT. */
  clientId?: string;
  principal?: string;
  accountId?: string;
  sourceIp?: string;
  /** `traceid()` is Undefined without one. */
  traceId?: string;
  /** The rules engine's clock, in milliseconds since the epoch; by default this machine's. */
  timestamp?: number;
  mqttProperties?: MqttProperties;
  userProperties?: readonly UserProperty[];
}

/** The headers of MQTT 5 that a statement can read. */
interface MqttProperties {
  contentType?: string;
  payloadFormatIndicator?: "UNSPECIFIED_BYTES" | "UTF8_DATA";
  responseTopic?: string;
  correlationData?: Uint8Array;
}

/** One user property of MQTT 5; a message may have several of one key. */
interface UserProperty {
  key: string;
  value: string;
}

/**
 * What Basic Ingest topics begin with; the rule's name and the topic proper follow (page
 * `iot-basic-ingest`).
 */
export const BASIC_INGEST = "$aws/rules/";

/**
 * The levels that `topic()` shows: all of them, without the `$aws/rules/<rule>` of Basic Ingest
 * (page `iot-sql-functions`).
 */
export function topicLevels(topic: string): string[] {
  const levels = topic.split("/");
  return topic.startsWith(BASIC_INGEST) ? levels.slice(3) : levels;
}
