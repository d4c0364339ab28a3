import type { Stack } from "./model";
import { arnParts, kindOf, nameInArn, nameInQueueUrl, nameOf, type Name } from "./names";
import type { Resource } from "./resource";
import { hasOneAccount, whereaboutsOf } from "./whereabouts";

export function stackOf(resources: Resource[]): Stack {
  const byType = new Map<string, Resource[]>();
  const byName = new Map<Name, Resource[]>();
  for (const resource of resources) {
    const sameType = byType.get(resource.type);
    if (sameType) sameType.push(resource);
    else byType.set(resource.type, [resource]);
    const name = nameOf(resource);
    if (!name) continue;
    const sameName = byName.get(name);
    if (sameName) sameName.push(resource);
    else byName.set(name, [resource]);
  }
  const stack: Stack = {
    resources,
    of: (...types) => types.flatMap((type) => byType.get(type) ?? []),
    named: (name) => byName.get(name as Name)?.at(-1),
    referredTo(from, place, kind) {
      if (place.isUnknown) {
        const candidates = from
          .sourcesOf(place.input)
          .filter(({ type }) => kind === undefined || kindOf(type) === kind);
        return candidates.length === 1 ? candidates[0] : undefined;
      }
      const text = place.text();
      if (text === undefined) return undefined;
      const name = nameInArn(text) ?? nameInQueueUrl(text) ?? (kind && `${kind} ${text}`);
      const known = name && byName.get(name);
      if (!known || isForeign(stack, text)) return undefined;
      const region = regionIn(text);
      return inRegion(known, region ?? regionOf(from), region !== undefined);
    },
  };
  return stack;
}

/** True for an ARN or URL of another account than that of the stack, which may contain the name of a resource of this stack. */
function isForeign(stack: Stack, text: string): boolean {
  const account = arnParts(text)?.account || urlParts(text)?.account;
  if (!account) return false;
  const own = whereaboutsOf(stack)?.account;
  return own !== undefined && own !== account && hasOneAccount(stack);
}

/**
 * The resource of a name that is in a Region. Programs that deploy to several Regions use a name once in each. If the Region is part of
 * the reference, a resource that is known to be in another Region does not match.
 */
function inRegion(
  named: Resource[],
  region: string | undefined,
  isExact: boolean,
): Resource | undefined {
  const here = named.filter((one) => region !== undefined && regionOf(one) === region);
  const open = named.filter((one) => regionOf(one) === undefined);
  return here.at(-1) ?? (isExact ? open : named).at(-1);
}

const regionOf = ({ inputs }: Resource): string | undefined => inputs.at("region").peek();

/** The Region in an ARN or in the URL of a queue; undefined for a name, or for a global resource. */
const regionIn = (text: string): string | undefined =>
  arnParts(text)?.region || urlParts(text)?.region;

/** The parts of `https://sqs.<region>.amazonaws.com/<account>/<name>`. */
const urlParts = (text: string): { region?: string; account?: string } | undefined =>
  /^https?:\/\/sqs\.(?<region>[a-z0-9-]+)\.amazonaws\.[a-z.]+\/(?<account>\d+)\//.exec(text)
    ?.groups;
