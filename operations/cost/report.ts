import type { Cost } from "./cost";
import { secondsPerInvocation } from "./flow";

/** An amount with its cents. */
export const dollars = (amount: number): string =>
  amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** What all figures rest on. */
export const assumptions = (region: string): string =>
  `Prices of ${region} without free tier, storage, data transfer and taxes. Messages of 5 KB or less, one in twenty critical, full batches, ${secondsPerInvocation * 1000} ms per invocation.`;

/** What images cost, which the figures per message do not have; nothing for a stack without cameras. */
export const imagesExtra = ({ total: { perMillionImages } }: Pick<Cost, "total">): string[] =>
  perMillionImages > 0
    ? [`Images of cameras are extra: ${dollars(perMillionImages)} US dollars per million.`]
    : [];

/** What loads into a warehouse cost, which depends on the time and not on the messages; nothing for a stack without a warehouse. */
export const loadsExtra = ({ loadsPerMonth }: Pick<Cost, "loadsPerMonth">): string[] =>
  loadsPerMonth > 0
    ? [
        `Loads into Redshift are extra: ${dollars(loadsPerMonth)} US dollars a month while a device always sends.`,
      ]
    : [];

/** Names what the amounts do not have because its price is unknown; nothing if every price is known. */
const withoutPrice = ({ unpriced }: Cost): string[] =>
  unpriced.length > 0
    ? [
        `Without a price, and not in these amounts: ${unpriced.join(", ")}. Add the types to pricing/idle.ts.`,
      ]
    : [];

/** The cost of a stack as a table, with the assumptions that it rests on. */
export function report(cost: Cost): string {
  const { of: stack, region, bills, total } = cost;
  const rows = [
    ["", "idle, USD a month", "USD per million messages"],
    ...bills.map(({ of, idle, perMillion }) => [
      of,
      dollars(idle.dollars),
      dollars(perMillion.dollars),
    ]),
    [stack, dollars(total.idle), dollars(total.perMillion)],
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  return [
    ...lines,
    ...imagesExtra(cost),
    ...loadsExtra(cost),
    ...withoutPrice(cost),
    assumptions(region),
  ].join("\n");
}
