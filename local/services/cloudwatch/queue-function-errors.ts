import * as fs from "node:fs";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { countNow } from "./metrics";

export interface QueueFunctionErrorsArgs {
  clients: Clients;
  trace: Trace;
  /** The emulator's log file. */
  logFile: string;
}

/** The log line for a queue's batch that a function failed as a whole. */
const failure = /^[\d-]+ [\d:]+ WARNING \[lambda\] ESM: Lambda (\S+) failed processing SQS batch/gm;

/**
 * The emulator counts errors of functions that are invoked through its API, but not of those that it feeds from queues: it only logs
 * them. Returns a function that reads the log from where it stopped and puts the new errors.
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

/** Returns whole lines only, one character per byte: function names are ASCII. */
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
