import type { IncomingMessage } from "node:http";
import { retainFault, topicFault } from "./limits";

/** A parsed request to the HTTP endpoint of IoT data. */
export type DataRequest =
  | { kind: "publish"; topic: string; qos: 0 | 1; retain: boolean }
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
  const fault =
    (qos === "0" || qos === "1" ? undefined : `QoS is 0 or 1, not '${qos}'.`) ??
    mqtt5Fault(query, headers) ??
    topicFault(topic) ??
    (retain ? retainFault(topic) : undefined);
  if (fault) return { kind: "fault", fault };
  return { kind: "publish", topic, qos: qos === "1" ? 1 : 0, retain };
}

function mqtt5Fault(
  query: URLSearchParams,
  headers: IncomingMessage["headers"],
): string | undefined {
  const unknown = [
    ...[...query.keys()].filter((name) => name !== "qos" && name !== "retain"),
    ...Object.keys(headers).filter((name) => name.startsWith("x-amz-mqtt5-")),
  ];
  return unknown.length > 0
    ? `The local IoT Core speaks no MQTT 5; publish without ${unknown.join(", ")}.`
    : undefined;
}

function retained(topic: string, query: URLSearchParams): DataRequest {
  if (topic !== "") return { kind: "get", topic };
  return query.has("nextToken")
    ? { kind: "fault", fault: "The local IoT Core lists all retained messages on one page." }
    : { kind: "list" };
}
