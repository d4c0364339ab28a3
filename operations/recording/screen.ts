/** What a terminal wrote, and when. */
export interface Output {
  /** Since the start of the recording. */
  seconds: number;
  text: string;
}

/** The lines of a terminal from one moment on. */
export interface Frame {
  seconds: number;
  lines: readonly string[];
}

/** A control sequence: its parameter and its final letter. */
const control = /\u001b\[([?\d;]*)([a-zA-Z])/y;

/**
 * Returns the frames that a terminal of `width` characters showed, which is as high as all of its lines, so that nothing scrolls.
 * Colours are ignored. A control sequence that is not implemented is an error, since the lines after it would be wrong.
 */
export function framesOf(outputs: readonly Output[], width = Infinity): Frame[] {
  const lines: string[] = [""];
  let [row, column] = [0, 0];
  const line = (): string => lines[row] ?? "";
  const enter = (to: number): void => {
    row = Math.max(0, to);
    while (lines.length <= row) lines.push("");
  };

  function write(character: string): void {
    if (column === width) {
      enter(row + 1);
      column = 0;
    }
    const before = line().slice(0, column).padEnd(column);
    lines[row] = `${before}${character}${line().slice(column + 1)}`;
    column += 1;
  }

  function obey(parameter: string, letter: string): void {
    const count = Number(parameter === "" ? 1 : parameter);
    if (letter === "A") enter(row - count);
    else if (letter === "G") column = count - 1;
    else if (letter === "K" && parameter === "2") lines[row] = "";
    else if (letter === "K" && /^0?$/.test(parameter)) lines[row] = line().slice(0, column);
    else if (letter === "J" && /^0?$/.test(parameter)) {
      lines[row] = line().slice(0, column);
      lines.length = row + 1;
    } else if (letter !== "m" && !/^\?25[hl]$/.test(`${parameter}${letter}`))
      throw new Error(
        `The recording has the control sequence "ESC[${parameter}${letter}", which is not implemented: add it to operations/recording/screen.ts.`,
      );
  }

  function show(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      control.lastIndex = at;
      const [sequence, parameter = "", letter = ""] = control.exec(text) ?? [];
      const character = text[at] ?? "";
      if (sequence !== undefined) {
        obey(parameter, letter);
        at += sequence.length - 1;
      } else if (character === "\n") enter(row + 1);
      else if (character === "\r") column = 0;
      else write(character);
    }
  }

  return outputs.map(({ seconds, text }) => {
    show(text);
    return { seconds, lines: lines.map((shown) => shown.trimEnd()) };
  });
}
