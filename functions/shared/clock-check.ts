import { counted, timeBoundsOf } from "../../reading/clock";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { invalid, type Invalid } from "./invalid";

/** Makes the check that refuses a message of a time too far from when it was received; both in ms since the epoch. */
export function createClockCheck(
  of: Definition = definition,
): (timestamp: number, receivedAt: number) => ({ ok: false } & Invalid) | undefined {
  const { mostAhead, mostBehind, minutesAhead, daysBehind } = timeBoundsOf(of);
  const [furthestAhead, furthestBehind] = [
    counted(minutesAhead, "minute"),
    counted(daysBehind, "day"),
  ];
  const nothing = undefined;
  return (timestamp, receivedAt) => {
    const ahead = timestamp - receivedAt;
    if (ahead > mostAhead)
      return invalid(
        "clock-ahead",
        `timestamp is ${timestamp}, more than ${furthestAhead} after ${receivedAt}, when it was received; check the device's clock.`,
      );
    if (-ahead > mostBehind)
      return invalid(
        "clock-behind",
        `timestamp is ${timestamp}, more than ${furthestBehind} before ${receivedAt}, when it was received; check the device's clock.`,
      );
    return nothing;
  };
}
