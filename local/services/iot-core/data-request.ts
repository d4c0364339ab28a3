import type { IncomingMessage } from "node:http";
import { retainFault, topicFault } from "./limits";
import type { Headers } from "./mqtt5/headers";
import { readHeaders } from "./mqtt5/read-headers";
import type { UserProperty } from "./mqtt5/user-properties";

/** A parsed request to the HTTP endpoint of IoT data. */
export type DataRequest =
  | { kind: "publish"; topic: string; qos: 0 | 1; retain: boolean; headers: Headers }
  | { kind: "get"; topic: string }
  | { kind: "list" }
  | { kind: "confirm"; token: string }
  /** An unsupported feature, in one sentence. */
  | { kind: "fault"; fault: string };

export function readDataRequest({ method, url = "/", headers }: IncomingMessage): DataRequest {
  // Not by URL, which resolves `..`: the topic that is published must be the one whose permission was checked.
  const [pathname = "", ...query] = url.split("?");
  const searchParams = new URLSearchParams(query.join("?"));
  const [, operation, ...rest] = pathname.split("/");
  const name = decoded(rest.join("/"));
  if (name === undefined)
    return { kind: "fault", fault: `The path ${pathname} is not percent-encoded UTF-8.` };
  if (method === "POST" && operation === "topics") return publication(name, searchParams, headers);
  if (method === "GET" && operation === "confirmdestination")
    return { kind: "confirm", token: name };
  if (method === "GET" && operation === "retainedMessage") return retained(name, searchParams);
  const fault = `The local IoT Core publishes and knows retained messages; it has no ${method} ${pathname}.`;
  return { kind: "fault", fault };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function publication(
  topic: string,
  query: URLSearchParams,
  headers: IncomingMessage["headers"],
): DataRequest {
  const qos = query.get("qos") ?? "0";
  const retain = query.get("retain") === "true";
  const pairs = userPropertiesOf(textOf(headers, "user-properties"));
  const read = readHeaders({
    contentType: query.get("contentType") ?? undefined,
    responseTopic: query.get("responseTopic") ?? undefined,
    messageExpiry: query.get("messageExpiry") ?? undefined,
    payloadFormatIndicator: textOf(headers, "payload-format-indicator"),
    correlationData: textOf(headers, "correlation-data"),
    userProperties: pairs,
  });
  const fault =
    (qos === "0" || qos === "1" ? undefined : `QoS is 0 or 1, not '${qos}'.`) ??
    unknownFault(query, headers) ??
    (pairs ? read.fault : "The user properties are not a JSON list of objects, in base64.") ??
    topicFault(topic) ??
    (retain ? retainFault(topic) : undefined);
  if (fault) return { kind: "fault", fault };
  const { headers: given } = read;
  return { kind: "publish", topic, qos: qos === "1" ? 1 : 0, retain, headers: given };
}

const headerPrefix = "x-amz-mqtt5-";
const knownHeaders = ["user-properties", "payload-format-indicator", "correlation-data"];
const knownParameters = ["qos", "retain", "contentType", "responseTopic", "messageExpiry"];

const textOf = (headers: IncomingMessage["headers"], name: string): string | undefined =>
  headers[headerPrefix + name]?.toString();

/** Undefined for a text that is not a JSON list of objects with texts, in base64. */
function userPropertiesOf(text: string | undefined): UserProperty[] | undefined {
  if (text === undefined) return [];
  try {
    const list = JSON.parse(Buffer.from(text, "base64").toString()) as Record<string, string>[];
    const pairs = list.flatMap((one) => Object.entries(one));
    return pairs.every(([, value]) => typeof value === "string")
      ? pairs.map(([key, value]) => ({ key, value }))
      : undefined;
  } catch {
    return undefined;
  }
}

function unknownFault(
  query: URLSearchParams,
  headers: IncomingMessage["headers"],
): string | undefined {
  const unknown = [
    ...[...query.keys()].filter((name) => !knownParameters.includes(name)),
    ...Object.keys(headers).filter(
      (name) =>
        name.startsWith(headerPrefix) && !knownHeaders.includes(name.slice(headerPrefix.length)),
    ),
  ];
  return unknown.length > 0 ? `Publish has no ${unknown.join(", ")}; leave it out.` : undefined;
}

function retained(topic: string, query: URLSearchParams): DataRequest {
  if (topic !== "") return { kind: "get", topic };
  return query.has("nextToken")
    ? { kind: "fault", fault: "The local IoT Core lists all retained messages on one page." }
    : { kind: "list" };
}
