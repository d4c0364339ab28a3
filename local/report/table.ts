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

/** The table as lines; `rest` names the last column. Published = repeated + stored + muted + quarantined + set aside + rest. */
export function renderTable(rows: readonly Row[], rest: "on its way" | "lost"): string[] {
  const header = [
    "integration",
    "published",
    "matched",
    "repeated",
    "stored",
    "muted",
    "quarantined",
    "set aside",
    rest,
  ];
  const cells = rows.map((row) => [
    row.integration,
    ...[
      row.published,
      row.matched,
      row.repeated,
      row.stored,
      row.muted,
      row.quarantined,
      row.setAside,
      row.rest,
    ].map((count) => count.toLocaleString("en")),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  return [header, ...cells].map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
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
