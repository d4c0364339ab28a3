import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../../functions/stream-to-fargate/clock";

/** A clock that moves when a test moves it, and wakes waiters in the order of their times. */
export interface FakeClock extends Clock {
  advance(milliseconds: number): Promise<void>;
}

interface Waiter {
  at: number;
  resume: () => void;
}

export function createFakeClock(): FakeClock {
  let time = 0;
  const waiters = new Set<Waiter>();
  /** Lets promises that are ready run on. */
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  return {
    now: () => time,
    wait: (milliseconds, signal) =>
      new Promise((resume) => {
        if (signal?.aborted) return resume();
        const waiter: Waiter = {
          at: time + Math.max(0, milliseconds),
          resume: () => {
            waiters.delete(waiter);
            signal?.removeEventListener("abort", waiter.resume);
            resume();
          },
        };
        waiters.add(waiter);
        signal?.addEventListener("abort", waiter.resume);
      }),
    async advance(milliseconds) {
      const end = time + milliseconds;
      await settle();
      for (;;) {
        const next = [...waiters].sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > end) break;
        time = Math.max(time, next.at);
        next.resume();
        await settle();
      }
      time = end;
      await settle();
    },
  };
}
