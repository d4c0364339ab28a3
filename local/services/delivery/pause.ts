import { setTimeout as wait } from "node:timers/promises";

/** Waits, but returns at once when `stopped` fires: nothing outlives the stop of its mapping. */
export const pause = (milliseconds: number, stopped: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal: stopped }).catch(() => undefined);
