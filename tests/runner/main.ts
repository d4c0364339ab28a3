import * as path from "node:path";
import { prepare } from "../../local/emulator/python";
import { readArguments, usage } from "./command-line";
import { readDurations } from "./durations";
import { createClassifier, kinds } from "./kinds";
import { run } from "./run";
import { findSpecFiles } from "./spec-files";

const directory = path.join(__dirname, "../..");
const interruptedCode = 130;
/** Ctrl-C reaches this process from the terminal and from those that it was started by. */
const sameSignalMilliseconds = 1_000;

async function main(): Promise<number> {
  if (process.argv.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const { paths, quick, shards } = readArguments(process.argv.slice(2));
  const durations = readDurations(directory);
  const kindOf = createClassifier();
  const specs = findSpecFiles(paths)
    .map((file) => ({ file, kind: kindOf(file) }))
    .filter(({ kind }) => !quick || kind === "none")
    .map((spec) => ({ ...spec, milliseconds: durations.of(spec.file) ?? kinds[spec.kind].each }));
  if (specs.length === 0) throw new Error("Every spec that is named needs emulator or engine.");

  const [interrupted, forced] = [new AbortController(), new AbortController()];
  let first = 0;
  const interrupt = (): void => {
    if (!interrupted.signal.aborted) {
      first = Date.now();
      console.log("\nInterrupted: ending what was started (again to end it by force) …");
      interrupted.abort();
    } else if (Date.now() - first > sameSignalMilliseconds) forced.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);

  // Once for all shards: specs read AWS's API models, which come with the emulator.
  await prepare({ directory, progress: (what) => console.log(`  ${what} …`) });
  const passed = await run({
    specs,
    shards,
    quick,
    print: (line) => console.log(line),
    took: (file, milliseconds) => durations.note(file, milliseconds),
    interrupted: interrupted.signal,
    forced: forced.signal,
  });
  durations.save();
  if (interrupted.signal.aborted) return interruptedCode;
  return passed ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  },
);
