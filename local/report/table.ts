/** A row of the table: what became of the messages of one integration. */
export interface Row {
  integration: string;
  published: number;
  matched: number;
  repeated: number;
  stored: number;
  /** Held back by a gate, which recorded them. */
  muted: number;
  quarantined: number;
  setAside: number;
  /** On its way during the run; lost at its end. */
  rest: number;
}

type Column = Exclude<keyof Row, "integration">;

const titles: Record<Exclude<Column, "rest">, string> = {
  published: "published",
  matched: "matched",
  repeated: "repeated",
  stored: "stored",
  muted: "muted",
  quarantined: "quarantined",
  setAside: "set aside",
};

/** Columns that are left out if a terminal is too narrow, in this order. What is set aside or lost is always shown. */
const dispensable: readonly Column[] = ["matched", "repeated", "published", "quarantined"];

/**
 * The table as lines of at most `width` characters; `rest` names the last column.
 * Published = repeated + stored + muted + quarantined + set aside + rest.
 */
export function renderTable(
  rows: readonly Row[],
  rest: "on its way" | "lost",
  width = Infinity,
): string[] {
  const left = new Map<Column, string>(Object.entries({ ...titles, rest }) as [Column, string][]);
  const all = render(rows, left);
  return dispensable.reduce((lines, column) => {
    if ((lines[0]?.length ?? 0) <= width) return lines;
    left.delete(column);
    return render(rows, left);
  }, all);
}

function render(rows: readonly Row[], columns: ReadonlyMap<Column, string>): string[] {
  const lines = [
    ["integration", ...columns.values()],
    ...rows.map((row) => [
      row.integration,
      ...[...columns.keys()].map((column) => row[column].toLocaleString("en")),
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, index) =>
    Math.max(...lines.map((cells) => cells[index]?.length ?? 0)),
  );
  return lines.map((cells) =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return index === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}

/** The same in one line, for a log. */
export const renderLine = (rows: readonly Row[]): string =>
  rows
    .map(
      ({ integration, published, stored, muted, quarantined, setAside, rest }) =>
        `${integration}: ${published} published, ${stored} stored, ${muted} muted, ${quarantined} quarantined, ${setAside} set aside, ${rest} on its way`,
    )
    .join("; ");
