import { closingLines } from "../support/closing-lines";
import type { Duration, Failure, SpecResult } from "./protocol";

const slowestShown = 10;

/** Prints what is done while it is done, and at the end what it came to. */
export interface Report {
  started(files: number, shards: number): void;
  /** A spec file has run in a shard, and its specs have printed this. */
  ran(shard: number, file: string, result: SpecResult, printed: string): void;
  /** A shard has ended, with what went wrong at its end. */
  ended(shard: number, failures: Failure[], printed: string): void;
  /** Prints the failures, the times and the closing line. Returns whether everything passed. */
  close(): boolean;
}

interface Load {
  files: number;
  milliseconds: number;
  processorMilliseconds: number;
  total: number;
}

export function createReport(print: (line: string) => void): Report {
  const begun = performance.now();
  const failures: { file: string; failure: Failure }[] = [];
  const skipped: string[] = [];
  const slowest: (Duration & { file: string })[] = [];
  const loads: Load[] = [];
  let [passed, done, all] = [0, 0, 0];
  const indented = (text: string): void => {
    if (text.trim()) print(text.trimEnd().replace(/^/gm, "      "));
  };
  const load = (shard: number): Load =>
    (loads[shard] ??= { files: 0, milliseconds: 0, processorMilliseconds: 0, total: 0 });

  return {
    started(files, shards) {
      all = files;
      print(`${files} spec files in ${shards} shards`);
    },
    ran(shard, file, result, printed) {
      done += 1;
      passed += result.passed;
      skipped.push(...result.skipped);
      const found = [...result.failures];
      if (result.passed + found.length + result.skipped.length === 0)
        found.push({
          title: "ran no test",
          text: "     The file ran no test. If another spec file imports it, its tests ran there: move what they share to a module.\n",
        });
      failures.push(...found.map((failure) => ({ file, failure })));
      slowest.push(...result.slowest.map((one) => ({ ...one, file })));
      const mine = load(shard);
      mine.files += 1;
      mine.milliseconds += result.milliseconds;
      mine.processorMilliseconds += result.processorMilliseconds;
      mine.total = performance.now() - begun;
      const counted = [
        `${result.passed} passed`,
        ...(found.length > 0 ? [`${found.length} failed`] : []),
        ...(result.skipped.length > 0 ? [`${result.skipped.length} skipped`] : []),
      ];
      const mark = found.length > 0 ? "✗" : "✓";
      const place = `[${String(done).padStart(String(all).length)}/${all}]`;
      print(
        `${place} ${mark} ${file}: ${counted.join(", ")}, ${seconds(result.milliseconds)} (shard ${shard + 1})`,
      );
      for (const { title } of found) print(`      failed: ${title}`);
      indented(printed);
    },
    ended(shard, found, printed) {
      load(shard).total = performance.now() - begun;
      failures.push(...found.map((failure) => ({ file: `shard ${shard + 1}`, failure })));
      indented(printed);
    },
    close() {
      print("\nSlowest tests and hooks:");
      slowest
        .sort((a, b) => b.milliseconds - a.milliseconds)
        .slice(0, slowestShown)
        .forEach(({ file, title, milliseconds }) =>
          print(`  ${seconds(milliseconds).padStart(7)}  ${file}: ${title}`),
        );
      print("");
      loads.forEach(({ files, milliseconds, processorMilliseconds, total }, shard) =>
        print(
          `  shard ${shard + 1}: ${files} files, ${seconds(milliseconds)} in specs (${seconds(processorMilliseconds)} of processor time), ended after ${seconds(total)}`,
        ),
      );
      if (failures.length > 0) print("\nFailures:");
      failures.forEach(({ file, failure }, index) =>
        print(`\n  ${index + 1}) ${file}\n${failure.text}`),
      );
      print("");
      closingLines({ passed, failed: failures.length, skipped }).forEach(print);
      return failures.length === 0;
    },
  };
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
