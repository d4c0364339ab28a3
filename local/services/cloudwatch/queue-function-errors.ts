import * as fs from "node:fs";
import type { Clients } from "../../aws/clients";
import { countNow } from "./metrics";
import type { Trace } from "../../trace";

export interface QueueFunctionErrorsArgs {
  clients: Clients;
  trace: Trace;
  /** What the emulator writes down while it runs. */
  logFile: string;
}

/** How the emulator tells of a batch of a queue that its function failed at as a whole. */
const failure = /^[\d-]+ [\d:]+ WARNING \[lambda\] ESM: Lambda (\S+) failed processing SQS batch/gm;

/**
 * The emulator counts the errors of functions that somebody invokes through its API, but not of those that it feeds from queues itself:
 * these it only writes into its log, which is read on from where it was left. Answers with what puts the new ones.
 */
export function createQueueFunctionErrors(args: QueueFunctionErrorsArgs): () => Promise<void> {
  const { clients, trace, logFile } = args;
  let position = fs.statSync(logFile).size;

  return async () => {
    const text = linesAfter(logFile, position);
    position += Buffer.byteLength(text, "latin1");
    const errors: Record<string, number> = {};
    for (const [, name = ""] of text.matchAll(failure)) errors[name] = (errors[name] ?? 0) + 1;
    for (const [FunctionName, Errors] of Object.entries(errors))
      await countNow(
        { clients, trace, namespace: "AWS/Lambda", dimensions: { FunctionName } },
        { Errors, Invocations: Errors },
      );
  };
}

/** Whole lines only, one character a byte: names of functions have no others. */
function linesAfter(file: string, position: number): string {
  const handle = fs.openSync(file, "r");
  try {
    const rest = Buffer.alloc(Math.max(0, fs.fstatSync(handle).size - position));
    const read = fs.readSync(handle, rest, 0, rest.length, position);
    const text = rest.toString("latin1", 0, read);
    return text.slice(0, text.lastIndexOf("\n") + 1);
  } finally {
    fs.closeSync(handle);
  }
}
