import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

export interface Arguments {
  /** Spec files, and folders of them. */
  paths: string[];
  /** Only specs that need neither emulator nor engine. */
  quick: boolean;
  shards: number;
}

export const usage = `Usage: npm test -- [options] [spec files or folders]

  --shards N   processes that run side by side (default: two more than there are
               processors; with --quick, one more)
  --quick      only specs that need neither the emulator nor the Pulumi engine,
               without tests of more than five seconds of processor time
  --help       shows this text`;

/** Reads what stands behind the command; throws one sentence for what cannot be read. */
export function readArguments(words: string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { shards: { type: "string" }, quick: { type: "boolean", default: false } },
  });
  const { quick } = values;
  // What others wait for is mostly in specs of the emulator and the engine.
  const { shards = String(availableParallelism() + (quick ? 1 : 2)) } = values;
  if (!/^[1-9]\d*$/.test(shards))
    throw new Error(`--shards is '${shards}'; give a whole number, 1 or more.`);
  return {
    paths: positionals.length > 0 ? positionals : ["tests"],
    quick,
    shards: Number(shards),
  };
}
