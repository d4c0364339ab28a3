import * as Mocha from "mocha";
import { format } from "node:util";
import type { Failure, SpecResult } from "./protocol";
import { extendTimeouts } from "./timeouts";

const slowestKept = 5;
const { Base } = Mocha.reporters;

export interface Collecting {
  reporter: typeof Base;
  result(): SpecResult;
}

/** A reporter for one run that prints nothing and keeps the results. */
export function collecting(): Collecting {
  const started = performance.now();
  const usage = process.cpuUsage();
  const failed: Mocha.Test[] = [];
  const skipped: string[] = [];
  const durations: SpecResult["slowest"] = [];
  let passed = 0;
  const took = (runnable: Mocha.Runnable): void => {
    durations.push({ title: runnable.fullTitle(), milliseconds: runnable.duration ?? 0 });
  };

  class Collector extends Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      // Keeps each error with its test, and turns what an assertion compared into text.
      super(runner, options);
      extendTimeouts(runner);
      runner.on("pass", () => (passed += 1));
      runner.on("pending", (test) => skipped.push(test.fullTitle()));
      runner.on("fail", (test) => failed.push(test));
      runner.on("test end", took);
      runner.on("hook end", took);
    }
  }

  return {
    reporter: Collector,
    result: () => ({
      passed,
      failures: listed(failed),
      skipped,
      milliseconds: performance.now() - started,
      processorMilliseconds: sum(process.cpuUsage(usage)),
      slowest: durations.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, slowestKept),
    }),
  };
}

const sum = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

/** Failures as mocha's own reporters list them, without their numbers. */
function listed(failed: Mocha.Test[]): Failure[] {
  const texts: string[] = [];
  const print = Base.consoleLog;
  Base.consoleLog = (...words: unknown[]) => {
    if (words.length > 0) texts.push(format(...words));
  };
  try {
    Base.list(failed);
  } finally {
    Base.consoleLog = print;
  }
  return failed.map((test, index) => ({
    title: test.fullTitle(),
    text: (texts[index] ?? "").replace(/^ {2}\d+\) /, "     "),
  }));
}

/** A failure outside of any test. */
export function failureOf(title: string, error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { title, text: `     ${title}:\n\n${text.replace(/^/gm, "     ")}\n` };
}
