import { printable } from "../../operations/print";
import { fold } from "./fold";
import { renderLine, renderTable, type Row } from "./table";

interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

export interface Live {
  /** Shows the final numbers in place of the last ones, with further lines, then ends. */
  finish(rows: readonly Row[], further?: readonly string[]): void;
  /** Ends, and leaves the last numbers. */
  stop(): void;
}

export interface LiveArgs {
  out: Output;
  /** Returns the rows; called again only after it has resolved. */
  count: () => Promise<Row[]>;
  /** Returns lines to show below the rows. @default none */
  further?: () => Promise<string[]>;
  /** The pause between two refreshes. @default 1 s on a terminal, 10 s in a log */
  everyMilliseconds?: number;
}

/** Shows a table that refreshes: in place on a terminal, as occasional lines in a log. */
export function showLive({ out, count, further, everyMilliseconds }: LiveArgs): Live {
  const pause = everyMilliseconds ?? (out.isTTY ? 1000 : 10_000);
  const startedAt = performance.now();
  let shown = 0;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  /** Breaks the lines below the table: a line that the terminal breaks would count as one when the table is painted over. */
  function paint(table: readonly string[], further: readonly string[], most = Infinity): void {
    const back = out.isTTY && shown > 0 ? `\u001b[${shown}A\u001b[0J` : "";
    const width = out.isTTY ? out.columns : undefined;
    const lines = [
      ...table.map((line) => printable(line).slice(0, width)),
      ...further.flatMap((line) => fold(printable(line), width)),
    ].slice(0, most);
    out.write(`${back}${lines.join("\n")}\n`);
    shown = lines.length;
  }

  async function refresh(): Promise<void> {
    const [rows, lines = []] = await Promise.all([count(), further?.()]);
    if (isOver) return;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    // A program without an integration has further lines only.
    const table = rows.length === 0 ? [] : renderTable(rows, "on its way", out.columns);
    // Lines that have left the screen cannot be painted over.
    if (out.isTTY) paint(table, lines, (out.rows ?? Infinity) - 1);
    else
      out.write(`${[`after ${seconds} s  ${renderLine(rows)}`.trim(), ...lines].join("\n  ")}\n`);
  }

  /** Refreshes after a pause, longer where counting takes long, so that it takes a tenth of the time at most. A failed count is repeated; if the emulator has ended, the run reports that. */
  let took = 0;
  const turn = (): void => {
    timer = setTimeout(
      () => {
        const before = performance.now();
        refresh()
          .catch(() => undefined)
          .finally(() => {
            took = performance.now() - before;
            if (!isOver) turn();
          });
      },
      Math.max(pause, 9 * took),
    );
  };
  turn();

  function stop(): void {
    isOver = true;
    clearTimeout(timer);
  }
  return {
    finish(rows, lines = []) {
      stop();
      if (!out.isTTY) shown = 0;
      paint(renderTable(rows, "lost", out.columns), lines);
    },
    stop,
  };
}
