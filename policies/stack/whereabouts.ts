import { once } from "./once";
import type { Whereabouts } from "./deliverers";
import { documentsIn, typesWithDocuments } from "../iam/documents";
import { arnParts, type Kind } from "./names";
import type { Stack } from "./stack";

/** Partition, region and account by the first ARN in a document that has all three; a program of this pack has one account. */
export const whereaboutsOf = once((stack: Stack): Whereabouts | undefined => {
  for (const resource of stack.of(...typesWithDocuments()))
    for (const { statements } of documentsIn(resource))
      for (const { resources = [] } of statements)
        for (const arn of resources) {
          const parts = arnParts(arn);
          if (parts && /^\d{12}$/.test(parts.account) && /^[a-z0-9-]+$/.test(parts.region))
            return { partition: parts.partition, region: parts.region, account: parts.account };
        }
  return undefined;
});

/** The ARN of a resource by kind and name. */
export function arnOf(kind: Kind, name: string, where: Whereabouts): string | undefined {
  const { partition, region, account } = where;
  const regional = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  switch (kind) {
    case "bucket":
      return `arn:${partition}:s3:::${name}`;
    case "event bus":
      return regional("events", `event-bus/${name}`);
    case "firehose":
      return regional("firehose", `deliverystream/${name}`);
    case "function":
      return regional("lambda", `function:${name}`);
    case "queue":
      return regional("sqs", name);
    case "state machine":
      return regional("states", `stateMachine:${name}`);
    case "stream":
      return regional("kinesis", `stream/${name}`);
    case "table":
      return regional("dynamodb", `table/${name}`);
    case "topic":
      return regional("sns", name);
    default:
      return undefined;
  }
}
