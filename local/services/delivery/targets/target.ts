import type { Clients, Credentials } from "../../../aws/clients";
import type { Json } from "../json";
import { compilePath } from "../templates/json-path";

/** The role that calls a target: a pipe's role, a rule's role. */
export interface Caller {
  clients: Clients;
  roleArn: string;
  /** Rejects with `AccessDenied` if the role does not trust the service. */
  credentials: () => Promise<Credentials>;
}

/** One event on its way to a target. */
export interface Entry {
  /** What the target receives. */
  text: string;
  /** The event that parameters such as a partition key are read from. */
  event: Json;
}

/** An entry that a target refused. */
export interface Failure {
  index: number;
  reason: string;
}

export interface Target {
  /** The most entries of one call. */
  most: number;
  /** Rejects if the whole call failed; resolves with the entries that the target refused. */
  send: (entries: readonly Entry[]) => Promise<Failure[]>;
}

/** Compiles a parameter: a constant, or a path into the event if it begins with `$.`. */
export function parameter(value: string): (event: Json) => string {
  if (!value.startsWith("$.")) return () => value;
  const read = compilePath(value);
  return (event) => {
    const found = read(event);
    if (typeof found === "string") return found;
    if (typeof found === "number" || typeof found === "boolean") return String(found);
    throw new Error(`There is no text at '${value}' of the event.`);
  };
}

/** Prepares each entry by itself, so that an invalid one does not hold up the others. */
export function prepare<T>(
  entries: readonly Entry[],
  make: (entry: Entry, index: number) => T,
): { ready: { index: number; made: T }[]; failures: Failure[] } {
  const ready: { index: number; made: T }[] = [];
  const failures: Failure[] = [];
  entries.forEach((entry, index) => {
    try {
      ready.push({ index, made: make(entry, index) });
    } catch (error) {
      failures.push({ index, reason: (error as Error).message });
    }
  });
  return { ready, failures };
}

/** Sends entries in parallel. If all are refused, rejects as a call that failed. */
export async function sendEach(
  entries: readonly Entry[],
  send: (entry: Entry) => Promise<unknown>,
): Promise<Failure[]> {
  const results = await Promise.allSettled(entries.map(async (entry) => send(entry)));
  const failures = results.flatMap((result, index) =>
    result.status === "rejected" ? { index, error: result.reason as Error } : [],
  );
  const [first] = failures;
  if (first && failures.length === entries.length) throw first.error;
  return failures.map(({ index, error }) => ({ index, reason: `${error.name}: ${error.message}` }));
}
