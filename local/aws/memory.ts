import type { Clients } from "./clients";

/** How long an answer is kept. A policy change takes seconds to take effect on AWS, and this saves a call per message. */
const freshMilliseconds = 1000;

interface Known<Value> {
  at: number;
  answer: Promise<Value>;
}

/** Answers of the last second, by account and key. */
export interface Memory<Value> {
  /** Returns the known answer, or asks. Simultaneous callers share one request; a failure is not kept. */
  recall(
    clients: Clients,
    key: string,
    ask: () => Promise<Value>,
  ): { answer: Promise<Value>; isFresh: boolean };
  forget(clients: Clients, key: string): void;
}

export function createMemory<Value>(): Memory<Value> {
  const accounts = new WeakMap<Clients, Map<string, Known<Value>>>();
  return {
    recall(clients, key, ask) {
      const known = accounts.get(clients) ?? new Map<string, Known<Value>>();
      accounts.set(clients, known);
      const before = known.get(key);
      if (before && Date.now() - before.at < freshMilliseconds)
        return { answer: before.answer, isFresh: false };
      const answer = ask();
      known.set(key, { at: Date.now(), answer });
      answer.catch(() => known.delete(key));
      return { answer, isFresh: true };
    },
    forget(clients, key) {
      accounts.get(clients)?.delete(key);
    },
  };
}
