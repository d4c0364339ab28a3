import type { Deployment } from "./deployment";
import type { Fleet } from "./devices/fleet";
import type { Trace } from "./trace";

export interface StillnessArgs {
  deployment: Pick<Deployment, "idle">;
  fleet: Pick<Fleet, "caughtUp">;
  trace: Trace;
  /** Gives up when nothing has happened for so long: more than a queue hides a message that failed. @default 240,000 */
  patienceMilliseconds?: number;
}

/** Waits until no message is on its way any more; false if some are and nothing has moved for a while. */
export async function waitUntilStill(args: StillnessArgs): Promise<boolean> {
  const { deployment, fleet, trace, patienceMilliseconds = 240_000 } = args;
  let timer: NodeJS.Timeout | undefined;
  let restart = (): void => undefined;
  const stuck = new Promise<false>((resolve) => {
    restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(false), patienceMilliseconds);
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
