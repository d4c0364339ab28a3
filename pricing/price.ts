import { hoursPerMonth, prices as table, region } from "./prices.json";

/** A price of the table, such as `alarm-metric`. */
export type PriceId = keyof typeof table;

/** A price as AWS lists it. */
interface Price {
  usd: number;
  /** The unit. Prices of usage are per million units or per gigabyte. */
  per: string;
  /** The month in which a copy of AWS's price list contained the price. */
  asOf: string;
  /** AWS's page with the price in every region. */
  page: string;
}

export const prices: Readonly<Record<PriceId, Price>> = table;

/** The region of all prices. Prices of other regions are up to a third higher. */
export const priceRegion = region;

/** How often something is billed, by price. */
export type Quantities = Partial<Record<PriceId, number>>;

/** AWS counts 730 hours in a month. */
export { hoursPerMonth };

const perGigabyte = /^gigabyte /;
const perMillion = /^million /;

/** Returns US dollars for quantities in single units: messages, requests, keys, hours, bytes. */
export function costOf(quantities: Quantities): number {
  return (Object.entries(quantities) as [PriceId, number][]).reduce(
    (sum, [id, quantity]) => sum + (quantity * prices[id].usd) / unitOf(prices[id].per),
    0,
  );
}

function unitOf(per: string): number {
  if (perMillion.test(per)) return 1e6;
  return perGigabyte.test(per) ? 2 ** 30 : 1;
}

/** Adds `more` to `quantities`. */
export function add(quantities: Quantities, more: Quantities): void {
  for (const [id, quantity] of Object.entries(more) as [PriceId, number][])
    quantities[id] = (quantities[id] ?? 0) + quantity;
}
