import { understand } from "../../operations/redrive/envelopes";
import { reasonOf, type Attributes } from "../../operations/inspect/reason";
import type { StackOutputs } from "../../operations/stack-outputs";
import type { Account } from "../aws/clients";
import { peek, type PeekedMessage } from "../services/sqs";

/** How many messages were quarantined or set aside for one reason. */
export interface ReasonCount {
  what: "quarantined" | "set aside";
  count: number;
  reason: string;
  /** What one of the messages says beyond the reason. */
  detail: string;
  /** The part of the program that has most of them. */
  part: string;
}

export interface ReasonsArgs {
  account: Account;
  outputs: StackOutputs;
}

/** The three most frequent reasons of each kind. */
const most = 3;
/** Looking takes at most this share of the time, however many messages there are. */
const share = 1 / 5;

/**
 * Returns a function that counts why messages wait in quarantines and failures queues, the most frequent reasons first. It looks at
 * the messages without receiving them, and returns its last result if it is called again too soon.
 */
export function countReasons({ account, outputs }: ReasonsArgs): () => Promise<ReasonCount[]> {
  let last: Promise<ReasonCount[]> = Promise.resolve([]);
  let next = 0;
  return () => {
    if (performance.now() < next) return last;
    next = Infinity;
    const startedAt = performance.now();
    last = count().finally(() => {
      const now = performance.now();
      next = now + (now - startedAt) / share;
    });
    return last;
  };

  async function count(): Promise<ReasonCount[]> {
    const queues = Object.entries(outputs.of)
      .flatMap(([part, its = {}]) => [
        { part, what: "quarantined" as const, url: its["quarantineUrl"] },
        { part, what: "set aside" as const, url: its["failuresUrl"] },
      ])
      // Integrations share the quarantine: the first one stands for it.
      .filter(({ url }, nth, all) => all.findIndex((other) => other.url === url) === nth);
    const counts = new Map<string, ReasonCount & { parts: Map<string, number> }>();
    const waiting = await Promise.all(
      queues.map(async ({ url }) => (url === undefined ? [] : peek(account, url))),
    );
    for (const [index, { part, what }] of queues.entries()) {
      for (const message of waiting[index] ?? []) {
        const { Body, MessageAttributes } = message;
        if (understand(Body, outputs.topicPrefix, MessageAttributes).kind === "empty") continue;
        const { reason, detail } = reasonOf(message.Body, attributesOf(message));
        const key = `${what} ${reason}`;
        const known = counts.get(key) ?? { what, count: 0, reason, detail, part, parts: new Map() };
        known.count += 1;
        known.parts.set(part, (known.parts.get(part) ?? 0) + 1);
        counts.set(key, known);
      }
    }
    const sorted = [...counts.values()]
      .map(({ parts, ...rest }) => ({ ...rest, part: mostFrequent(parts) }))
      .sort((a, b) => b.count - a.count);
    return (["set aside", "quarantined"] as const).flatMap((what) =>
      sorted.filter((one) => one.what === what).slice(0, most),
    );
  }
}

const mostFrequent = (counts: ReadonlyMap<string, number>): string =>
  [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "";

/** The attributes of a message by their names. */
const attributesOf = ({ MessageAttributes }: PeekedMessage): Attributes =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
  );
