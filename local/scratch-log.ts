import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createNumberList } from "./number-list";

/** A list of JSON values in a file without a name, which ends with this process. In memory are eight bytes of each. */
export interface ScratchLog<Value> {
  readonly length: number;
  append(value: Value): void;
  at(index: number): Value;
  all(): Value[];
  close(): void;
}

export function openScratchLog<Value>(): ScratchLog<Value> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "scratch-"));
  const file = fs.openSync(path.join(folder, "log"), "w+");
  // The open file outlives its name, so that nothing is left of it.
  fs.rmSync(folder, { recursive: true });
  const ends = createNumberList("any");
  let end = 0;

  function at(index: number): Value {
    const start = index === 0 ? 0 : ends.at(index - 1);
    const bytes = Buffer.alloc(ends.at(index) - start);
    fs.readSync(file, bytes, 0, bytes.length, start);
    return JSON.parse(bytes.toString()) as Value;
  }

  return {
    get length() {
      return ends.length;
    },
    append(value) {
      end += fs.writeSync(file, JSON.stringify(value), end);
      ends.push(end);
    },
    at,
    all: () => Array.from({ length: ends.length }, (_, index) => at(index)),
    close: () => fs.closeSync(file),
  };
}
