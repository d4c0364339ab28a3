import type { Place } from "./place";
import { kindOf, nameInArn, nameInQueueUrl, nameOf, type Kind, type Name } from "./names";
import type { Resource } from "./resource";

/** All resources of a program, and how to find those that others refer to. */
export interface Stack {
  readonly resources: Resource[];
  /** Those of these types, in the order in which they were registered. */
  of(...types: string[]): Resource[];
  named(name: Name): Resource | undefined;
  /**
   * The resource that an input of `from` refers to, by ARN, by queue URL or by bare name; where that is not known yet, the one of
   * this kind that its value was made from.
   */
  referredTo(from: Resource, place: Place, kind?: Kind): Resource | undefined;
}

export function stackOf(resources: Resource[]): Stack {
  const byType = new Map<string, Resource[]>();
  const byName = new Map<Name, Resource>();
  for (const resource of resources) {
    const sameType = byType.get(resource.type);
    if (sameType) sameType.push(resource);
    else byType.set(resource.type, [resource]);
    const name = nameOf(resource);
    if (name) byName.set(name, resource);
  }
  return {
    resources,
    of: (...types) => types.flatMap((type) => byType.get(type) ?? []),
    named: (name) => byName.get(name),
    referredTo(from, place, kind) {
      if (place.isUnknown) {
        const candidates = from
          .sourcesOf(inputOf(place))
          .filter(({ type }) => kind === undefined || kindOf(type) === kind);
        return candidates.length === 1 ? candidates[0] : undefined;
      }
      const text = place.text();
      if (text === undefined) return undefined;
      const name = nameInArn(text) ?? nameInQueueUrl(text) ?? (kind && `${kind} ${text}`);
      return name && byName.get(name);
    },
  };
}

/** The input that a place is in: dependencies are recorded by input. */
const inputOf = ({ path }: Place): string => path.replace(/[.[].*/, "");
