import type { Place } from "./place";

/**
 * The places that a path leads to: `destinationConfig.onFailure.destinationArn`, `queues[].queueArn` for each item of a list,
 * `redrivePolicy{}.deadLetterTargetArn` through JSON text.
 */
export function placesAt(inputs: Place, path: string): Place[] {
  let places = [inputs];
  for (const step of path.split(".")) {
    const [, name = step, form] = /^(.*?)(\[\]|\{\})?$/.exec(step) ?? [];
    places = places
      .map((place) => place.at(name))
      .flatMap((place) => (form === "[]" ? place.items() : form === "{}" ? place.json() : place));
  }
  return places;
}
