import type { Frame } from "./screen";

/** Pauses of a run are shortened to this. */
const longestPauseSeconds = 0.6;
/** A glyph is about this wide in every monospaced font, as a share of its height; `textLength` makes it exact. */
const [fontSize, advance, lineHeight, margin] = [14, 8.4, 19, 16] as const;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The frames with their pauses shortened. */
function shortened(frames: readonly Frame[]): Frame[] {
  let [before, seconds] = [0, 0];
  return frames.map((frame) => {
    seconds += Math.min(frame.seconds - before, longestPauseSeconds);
    before = frame.seconds;
    return { ...frame, seconds };
  });
}

/** A line that stays on the screen from one moment to another; to the end without the latter. */
interface Shown {
  row: number;
  text: string;
  from: number;
  to?: number;
}

function shownIn(frames: readonly Frame[]): Shown[] {
  const now = new Map<number, Shown>();
  const all: Shown[] = [];
  for (const { lines, seconds } of frames)
    for (
      let row = 0;
      row < Math.max(lines.length, ...[...now.keys()].map((key) => key + 1));
      row++
    ) {
      const text = lines[row] ?? "";
      const current = now.get(row);
      if (current?.text === text || (!current && text === "")) continue;
      if (current) current.to = seconds;
      now.delete(row);
      if (text === "") continue;
      const shown: Shown = { row, text, from: seconds };
      now.set(row, shown);
      all.push(shown);
    }
  // What came and went at once was never seen.
  return all.filter(({ from, to }) => to === undefined || to - from > 0.01);
}

/**
 * An SVG that plays the frames once and ends with the last one. It shows the last one only, where nothing may move or where a viewer does not
 * animate. It has no script, no font and no address of another file.
 */
export function svgOf(recorded: readonly Frame[], title: string): string {
  const frames = shortened(recorded);
  const shown = shownIn(frames);
  const length = Math.max(0.01, frames.at(-1)?.seconds ?? 0);
  const columns = Math.max(...shown.map(({ text }) => text.length));
  const rows = Math.max(...shown.map(({ row }) => row)) + 1;
  const [width, height] = [columns * advance + 2 * margin, rows * lineHeight + 2 * margin];

  const byInterval = new Map<string, Shown[]>();
  for (const line of shown) {
    const interval = `${line.from} ${line.to ?? ""}`;
    byInterval.set(interval, [...(byInterval.get(interval) ?? []), line]);
  }
  const percent = (seconds: number): string => `${rounded((100 * seconds) / length)}%`;
  const groups = [...byInterval.values()].map((lines, index) => {
    const [{ from = 0, to } = {}] = lines;
    const until = to === undefined ? "" : `${percent(to)}{visibility:hidden}`;
    return {
      style: `@keyframes f${index}{0%{visibility:hidden}${percent(from)}{visibility:visible}${until}}#f${index}{animation-name:f${index}}`,
      body: `<g id="f${index}"${to === undefined ? "" : ' class="gone"'}>${lines.map(lineOf).join("")}</g>`,
    };
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${rounded(width)} ${height}" width="${rounded(width)}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}.gone{visibility:hidden}`,
    `@media (prefers-reduced-motion:no-preference){g{animation:${rounded(length)}s step-end both}`,
    ...groups.map(({ style }) => style),
    `}</style>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...groups.map(({ body }) => body),
    `</svg>`,
    "",
  ].join("\n");
}

/** Spaces at the start move a line instead, so that its length is that of its glyphs. */
function lineOf({ row, text }: Shown): string {
  const glyphs = text.trimStart();
  const x = rounded(margin + (text.length - glyphs.length) * advance);
  const y = margin + row * lineHeight + fontSize;
  return `<text x="${x}" y="${y}" textLength="${rounded(glyphs.length * advance)}" xml:space="preserve">${escaped(glyphs)}</text>`;
}
