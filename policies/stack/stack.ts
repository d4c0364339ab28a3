import type { Place } from "./place";
import { kindOf, nameInArn, nameInQueueUrl, nameOf, type Kind, type Name } from "./names";
import type { Resource } from "./resource";

/** All resources of a program, with lookups for the resources that other resources reference. */
export interface Stack {
  readonly resources: Resource[];
  /** The resources of the given types, in registration order. */
  of(...types: string[]): Resource[];
  named(name: Name): Resource | undefined;
  /**
   * The resource that an input of `from` references by ARN, queue URL or name. If the value is not known yet, the resource of this kind
   * from which it was derived.
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

/** The input that contains a place. The engine records dependencies by input. */
const inputOf = ({ path }: Place): string => path.replace(/[.[].*/, "");
