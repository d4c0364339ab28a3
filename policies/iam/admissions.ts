import { matchesPattern, type Statement } from "../../iam";
import { delivererOf } from "../stack/deliverers";
import type { Whereabouts } from "../stack/location";
import { edgesOf, type Edge } from "../stack/edges";
import { arnParts, kindInArn, kindOf, nameInArn, nameOf, type Kind } from "../stack/names";
import { once } from "../stack/once";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/model";
import { whereaboutsOf } from "../stack/whereabouts";
import { requiredOf } from "./breadth";
import { servicesIn } from "./principals";

/** A service that may use a resource on behalf of another resource. */
export interface Admission {
  service: string;
  /** The ARN, or ARN pattern, of the source on whose behalf the service acts. */
  source: string;
}

/** The services that a statement allows, each with the sources that its conditions require. */
export function admissionsIn({ principals, conditions }: Statement): Admission[] {
  const sources = requiredOf(conditions, "aws:SourceArn").flat();
  return servicesIn(principals).flatMap((service) =>
    sources.map((source) => ({ service, source })),
  );
}

/** Why an admission is unused, as the end of a sentence; undefined if it is used, or if this stack cannot decide. */
export function idle(
  stack: Stack,
): (guarded: Resource | undefined, admission: Admission) => string | undefined {
  const where = whereaboutsOf(stack);
  const names = stack.resources.map(nameOf).filter((name) => name !== undefined);
  const here = new Set<string>(names);
  // Any name that is not known yet may be the name of the source.
  const open = new Set<Kind | undefined>(
    stack.resources
      .filter((resource) => nameOf(resource) === undefined)
      .map(({ type }) => kindOf(type)),
  );
  return (guarded, admission) => {
    const { account, region } = arnParts(admission.source) ?? {};
    const name = nameInArn(admission.source);
    if (!where || !name) return undefined;
    // Sources in another account or region do not belong to this stack.
    if (account && account !== where.account) return undefined;
    if (region && region !== where.region) return undefined;
    if (open.has(kindInArn(admission.source))) return undefined;
    // Most names are exact. A name without an exact match is compared with all other names.
    if (!here.has(name) && !names.some((one) => matchesPattern(name, one)))
      return `there is no ${name} in this stack`;
    return guarded && handsNothing(stack, where, guarded, admission)
      ? `${name} delivers nothing to '${guarded.name}'`
      : undefined;
  };
}

/** The services and targets for which the pack models every delivery as an edge. */
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
  // The target or source of an edge may not be known. In that case the edge may be this one.
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

/** Edges by target, without edges to targets outside the stack and without redrives, which SQS performs itself. */
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
