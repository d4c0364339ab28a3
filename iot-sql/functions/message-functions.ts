import { randomUUID } from "node:crypto";
import type { Expression } from "../ast";
import { toText } from "../json";
import { type InboundMessage, topicLevels } from "../message";
import { toIndex, type Json, type Value } from "../values";
import type { ArgumentProblem } from "../signature";
import { type FunctionTable, literalText, ofRun, type SqlFunction } from "./function";

// topic() is the whole topic, topic(n) its n-th level from 1; a level that is not there is
// Undefined.
const topic: SqlFunction = {
  least: 0,
  most: 1,
  gives: "String",
  prepare: (_, [level]) => {
    if (!level) return ({ run }) => topicLevels(run.message.topic).join("/");
    return (scope) => {
      const number = toIndex(level(scope));
      return number === undefined ? undefined : topicLevels(scope.run.message.topic)[number - 1];
    };
  },
};

const newuuid: SqlFunction = {
  least: 0,
  most: 0,
  gives: "String",
  prepare: () => (scope) => scope.run.replay.once(() => randomUUID()),
};

// What get_mqtt_property knows, page `iot-sql-functions`; a format that a message of MQTT 5 does not
// name is UNSPECIFIED_BYTES, by the standard.
const PROPERTIES: ReadonlyMap<string, (message: InboundMessage) => Value> = new Map([
  ["content_type", ({ mqttProperties }) => mqttProperties?.contentType],
  [
    "format_indicator",
    ({ mqttProperties }) =>
      mqttProperties && (mqttProperties.payloadFormatIndicator ?? "UNSPECIFIED_BYTES"),
  ],
  ["response_topic", ({ mqttProperties }) => mqttProperties?.responseTopic],
  [
    "correlation_data",
    ({ mqttProperties }) =>
      mqttProperties?.correlationData &&
      Buffer.from(mqttProperties.correlationData).toString("base64"),
  ],
]);

function wrongProperty([name]: readonly Expression[]): ArgumentProblem | undefined {
  // The name may be an attribute, as on AWS's blog.
  if (name?.kind !== "literal" || PROPERTIES.has(literalText(name) ?? "")) return undefined;
  const known = [...PROPERTIES.keys()].map((key) => `'${key}'`).join(", ");
  return { at: name, reason: `the property must be one of the literals ${known}` };
}

const getMqttProperty: SqlFunction = {
  least: 1,
  most: 1,
  gives: "String",
  problem: wrongProperty,
  prepare:
    (_, [name]) =>
    (scope) =>
      PROPERTIES.get(toText(name?.(scope)) ?? "")?.(scope.run.message),
};

// All values of a key, for a key may come several times; without a key, all properties as objects of
// one member each.
const getUserProperties: SqlFunction = {
  least: 0,
  most: 1,
  gives: "Array",
  prepare: (_, [key]) => {
    return (scope) => {
      const { userProperties } = scope.run.message;
      if (!key) return userProperties?.map(({ key: name, value }): Json => ({ [name]: value }));
      const wanted = key(scope);
      const found = (userProperties ?? []).filter((one) => one.key === wanted);
      return found.length > 0 ? found.map(({ value }) => value) : undefined;
    };
  },
};

/** What a statement can learn about the message beside its payload (page `iot-sql-functions`). */
export const MESSAGE_FUNCTIONS: FunctionTable = {
  topic,
  accountid: ofRun("String", ({ message }) => message.accountId),
  clientid: ofRun("String", ({ message }) => message.clientId ?? "n/a"),
  get_mqtt_property: getMqttProperty,
  get_user_properties: getUserProperties,
  newuuid,
  principal: ofRun("String", ({ message }) => message.principal),
  sourceip: ofRun("String", ({ message }) => message.sourceIp),
  sql_version: ofRun("String", () => "2016-03-23"),
  timestamp: ofRun("Number", ({ now }) => now),
  traceid: ofRun("String", ({ message }) => message.traceId),
};
