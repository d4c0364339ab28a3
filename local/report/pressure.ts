import type { Row } from "./table";

export interface Pressure {
  /** Takes note of the last rows. */
  counted(rows: readonly Row[]): void;
  /** Whether publishing has to wait. */
  isHigh(): boolean;
}

export interface PressureArgs {
  /** The most messages on their way to one integration. @default 5,000 */
  most?: number;
  /** After this time without progress, messages count as lost, and publishing goes on. */
  patienceMilliseconds: number;
  /** In milliseconds. */
  now?: () => number;
}

/**
 * Tells whether messages are published faster than they arrive. Those that wait are held in the memory of the emulator.
 */
export function createPressure({
  most = 5000,
  patienceMilliseconds,
  now = () => performance.now(),
}: PressureArgs): Pressure {
  let onTheirWay = 0;
  let progressAt = now();
  return {
    counted(rows) {
      const before = onTheirWay;
      onTheirWay = Math.max(0, ...rows.map(({ rest }) => rest));
      if (onTheirWay < before || onTheirWay <= most) progressAt = now();
    },
    isHigh: () => onTheirWay > most && now() - progressAt < patienceMilliseconds,
  };
}
