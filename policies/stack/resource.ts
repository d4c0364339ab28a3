import type { Place } from "./place";

/** A resource as rules see it. */
export interface Resource {
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly urn: string;
  readonly inputs: Place;
  /** The resources from which the value of an input was derived, as the engine recorded them. They are not available to resource rules. */
  sourcesOf(input: string): Resource[];
  /** The URNs of the resources that exist before this one, by `dependsOn` or by an input. They are not available to resource rules. */
  readonly dependencies: readonly string[];
}
