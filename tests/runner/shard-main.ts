import * as Mocha from "mocha";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { endShared } from "../support/at-end";
import { collecting, failureOf } from "./collecting";
import { keptRunningBy } from "./kept-running";
import { descendants, endProcess } from "./processes";
import { stillOpenCode, type Answer, type Request, type SpecResult } from "./protocol";

// A shard: a process that runs spec files one after another, as the runner asks for them, so that they share what is slow to start.

const { timeout } = JSON.parse(
  readFileSync(path.join(__dirname, "../../.mocharc.json"), "utf8"),
) as { timeout: number };

// Coverage is measured in this process: each of the hundreds that specs start would spend seconds on writing megabytes of its own.
delete process.env.NODE_V8_COVERAGE;

let running: Mocha.Runner | undefined;

async function run(file: string): Promise<SpecResult> {
  const { reporter, result } = collecting();
  // One test marked `only` would silently leave out the others of its file.
  const mocha = new Mocha({ timeout, forbidOnly: true, reporter });
  mocha.addFile(path.resolve(file));
  try {
    await mocha.loadFilesAsync();
  } catch (error) {
    return { ...result(), failures: [failureOf("The file cannot be loaded", error)] };
  }
  await new Promise<void>((ended) => {
    running = mocha.run(() => ended());
  });
  // Mocha listens for exceptions and rejections of the process until it is disposed of.
  running?.dispose();
  running = undefined;
  return result();
}

const answer = (message: Answer): void => void process.send?.(message);

/** From here on nothing keeps the process running but what a spec has left open. */
async function end(): Promise<void> {
  process.once("SIGTERM", () => {
    console.error(`Still open: ${keptRunningBy()}.`);
    process.exit(stillOpenCode);
  });
  const failure = await endShared().then(
    () => undefined,
    (error: unknown) => failureOf("What specs share cannot be ended", error),
  );
  answer({ kind: "ended", failure });
  process.disconnect();
}

let aborting = false;
async function abort(): Promise<void> {
  if (aborting) return;
  aborting = true;
  const runner = running?.abort();
  if (runner) await new Promise((ended) => runner.once("end", ended));
  await endShared().catch(() => undefined);
  process.exit(1);
}

process.on("message", (request: Request) => {
  if (request.kind === "run")
    void run(request.file).then((result) => answer({ kind: "ran", result }));
  else void (request.kind === "end" ? end() : abort());
});
// The runner has ended without a word.
process.once("disconnect", () => running && void abort());
// Ctrl-C reaches every process of the terminal's group; the runner decides what follows.
process.on("SIGINT", () => undefined);
// A crash runs no hook: what specs have started would go on for ever.
process.on("exit", (code) => code !== 0 && descendants(process.pid).forEach(endProcess));
