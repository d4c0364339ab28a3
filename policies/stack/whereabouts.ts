import { once } from "./once";
import type { Whereabouts } from "./location";
import { arnParts, nameInArn, type ArnParts, type Kind, type Name } from "./names";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/**
 * The partition, region and account of a stack. The account is the one of most ARNs that have the name of a resource of this stack, or
 * else of most ARNs: a layer, an image or a role of another account does not decide. The region is that of the provider, or of most ARNs
 * of the account. The pack assumes one account for each program.
 */
export const whereaboutsOf = once((stack: Stack): Whereabouts | undefined => {
  const arns = decisive(stack);
  const own = arns.filter(({ name }) => isNamed(stack, name));
  const account = mostOf((own.length > 0 ? own : arns).map((arn) => arn.account));
  const named = arns.filter((arn) => arn.account === account);
  const regions = named.flatMap(({ region }) => (isRegion(region) ? region : []));
  const region = regionOfProviders(stack) ?? mostOf(regions);
  const located = named.find((arn) => arn.region === region) ?? named[0];
  if (!located || region === undefined) return undefined;
  return { partition: located.partition, region, account: located.account };
});

const isNamed = (stack: Stack, name: Name | undefined): boolean => stack.named(name) !== undefined;

/** So many ARNs of one account, with names of the stack, decide. Each rule has its own model, and most programs name thousands. */
const enough = 5;

/** The ARNs of the stack in registration order, up to those that decide. */
function decisive(stack: Stack): NamedArn[] {
  const arns: NamedArn[] = [];
  const counts = new Map<string, number>();
  for (const { inputs } of stack.resources)
    for (const arn of arnsIn(inputs)) {
      arns.push(arn);
      if (!isNamed(stack, arn.name) || !isRegion(arn.region)) continue;
      const count = (counts.get(arn.account) ?? 0) + 1;
      if (count === enough) return arns;
      counts.set(arn.account, count);
    }
  return arns;
}

/** The most frequent text, or the first of several. */
function mostOf(texts: string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

/** The location of a resource: an input may place it in another Region than the stack. */
export const placeOf = (where: Whereabouts, resource: Resource | undefined): Whereabouts => {
  const region = resource?.inputs.at("region").peek();
  return region === undefined ? where : { ...where, region };
};

const isRegion = (text: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d+$/.test(text);

/** Inputs of a provider that can select an account. */
const credentials = ["accessKey", "assumeRoles", "assumeRoleWithWebIdentity", "profile", "token"];

/** True if every provider of the stack uses the same credentials, so that all resources are in one account. */
export const hasOneAccount = once((stack: Stack): boolean => {
  const providers = stack.of("pulumi:providers:aws");
  return (
    providers.length < 2 ||
    providers.every(({ inputs }) => credentials.every((input) => !inputs.at(input).given))
  );
});

/** The region of the AWS provider; undefined if the providers of the stack use several regions. */
function regionOfProviders(stack: Stack): string | undefined {
  const regions = new Set(
    stack.of("pulumi:providers:aws").flatMap(({ inputs }) => inputs.at("region").peek() ?? []),
  );
  return regions.size === 1 ? [...regions][0] : undefined;
}

interface NamedArn extends Whereabouts {
  name?: Name;
}

/** All ARNs with an account in the inputs of a resource, including its policy documents. */
const arnsIn = once((inputs: Place): NamedArn[] =>
  inputs.leaves().flatMap((place) => {
    const arns = place.peek()?.match(arnsWithAccounts) ?? [];
    return arns.map((arn) => ({ ...(arnParts(arn) as ArnParts), name: nameInArn(arn) }));
  }),
);

const arnsWithAccounts = /\barn:[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]*:\d{12}:\w[^\s"'\\,;)<>]*/g;

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
  }
  return undefined;
}
