import type { Clock } from "../../../../local/services/firehose/clock";

/** A clock that stands still until it is moved. */
export function createFakeClock(start = Date.parse("2026-03-09T04:05:06Z")) {
  let time = start;
  let timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => time,
    after(milliseconds, run) {
      const timer = { at: time + milliseconds, run };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  };
  return {
    clock,
    /** Moves on, and runs what falls due. */
    move(milliseconds: number): void {
      time += milliseconds;
      const due = timers.filter(({ at }) => at <= time);
      timers = timers.filter(({ at }) => at > time);
      due.forEach(({ run }) => run());
    },
    timers: () => timers.length,
  };
}
