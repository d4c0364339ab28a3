/** One line of the table. */
export interface Line {
  what: string;
  measured: string;
  /** Left out where there is none, and the number only explains another. */
  budget?: string;
  within: boolean;
}

/** Measures one thing, beside what it is compared with. */
export type Measurement = () => Promise<Line[]>;

/** A number that may not be greater than its budget. */
export const atMost = (what: string, number: number, budget: number, unit: string): Line => ({
  what,
  measured: `${shown(number)} ${unit}`,
  budget: `<= ${shown(budget)} ${unit}`,
  within: number <= budget,
});

/** A number that may not be smaller than its budget. */
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

/** Three digits of a small number, every digit of a large one. */
const shown = (number: number): string =>
  number >= 100 ? Math.round(number).toLocaleString("en") : String(Number(number.toPrecision(3)));

/** A line of text for each line, in columns. */
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
