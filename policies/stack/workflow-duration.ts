import type { Place } from "./place";

/** A longer duration is as good as none. */
const longestCounted = 1_000_000;

/**
 * Returns how many seconds an execution of a state machine can take: along the longest path, each task fails or times out after its last
 * retry. Infinity for a loop; undefined if the definition does not say it, such as for a task without a timeout or for a Map.
 */
export function longestSeconds(machine: Place, depth = 0): number | undefined {
  const states = machine.at("States");
  const known = new Map<string, number | undefined>();
  const from = (name: string): number | undefined => {
    if (known.has(name)) return known.get(name);
    // A path that leads back to the state before its duration is known is a loop.
    known.set(name, Infinity);
    const state = states.at(name);
    const own = secondsIn(state, depth);
    const onward = nextOf(state).map(from);
    const longest = sum(own, largest(onward));
    known.set(name, longest);
    return longest;
  };
  const start = machine.at("StartAt").peek();
  // Deeper than any practical definition.
  return start === undefined || depth > 20 ? undefined : from(start);
}

/** The states that can follow a state, after an error included. */
const nextOf = (state: Place): string[] =>
  [
    state.at("Next"),
    state.at("Default"),
    ...["Choices", "Catch"].flatMap((list) =>
      state
        .at(list)
        .members()
        .map((one) => one.at("Next")),
    ),
  ].flatMap((place) => place.peek() ?? []);

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html */
function secondsIn(state: Place, depth: number): number | undefined {
  switch (state.at("Type").peek()) {
    case "Task":
      return retried(state, positive(state.at("TimeoutSeconds").number()));
    case "Wait":
      return positive(state.at("Seconds").number());
    case "Parallel": {
      const branches = state.at("Branches").members();
      return retried(state, largest(branches.map((branch) => longestSeconds(branch, depth + 1))));
    }
    case "Choice":
    case "Fail":
    case "Pass":
    case "Succeed":
      return 0;
  }
  return undefined;
}

/**
 * All attempts of a state, and the longest waits between them; jitter makes waits shorter.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function retried(state: Place, once: number | undefined): number | undefined {
  if (once === undefined) return undefined;
  let seconds = once;
  for (const retrier of state.at("Retry").members()) {
    const attempts = positive(retrier.at("MaxAttempts").number()) ?? 3;
    const longestWait = positive(retrier.at("MaxDelaySeconds").number()) ?? Infinity;
    const rate = Math.max(1, positive(retrier.at("BackoffRate").number()) ?? 2);
    let wait = Math.max(1, positive(retrier.at("IntervalSeconds").number()) ?? 1);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      seconds += Math.min(wait, longestWait) + once;
      wait *= rate;
      if (seconds > longestCounted) return Infinity;
    }
  }
  return seconds;
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 0 ? value : undefined;

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

const largest = (values: (number | undefined)[]): number | undefined =>
  values.reduce<number | undefined>(
    (most, value) =>
      most === undefined || value === undefined ? undefined : Math.max(most, value),
    0,
  );
