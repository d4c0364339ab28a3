import type { Clients, Credentials } from "../../../aws/clients";
import { compilePath } from "../templates/json-path";
import type { Json } from "../json";

/** As whom a target is called: a pipe's role, a rule's role. */
export interface Caller {
  clients: Clients;
  roleArn: string;
  /** Rejects, as `AccessDenied`, when the role does not trust the service. */
  credentials: () => Promise<Credentials>;
}

/** One event on its way to a target. */
export interface Entry {
  /** What the target receives. */
  text: string;
  /** What parameters such as a partition key are read from. */
  event: Json;
}

/** Entries that a target did not take, by their place. */
export interface Failure {
  place: number;
  reason: string;
}

export interface Target {
  /** What its batch API takes in one call. */
  most: number;
  /** Rejects when the call as a whole failed; resolves with the entries that the target did not take. */
  send: (entries: readonly Entry[]) => Promise<Failure[]>;
}

/** A parameter is a constant, or a path into the event if it begins with `$.`. */
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

/** Tries one entry's preparation, so that a bad one does not keep the others back. */
export function prepare<T>(
  entries: readonly Entry[],
  make: (entry: Entry, place: number) => T,
): { ready: { place: number; made: T }[]; failures: Failure[] } {
  const ready: { place: number; made: T }[] = [];
  const failures: Failure[] = [];
  entries.forEach((entry, place) => {
    try {
      ready.push({ place, made: make(entry, place) });
    } catch (error) {
      failures.push({ place, reason: (error as Error).message });
    }
  });
  return { ready, failures };
}

/** Sends entries side by side. If none is taken, the call as a whole has failed. */
export async function sendEach(
  entries: readonly Entry[],
  send: (entry: Entry) => Promise<unknown>,
): Promise<Failure[]> {
  const results = await Promise.allSettled(entries.map(async (entry) => send(entry)));
  const failures = results.flatMap((result, place) =>
    result.status === "rejected" ? { place, error: result.reason as Error } : [],
  );
  const [first] = failures;
  if (first && failures.length === entries.length) throw first.error;
  return failures.map(({ place, error }) => ({ place, reason: `${error.name}: ${error.message}` }));
}
