import { once } from "./once";
import type { Whereabouts } from "./location";
import { arnParts, type Kind } from "./names";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/**
 * The partition, region and account of a stack, from the first ARN that contains all three, or from the account of any ARN and the region
 * of the provider. The pack assumes one account for each program.
 */
export const whereaboutsOf = once((stack: Stack): Whereabouts | undefined => {
  const region = regionOfProviders(stack);
  let partial: Whereabouts | undefined;
  for (const resource of stack.resources)
    for (const arn of arnsIn(resource.inputs)) {
      const parts = arnParts(arn);
      if (!parts || !/^\d{12}$/.test(parts.account)) continue;
      const { partition, account } = parts;
      if (isRegion(parts.region)) return { partition, region: parts.region, account };
      if (region !== undefined) partial ??= { partition, region, account };
    }
  return partial;
});

/** The location of a resource: an input may place it in another Region than the stack. */
export const placeOf = (where: Whereabouts, resource: Resource | undefined): Whereabouts => {
  const region = resource?.inputs.at("region").peek();
  return region === undefined ? where : { ...where, region };
};

const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d+$/.test(text);

/** The region of the AWS provider; undefined if the providers of the stack use several regions. */
function regionOfProviders(stack: Stack): string | undefined {
  const regions = new Set(
    stack.of("pulumi:providers:aws").flatMap(({ inputs }) => inputs.at("region").peek() ?? []),
  );
  return regions.size === 1 ? [...regions][0] : undefined;
}

/** All ARNs with an account in the inputs of a resource, including its policy documents. */
const arnsIn = once((inputs: Place): string[] =>
  inputs.leaves().flatMap((place) => {
    const text = place.peek();
    return text?.includes("arn:")
      ? (text.match(/\barn:[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]*:\d{12}:\w/g) ?? [])
      : [];
  }),
);

/** Returns the ARN of a resource of a given kind and name. */
export function arnOf(kind: Kind, name: string, where: Whereabouts): string | undefined {
  const { partition, region, account } = where;
  const regional = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  switch (kind) {
    case "alarm":
      return regional("cloudwatch", `alarm:${name}`);
    case "bucket":
      return `arn:${partition}:s3:::${name}`;
    case "event bus":
      return regional("events", `event-bus/${name}`);
    case "firehose":
      return regional("firehose", `deliverystream/${name}`);
    case "function":
      return regional("lambda", `function:${name}`);
    case "log group":
      return regional("logs", `log-group:${name}:log-stream:stream`);
    case "queue":
      return regional("sqs", name);
    case "training pipeline":
      return regional("sagemaker", `pipeline/${name}`);
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
