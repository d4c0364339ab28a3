import type { Clock, Definition } from "./definition";
import { definition } from "./fields";

/** Minutes that a device's clock may be fast, and days that a device may keep a reading before it sends it. */
const usualClock: Clock = { minutesAhead: 5, daysBehind: 7 };

/** The times that a reading may have, relative to when AWS IoT received it. */
interface TimeBounds extends Clock {
  /** In ms. */
  mostAhead: number;
  /** In ms. */
  mostBehind: number;
}

export function timeBoundsOf({ clock = usualClock }: Definition = definition): TimeBounds {
  const { minutesAhead, daysBehind } = clock;
  return {
    minutesAhead,
    daysBehind,
    mostAhead: minutesAhead * 60_000,
    mostBehind: daysBehind * 86_400_000,
  };
}

/** `1 minute`, `5 minutes` */
export const counted = (count: number, unit: string): string =>
  `${count} ${unit}${count === 1 ? "" : "s"}`;
