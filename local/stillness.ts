import { setTimeout as wait } from "node:timers/promises";
import type { Fleet } from "./devices/fleet";
import type { RecordedResource } from "./program";
import type { Trace } from "./trace";

export interface StillnessArgs {
  deployment: { resources: readonly RecordedResource[]; idle(): Promise<void> };
  fleet: Pick<Fleet, "caughtUp">;
  trace: Trace;
  /** Gives up after this time without an event. @default that of {@link patienceSeconds} */
  timeoutMilliseconds?: number;
}

/**
 * How long nothing may move before messages count as stuck: a minute longer than a queue hides a failed message, because its next delivery
 * is the next event.
 */
export function patienceSeconds(resources: readonly RecordedResource[]): number {
  const hidden = resources
    .filter(({ type }) => type === "aws:sqs/queue:Queue")
    // AWS's default.
    .map(({ plain }) => Number(plain.visibilityTimeoutSeconds ?? 30));
  return Math.max(180, ...hidden) + 60;
}

/** Waits until no message is on its way. Resolves with false if some are and no event has been traced for the timeout. */
export async function waitUntilStill(args: StillnessArgs): Promise<boolean> {
  const { deployment, fleet, trace } = args;
  const { timeoutMilliseconds = patienceSeconds(deployment.resources) * 1000 } = args;
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
