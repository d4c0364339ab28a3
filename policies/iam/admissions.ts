import { matchesPattern, type Statement } from "../../iam";
import { delivererOf } from "../stack/deliverers";
import type { Whereabouts } from "../stack/location";
import { edgesOf, type Edge } from "../stack/edges";
import { arnParts, kindInArn, kindOf, nameInArn, nameOf, type Kind } from "../stack/names";
import { once } from "../stack/once";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/stack";
import { whereaboutsOf } from "../stack/whereabouts";
import { requiredOf } from "./breadth";
import { servicesIn } from "./principals";

/** A service that may use a resource on behalf of another one. */
export interface Admission {
  service: string;
  /** ARN of whatever it acts for, or a pattern of it. */
  source: string;
}

/** The services that a statement lets in, each for the sources that its conditions ask for. */
export function admissionsIn({ principals, conditions }: Statement): Admission[] {
  const sources = requiredOf(conditions, "aws:SourceArn").flat();
  return servicesIn(principals).flatMap((service) =>
    sources.map((source) => ({ service, source })),
  );
}

/** Why an admission is of no use, as the end of a sentence; nothing if it is of use, or if this stack cannot tell. */
export function idle(
  stack: Stack,
): (guarded: Resource | undefined, admission: Admission) => string | undefined {
  const where = whereaboutsOf(stack);
  const names = stack.resources.flatMap((resource) => nameOf(resource) ?? []);
  const here = new Set<string>(names);
  // Where names are not known yet, any of them may be the one that is meant.
  const open = new Set<Kind | undefined>(
    stack.resources
      .filter((resource) => nameOf(resource) === undefined)
      .flatMap(({ type }) => kindOf(type) ?? []),
  );
  return (guarded, admission) => {
    const { account, region } = arnParts(admission.source) ?? {};
    const name = nameInArn(admission.source);
    if (!where || !name) return undefined;
    // Another account's or region's are none of this stack's.
    if (account && account !== where.account) return undefined;
    if (region && region !== where.region) return undefined;
    if (open.has(kindInArn(admission.source))) return undefined;
    // Nearly all are exact; only what is not there by this very name is compared with every other.
    if (!here.has(name) && !names.some((one) => matchesPattern(name, one)))
      return `there is no ${name} in this stack`;
    return guarded && handsNothing(stack, where, guarded, admission)
      ? `${name} hands nothing to '${guarded.name}'`
      : undefined;
  };
}

/** The services and the receivers between which every way of handing something over is an edge. */
const services = new Set(
  ["events", "iot", "s3", "sns"].map((service) => `${service}.amazonaws.com`),
);
const receivers = new Set<Kind | undefined>(["function", "queue", "topic"]);

function handsNothing(
  stack: Stack,
  where: Whereabouts,
  guarded: Resource,
  { service, source }: Admission,
): boolean {
  if (!services.has(service) || !receivers.has(kindOf(guarded.type))) return false;
  // Where an edge leads to is not always known, nor who is at its beginning: it may be this one.
  const edges = [guarded, undefined].flatMap((to) => arrivals(stack).get(to) ?? []);
  return !edges.some((edge) => {
    const deliverer = delivererOf(stack, edge, where);
    if (!deliverer) return true;
    return (
      "service" in deliverer &&
      deliverer.service === service &&
      matchesPattern(source, deliverer.source)
    );
  });
}

/** Edges by where they lead; those that lead out of the stack are left out, and redrives, which SQS does by itself. */
const arrivals = once((stack: Stack): Map<Resource | undefined, Edge[]> => {
  const byEnd = new Map<Resource | undefined, Edge[]>();
  for (const edge of edgesOf(stack)) {
    const { kind, to, place } = edge;
    if (kind === "queue redrive" || (!to && !place.isUnknown)) continue;
    const others = byEnd.get(to);
    if (others) others.push(edge);
    else byEnd.set(to, [edge]);
  }
  return byEnd;
});
