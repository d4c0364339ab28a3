import type { Place } from "./place";

/**
 * The places that a path leads to: `destinationConfig.onFailure.destinationArn`, `queues[].queueArn` for each item of a list,
 * `redrivePolicy{}.deadLetterTargetArn` through JSON text.
 */
export function placesAt(inputs: Place, path: string): Place[] {
  let places = [inputs];
  for (const step of path.split(".")) {
    const name = step.replace(/\[\]|\{\}/, "");
    places = places
      .map((place) => place.at(name))
      .flatMap((place) =>
        // Of a list that is not known yet, the list stands for its items.
        step.endsWith("[]") && !place.isUnknown
          ? place.items()
          : step.endsWith("{}")
            ? place.json()
            : place,
      );
  }
  return places;
}
