import type { Inputs } from "../../pricing";

/** A resource of the program, with the integration that it belongs to: its stem, or the name of a shared part such as `telemetry`. */
export interface Resource {
  type: string;
  name: string;
  inputs: Inputs;
  owner: string;
}

/** The resources of a program, found as messages find them. */
export interface Graph {
  ofType(type: string): Resource[];
  /** The resource that an ARN or a URL of a queue names; undefined if it is not of this program. */
  named(arn: string): Resource | undefined;
  /** The ARNs on which the execution role of a function may call an action, such as `sns:Publish`. */
  permitted(callback: Resource, action: string): string[];
}

/** The types that messages flow to, each by the service of its ARN. */
const services: Readonly<Record<string, string>> = {
  "aws:cloudwatch/eventBus:EventBus": "events",
  "aws:dynamodb/table:Table": "dynamodb",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "firehose",
  "aws:kinesis/stream:Stream": "kinesis",
  "aws:lambda/function:Function": "lambda",
  "aws:sfn/stateMachine:StateMachine": "states",
  "aws:sns/topic:Topic": "sns",
  "aws:sqs/queue:Queue": "sqs",
};

const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

interface Document {
  Statement: { Action: string | string[]; Resource: string | string[] }[];
}

const all = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);

export function graphOf(resources: readonly Resource[]): Graph {
  const byName = new Map<string, Resource>();
  for (const resource of resources) {
    const service = services[resource.type];
    if (service) byName.set(`${service} ${String(resource.inputs["name"])}`, resource);
  }
  return {
    ofType: (type) => resources.filter((resource) => resource.type === type),
    named(arn) {
      const queueUrl = /^https:\/\/sqs\.[^/]+\/\d+\/(.+)$/.exec(arn);
      if (queueUrl) return byName.get(`sqs ${queueUrl[1]}`);
      const [, , service, , , ...rest] = arn.split(":");
      return byName.get(`${service} ${rest.join(":").split(/[:/]/).pop()}`);
    },
    permitted(callback, action) {
      const role = textOf(callback.inputs["role"]).split("/").pop();
      return resources
        .filter(({ type, inputs }) => type === rolePolicy && inputs["role"] === role)
        .flatMap((policy) => jsonIn<Document>(policy, "policy").Statement)
        .filter(({ Action }) => all(Action).includes(action))
        .flatMap(({ Resource }) => all(Resource));
    },
  };
}

/** What an input contains as JSON. Throws one sentence for an input that is not known before an update, or is not JSON. */
export function jsonIn<T>({ type, name, inputs }: Resource, input: string): T {
  const value = inputs[input];
  if (typeof value === "object" && value !== null) return value as T;
  try {
    return JSON.parse(textOf(value)) as T;
  } catch {
    throw new Error(
      `The cost of ${type} ${name} is unknown: its ${input} is ${typeof value === "string" ? "not JSON" : "missing, or not known before an update"}. Compute it from names that the program knows.`,
    );
  }
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export const recordsIn = (value: unknown): Inputs[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(
    (entry): entry is Inputs => typeof entry === "object" && entry !== null,
  );
