import type { Kind, Name } from "./names";
import type { Place } from "./place";
import type { Resource } from "./resource";

/** All resources of a program, with lookups for the resources that other resources reference. */
export interface Stack {
  readonly resources: Resource[];
  /** The resources of the given types, in registration order. */
  of(...types: string[]): Resource[];
  named(name: Name | undefined): Resource | undefined;
  /**
   * The resource that an input of `from` references by ARN, queue URL or name. If the value is not known yet, the resource of this kind
   * from which it was derived.
   */
  referredTo(from: Resource, place: Place, kind?: Kind): Resource | undefined;
}
