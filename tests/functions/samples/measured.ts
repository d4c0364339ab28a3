/** The events for counting a function's calls to AWS, and the minimum of calls that AWS's limits allow. */
export interface CallsCase {
  what: string;
  /** The logical name of the function. */
  of: string;
  /** True for messages that do not count for the cost of a stack, such as invalid ones; one case of each function counts. @default false */
  unpriced?: boolean;
  fewest: number;
  run: (quarantineQueueUrl: string) => Promise<void>;
}

/** A handler whose CPU is measured. */
export interface CpuCase {
  /** Serialised as the program's own factories are: its ports answer at once, so that the function alone is measured. */
  factory: () => (event: never) => Promise<unknown>;
  /** The source of its records: a stream, a queue, a pipe that reads a queue, or a delivery stream that it transforms for. */
  source: "stream" | "queue" | "pipe" | "delivery stream";
}

/** The cases of an integration that `npm run bench` measures. */
export interface Measured {
  calls: CallsCase[];
  cpu?: CpuCase;
}

/** How many records each case has. */
export const records = 1000;

/** Splits records as the mappings do: 100 of a stream, ten of a queue. */
export const batchesOf = (source: "stream" | "queue", bodies: string[]): string[][] => {
  const size = source === "stream" ? 100 : 10;
  return Array.from({ length: Math.ceil(bodies.length / size) }, (_, nth) =>
    bodies.slice(nth * size, (nth + 1) * size),
  );
};
