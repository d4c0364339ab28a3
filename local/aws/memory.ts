import type { Clients } from "./clients";

/** A change of a policy takes seconds to count in AWS, so a second here is no less true and saves a call per message. */
const freshMilliseconds = 1000;

interface Known<Value> {
  at: number;
  answer: Promise<Value>;
}

/** What was asked of an account within the last second, by key. */
export interface Memory<Value> {
  /** Asks unless the answer is known; who asks at the same time shares it, and a failure is forgotten. */
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
