/** A line of the result table. */
export interface Line {
  what: string;
  measured: string;
  /** Left out for a number that only explains another. */
  budget?: string;
  within: boolean;
}

/** Measures one thing and what it is compared with. */
export type Measurement = () => Promise<Line[]>;

/** A number that must not be greater than its budget. */
export const atMost = (what: string, number: number, budget: number, unit: string): Line => ({
  what,
  measured: `${shown(number)} ${unit}`,
  budget: `<= ${shown(budget)} ${unit}`,
  within: number <= budget,
});

/** A number that must not be smaller than its budget. */
export const atLeast = (what: string, number: number, budget: number, unit: string): Line => ({
  what,
  measured: `${shown(number)} ${unit}`,
  budget: `>= ${shown(budget)} ${unit}`,
  within: number >= budget,
});

/** A number that only explains another. */
export const forComparison = (what: string, number: number, unit: string): Line => ({
  what,
  measured: `${shown(number)} ${unit}`,
  within: true,
});

/** Formats a number below 100 with three digits, and others as whole numbers. */
const shown = (number: number): string =>
  number >= 100 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(3)));

/** Formats lines as a table in columns. */
export function table(lines: Line[]): string {
  const rows = [
    ["measured", "", "budget", ""],
    ...lines.map(({ what, measured, budget = "", within }) => [
      what,
      measured,
      budget,
      budget === "" ? "" : within ? "within" : "OVER",
    ]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
