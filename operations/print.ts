import { printable } from "../functions/shared/printable";

/** Prints one line. Whatever it quotes, the terminal shows it as text (functions/shared/printable.ts). */
export const printLine = (line: string): void => void process.stdout.write(`${printable(line)}\n`);

/** Prints one line of an error. */
export const printError = (line: string): void => void process.stderr.write(`${printable(line)}\n`);

/** Replaces the last line of a terminal; prints nothing where the output is not a terminal. */
export function printProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${printable(line)}`);
}
