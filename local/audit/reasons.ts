import { understand } from "../../operations/redrive/envelopes";
import { reasonOf } from "../../operations/inspect/reason";
import type { StackOutputs } from "../../operations/stack-outputs";
import type { Account } from "../aws/clients";
import { callApi } from "../aws/call-api";

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
    const queues = Object.entries(outputs.of).flatMap(([part, its = {}]) => [
      { part, what: "quarantined" as const, url: its["quarantineUrl"] },
      { part, what: "set aside" as const, url: its["failuresUrl"] },
    ]);
    const counts = new Map<string, ReasonCount & { parts: Map<string, number> }>();
    const waiting = await Promise.all(
      queues.map(async ({ url }) => (url === undefined ? [] : peek(account, url))),
    );
    for (const [index, { part, what }] of queues.entries()) {
      for (const { body, attributes } of waiting[index] ?? []) {
        if (understand(body, outputs.topicPrefix).kind === "empty") continue;
        const { reason, detail } = reasonOf(body, attributes);
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

interface Peeked {
  Body: string;
  MessageAttributes: Record<string, { StringValue?: string }>;
}

/** The messages of a queue, by the emulator's way to look at them: SQS has none that leaves them as they are. */
async function peek(account: Account, queueUrl: string) {
  const query = { QueueUrl: queueUrl };
  const { status, body } = await callApi(account, account.endpoint, "/_ministack/sqs/messages", {
    query,
  });
  if (status !== 200) throw new Error(`The emulator does not show the messages of ${queueUrl}.`);
  const { messages } = JSON.parse(body.toString()) as {
    messages: Record<string, Record<string, Record<string, Peeked[]>>>;
  };
  return Object.values(messages)
    .flatMap((regions) => Object.values(regions))
    .flatMap((queues) => Object.values(queues).flat())
    .map(({ Body, MessageAttributes }) => ({
      body: Body,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      ),
    }));
}
