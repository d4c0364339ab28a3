import { setTimeout as wait } from "node:timers/promises";
import type { Fleet } from "./devices/fleet";
import type { Trace } from "./trace";

export interface StillnessArgs {
  deployment: { idle(): Promise<void> };
  fleet: Pick<Fleet, "caughtUp">;
  trace: Trace;
  /** Gives up after this time without an event: longer than a queue hides a failed message. @default 240,000 */
  timeoutMilliseconds?: number;
}

/** Waits until no message is on its way. Resolves with false if some are and no event has been traced for the timeout. */
export async function waitUntilStill(args: StillnessArgs): Promise<boolean> {
  const { deployment, fleet, trace, timeoutMilliseconds = 240_000 } = args;
  let timer: NodeJS.Timeout | undefined;
  let restart = (): void => undefined;
  const stuck = new Promise<false>((resolve) => {
    restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(false), timeoutMilliseconds);
    };
  });
  restart();
  const stopListening = trace.on(restart);
  try {
    const still = deployment.idle().then(() => fleet.caughtUp());
    return await Promise.race([still.then(() => true), stuck]);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

/**
 * Repeats `settle` until it returns 0 and nothing was traced meanwhile: a message may go on to a part that was asked before.
 * `settle` waits until each part is idle, and returns how many messages are left.
 */
export async function untilStill(trace: Trace, settle: () => Promise<number>): Promise<void> {
  let events = 0;
  const stopListening = trace.on(() => (events += 1));
  try {
    for (let before = -1, left = 1; left > 0 || before !== events;) {
      before = events;
      left = await settle();
      if (left > 0) await wait(50);
    }
  } finally {
    stopListening();
  }
}
