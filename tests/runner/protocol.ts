/** A test or a hook that failed. */
export interface Failure {
  /** Full title. */
  title: string;
  /** Titles, message, difference and stack, as mocha lists them. */
  text: string;
}

/** How long one test or hook took. */
export interface Duration {
  /** Full title. */
  title: string;
  milliseconds: number;
}

/** What one spec file came to. */
export interface SpecResult {
  passed: number;
  failures: Failure[];
  /** Full titles. */
  skipped: string[];
  milliseconds: number;
  /** Processor time of the shard itself, without the processes that its specs start. */
  processorMilliseconds: number;
  /** Its slowest tests and hooks. */
  slowest: Duration[];
}

/** Requests of the runner to a shard. */
export type Request =
  | { kind: "run"; file: string }
  /** Ends what specs share; the process then ends when nothing keeps it running. */
  | { kind: "end" }
  /** Runs the hooks that clean up, and ends the process. */
  | { kind: "abort" };

/** Responses of a shard. */
export type Answer =
  | { kind: "ran"; result: SpecResult }
  /** Shared resources are closed, or the reason why not. */
  | { kind: "ended"; failure?: Failure };

/** Set in the environment of the shards of `npm run test:quick`. */
export const quickVariable = "QUICK_TESTS";

/** The exit code of a shard that does not end by itself after its last spec and has reported what is open. */
export const stillOpenCode = 4;
