import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Recording } from "./cast";
import type { Output } from "./screen";

/**
 * Runs a command of a shell on a terminal of `width` characters and records what it writes. Rejects if it fails.
 * Needs `script` of util-linux. @see https://man7.org/linux/man-pages/man1/script.1.html
 */
export function record(command: string, width: number): Promise<Recording> {
  const outputs: Output[] = [];
  const decoder = new StringDecoder("utf8");
  const startedAt = performance.now();
  const child = spawn(
    "script",
    [
      "--quiet",
      "--return",
      "--flush",
      "--command",
      `stty cols ${width} && ${command}`,
      "/dev/null",
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, SHELL: "/bin/sh" } },
  );
  child.stdout.on("data", (bytes: Buffer) =>
    outputs.push({
      seconds: (performance.now() - startedAt) / 1000,
      text: decoder.write(bytes),
    }),
  );
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(
        new Error(
          `The terminal could not be recorded: install script of util-linux (${error.message}).`,
        ),
      ),
    );
    child.on("close", (code) => {
      if (code === 0) resolve({ command, width, outputs: withoutRandomPath(outputs) });
      else
        reject(
          new Error(
            `${command} ended with ${code}: ${outputs
              .map(({ text }) => text)
              .join("")
              .replaceAll("\r", "")}`,
          ),
        );
    });
  });
}

/** Leaves out the random part of the inbox's address, which is as good as a password while the run lasts. */
const withoutRandomPath = (outputs: readonly Output[]): Output[] =>
  outputs.map(({ text, ...output }) => ({
    ...output,
    text: text.replace(/(http:\/\/127\.0\.0\.1:\d+\/)[\w-]{32}/g, "$1…"),
  }));
