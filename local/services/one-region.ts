/** Types that a program may place in another Region, and that exist here in the one Region of this machine. */
const placed = /^aws:(?:kms|sns|sqs)\/|^aws:cloudwatch\/metricAlarm:/;

/**
 * Returns the inputs of a resource with the Region of this machine in place of the one in which the program places it, in its ARNs too;
 * undefined for a resource that the program does not place elsewhere.
 */
export function inOneRegion(
  { type, plain }: { type: string; plain: Readonly<Record<string, unknown>> },
  own: string,
): Record<string, unknown> | undefined {
  const { region } = plain;
  if (!placed.test(type) || typeof region !== "string" || region === own) return undefined;
  const here = JSON.stringify(plain).replaceAll(`:${region}:`, `:${own}:`);
  return { ...(JSON.parse(here) as object), region: own };
}
