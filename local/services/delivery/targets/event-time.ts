/**
 * The emulator gives every event the time at which it came, and forgets the one that its sender gave it. So our own senders hide it among
 * the resources, from which our buses take it out again.
 */
const prefix = "local:time:";

export const hideTime = (resources: readonly string[], time: Date | undefined): string[] =>
  time ? [...resources, `${prefix}${time.toISOString()}`] : [...resources];

export function revealTime(resources: readonly string[]): { resources: string[]; time?: string } {
  const hidden = resources.find((resource) => resource.startsWith(prefix));
  if (hidden === undefined) return { resources: [...resources] };
  return {
    resources: resources.filter((resource) => resource !== hidden),
    // Whole seconds, as EventBridge writes them.
    time: hidden.slice(prefix.length).replace(/\.\d+Z$/, "Z"),
  };
}
