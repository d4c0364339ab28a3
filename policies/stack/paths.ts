import type { Place } from "./place";

/**
 * Returns the places at a path: `destinationConfig.onFailure.destinationArn`, `queues[].queueArn` for each item of a list,
 * `redrivePolicy{}.deadLetterTargetArn` through JSON text.
 */
export function placesAt(inputs: Place, path: string): Place[] {
  let places = [inputs];
  for (const step of path.split(".")) {
    const name = step.replace(/\[\]|\{\}/, "");
    places = places
      .map((place) => place.at(name))
      .flatMap((place) =>
        // A list that is not known yet represents its items.
        step.endsWith("[]") && !place.isUnknown
          ? place.items()
          : step.endsWith("{}")
            ? place.json()
            : place,
      );
  }
  return places;
}
