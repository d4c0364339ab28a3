import { setTimeout as wait } from "node:timers/promises";

/** Waits, or returns at once when `stopped` fires, so that no wait outlives the stop of a connection. */
export const pause = (milliseconds: number, stopped: AbortSignal): Promise<void> =>
  wait(milliseconds, undefined, { signal: stopped }).catch(() => undefined);

/** Between two questions whether a queue is empty, in milliseconds: each takes about two milliseconds of the emulator. */
export const idlePause = 200;
