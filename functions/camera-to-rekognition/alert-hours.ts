/** The hours of a day in which labels raise alerts. */
export interface AlertHours {
  /** `<from>-<to>`, full hours from 0 to 23, the last one not included: `22-6` is a night. `always` is every hour. */
  hours: string;
  /** The name of a time zone, such as `Europe/Berlin`. */
  timeZone: string;
}

/** Reads `<from>-<to>`; undefined for any other text. */
export function boundsIn(hours: string): [from: number, to: number] | undefined {
  const [, from, to] = /^(\d|1\d|2[0-3])-(\d|1\d|2[0-3])$/.exec(hours) ?? [];
  return from !== undefined && to !== undefined && from !== to
    ? [Number(from), Number(to)]
    : undefined;
}

/** Makes the test whether a time, in ms since the epoch, is within the hours. Throws for a time zone that does not exist. */
export function createAlertHours({ hours, timeZone }: AlertHours): (time: number) => boolean {
  const bounds = boundsIn(hours);
  if (!bounds) return () => true;
  const [from, to] = bounds;
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" });
  return (time) => {
    const hour = Number(clock.format(time));
    return from < to ? hour >= from && hour < to : hour >= from || hour < to;
  };
}
