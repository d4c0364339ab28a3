/** The words of AWS's Region names that the ids of its Availability Zones abbreviate: `eu-central-1` has the zones `euc1-az1` and so on. */
const abbreviations: Readonly<Record<string, string>> = {
  central: "c",
  east: "e",
  north: "n",
  northeast: "ne",
  northwest: "nw",
  south: "s",
  southeast: "se",
  southwest: "sw",
  west: "w",
};

/**
 * Returns a Region's name in four to ten characters, such as `euc1` for `eu-central-1`. Words other than directions stay whole, so that
 * `us-iso-east-1` and `us-isob-east-1` differ.
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export const shortRegion = (region: string): string =>
  region
    .split("-")
    .map((word) => abbreviations[word] ?? word)
    .join("");

/** Returns whether a name contains a Region, in full or short, as a word of its own. */
export function namesRegion(name: string, region: string): boolean {
  const words = (text: string) =>
    `-${text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .join("-")}-`;
  return [region, shortRegion(region)].some((one) => words(name).includes(words(one)));
}
