import type { Place } from "./place";

/** A resource as rules see it. */
export interface Resource {
  readonly type: string;
  /** Its logical name. */
  readonly name: string;
  readonly urn: string;
  readonly inputs: Place;
  /** The resources that an input's value was made from, as the engine recorded; a rule about one resource cannot know them. */
  sourcesOf(input: string): Resource[];
}
