/**
 * The emulator overwrites an event's time with the time of its arrival. So our own senders put the time among the resources, and our
 * buses take it out again.
 */
const prefix = "local:time:";

export const hideTime = (resources: readonly string[], time: Date | undefined): string[] =>
  time ? [...resources, `${prefix}${time.toISOString()}`] : [...resources];

export function revealTime(resources: readonly string[]): { resources: string[]; time?: string } {
  const hidden = resources.find((resource) => resource.startsWith(prefix));
  if (hidden === undefined) return { resources: [...resources] };
  return {
    resources: resources.filter((resource) => resource !== hidden),
    // EventBridge writes whole seconds.
    time: hidden.slice(prefix.length).replace(/\.\d+Z$/, "Z"),
  };
}
