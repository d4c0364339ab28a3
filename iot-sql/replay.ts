import { evaluationFailure } from "./failure";
import type { Value } from "./values";

/** What an evaluation gets from outside: random values, and the answers of ports. */
export interface Replay {
  /** Returns the same value in each pass over the same message. */
  once(make: () => Value): Value;
  /** The answer of a port. */
  call(ask: () => Promise<Value>): Value;
}

/** For statements without calls of ports. */
export const inMemory: Replay = {
  once: (make) => make(),
  call: () => {
    throw evaluationFailure("A call of a port needs an evaluation that can wait.");
  },
};

type Effect = { value: Value } | { reason: string };

// AWS publishes no limit; without one, a nested SELECT could call once for each row of 128 KiB.
const MOST_CALLS = 100;

/** Thrown out of an evaluation at a call whose answer is not there yet. */
interface Suspension extends Error {
  readonly ask: () => Promise<Value>;
}

/** Whether this was thrown to wait for an answer. */
export function isSuspension(error: unknown): error is Suspension {
  return error instanceof Error && error.name === "Suspension";
}

/**
 * Evaluates as often as it takes to have every answer: a pass stops at the first call that has none
 * yet, waits for it, and the next pass finds it, and every random value before it, in a log. So
 * evaluators need no second, asynchronous form.
 */
export async function replayed<Result>(evaluate: (replay: Replay) => Result): Promise<Result> {
  const log: Effect[] = [];
  for (let calls = 0; ; calls += 1) {
    try {
      return evaluate(over(log));
    } catch (error) {
      if (!isSuspension(error)) throw error;
      log.push(calls < MOST_CALLS ? await answerOf(error.ask) : tooMany);
    }
  }
}

const tooMany: Effect = { reason: `The statement calls out more than ${MOST_CALLS} times.` };

function over(log: Effect[]): Replay {
  let next = 0;
  const take = (): Value => {
    const effect = log[next++] as Effect;
    if ("reason" in effect) throw evaluationFailure(effect.reason);
    return effect.value;
  };
  return {
    once: (make) => {
      if (next === log.length) log.push({ value: make() });
      return take();
    },
    call: (ask) => {
      if (next < log.length) return take();
      throw Object.assign(new Error("waiting"), { name: "Suspension", ask });
    },
  };
}

async function answerOf(ask: () => Promise<Value>): Promise<Effect> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
