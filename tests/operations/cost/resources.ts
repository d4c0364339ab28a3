import { graphOf, type Graph, type Resource } from "../../../operations/cost/graph";

export const arn = (service: string, rest: string): string =>
  `arn:aws:${service}:us-east-1:123456789012:${rest}`;

/** A resource of the part `part`. */
export const resource = (
  type: string,
  name: string,
  inputs: Record<string, unknown> = {},
): Resource => ({ type, name, inputs: { name, ...inputs }, owner: "part" });

export const queue = (name: string): Resource => resource("aws:sqs/queue:Queue", name);

export const rule = (sql: string, actions: Record<string, unknown>): Resource =>
  resource("aws:iot/topicRule:TopicRule", "rule", {
    ...{ sql, enabled: true, sqlVersion: "2016-03-23", errorAction: { sqs: {} } },
    ...actions,
  });

/** A function with 128 MB on arm64. */
export const callback = (name: string, role = "role"): Resource =>
  resource("aws:lambda/function:Function", name, {
    architectures: ["arm64"],
    memorySize: 128,
    role: `arn:aws:iam::123456789012:role/${role}`,
  });

export const mapping = (source: string, of: string, batchSize: number): Resource =>
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", `${of}-source`, {
    ...{ eventSourceArn: source, functionName: of, batchSize },
  });

export const graph = (...resources: Resource[]): Graph => graphOf(resources);
