import { printable } from "../functions/shared/printable";

/**
 * Text as a terminal can show it: what it quotes from devices, services and files is text there, too. Every line that this project prints
 * goes through it; ESLint refuses `console` and `process.stdout` elsewhere.
 */
export { printable };

// A reader such as `head` closes the pipe when it has enough. The command goes on, since to end within a redrive would leave it half done.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

/** Prints one line. */
export const printLine = (line: string): void => void process.stdout.write(`${printable(line)}\n`);

/** Prints text of several lines, such as the help of a command. */
export const printText = (text: string): void => text.split("\n").forEach(printLine);

/** Prints an error; its own line breaks stay, since messages of tools have several lines. */
export const printError = (text: string): void =>
  void process.stderr.write(`${text.split("\n").map(printable).join("\n")}\n`);

/** Replaces the last line of a terminal; prints nothing where the output is not a terminal. */
export function printProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${printable(line)}`);
}
