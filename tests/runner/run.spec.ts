import * as assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { run } from "./run";
import type { Spec } from "./schedule";

const fixture = (name: string): Spec => ({
  file: `tests/runner/fixtures/${name}.ts`,
  kind: "none",
  milliseconds: 1,
});

/** A message of a fixture, which continues when it receives a response. */
interface Said {
  what: string;
  answer(): void;
}

describe("the runner of specs", function () {
  this.timeout(120_000);
  let server: Server;
  let said: Said[];
  let listener: (() => void) | undefined;
  before(async () => {
    server = createServer((request, response) => void hear(request, response)).listen(0);
    await once(server, "listening");
    process.env.RUNNER_SPEC_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    delete process.env.RUNNER_SPEC_URL;
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => void (said = []));

  async function hear(request: Parameters<typeof text>[0], response: ServerResponse) {
    said.push({ what: await text(request), answer: () => void response.end() });
    listener?.();
  }
  /** The next thing that a fixture says. */
  async function heard(): Promise<Said> {
    while (said.length === 0) await new Promise<void>((resolve) => (listener = resolve));
    return said.shift() as Said;
  }
  const sleeperOf = ({ what }: Said): number => Number(/^sleeper (\d+)$/.exec(what)?.[1]);
  /** Resolves when a process has ended. */
  async function gone(pid: number): Promise<void> {
    for (;;)
      try {
        process.kill(pid, 0);
        await new Promise((later) => setTimeout(later, 20));
      } catch {
        return;
      }
  }

  interface Outcome {
    passed: boolean;
    lines: string[];
    took: string[];
  }
  interface Running {
    outcome: Promise<Outcome>;
    interrupt(): void;
    force(): void;
  }
  function start(
    names: string[],
    { shards = 2, ...rest }: { shards?: number; endSeconds?: number; quick?: boolean } = {},
  ): Running {
    const lines: string[] = [];
    const took: string[] = [];
    const [interrupted, forced] = [new AbortController(), new AbortController()];
    const running = run({
      specs: names.map(fixture),
      shards,
      print: (line) => lines.push(...line.split("\n")),
      took: (file) => took.push(file),
      interrupted: interrupted.signal,
      forced: forced.signal,
      ...rest,
    });
    return {
      outcome: running.then((passed) => ({ passed, lines, took })),
      interrupt: () => interrupted.abort(),
      force: () => forced.abort(),
    };
  }
  const outcomeOf = (...names: string[]): Promise<Outcome> => start(names).outcome;
  const failuresIn = ({ lines }: Outcome): string =>
    lines.slice(lines.indexOf("Failures:")).join("\n");

  it("adds up passed tests of all shards, and stores durations", async () => {
    const { passed, lines, took } = await outcomeOf("passing", "skipping");
    assert.equal(passed, true);
    assert.deepEqual(lines.slice(-2), [
      "  skipped: a spec that skips waits for something that is not here",
      "3 passed, 0 failed, 1 skipped",
    ]);
    assert.deepEqual(took.sort(), [fixture("passing").file, fixture("skipping").file]);
    assert.deepEqual(
      lines.filter((line) => /^ {2}shard \d: 1 files, /.test(line)).length,
      2,
      lines.join("\n"),
    );
  });

  it("skips long tests of a quick run, and stores no duration without them", async () => {
    const whole = await outcomeOf("long");
    assert.equal(whole.lines.at(-1), "2 passed, 0 failed");
    assert.deepEqual(whole.took, [fixture("long").file]);
    const quick = await start(["long"], { quick: true }).outcome;
    assert.deepEqual(quick.lines.slice(-2), [
      "  skipped: a spec with a long test takes its time",
      "1 passed, 0 failed, 1 skipped",
    ]);
    assert.deepEqual(quick.took, []);
  });

  it("fails for a test and a hook that fail in one shard, and shows both in full with their file", async () => {
    const outcome = await outcomeOf("failing", "passing");
    assert.equal(outcome.passed, false);
    assert.equal(outcome.lines.at(-1), "3 passed, 2 failed");
    assert.deepEqual(outcome.took, [fixture("passing").file]);
    const failures = failuresIn(outcome);
    assert.match(
      failures,
      /^ {2}1\) tests\/runner\/fixtures\/failing\.ts\n {5}a spec that fails\n/m,
    );
    assert.match(failures, /\+ actual - expected/);
    assert.match(failures, /^ {2}2\) tests\/runner\/fixtures\/failing\.ts\n/m);
    assert.match(failures, /"before all" hook for "does not run"/);
    assert.match(failures, /Error: The hook failed\.\n +at .*fixtures\/failing\.ts:8/);
  });

  const refusals: Record<string, RegExp> = {
    empty: /The file ran no test\./,
    broken: /The file cannot be loaded:\n\n +Error: This module cannot be loaded\./,
    selecting: /The file cannot be loaded:\n\n +Error: `\.only` forbidden/,
  };
  for (const [name, reason] of Object.entries(refusals))
    it(`takes a file that is ${name} for a failure`, async () => {
      const outcome = await outcomeOf(name, "passing");
      assert.equal(outcome.passed, false);
      assert.equal(outcome.lines.at(-1), "2 passed, 1 failed");
      assert.match(failuresIn(outcome), reason);
      assert.match(failuresIn(outcome), new RegExp(`1\\) tests/runner/fixtures/${name}\\.ts\n`));
    });

  it("reports a crash as a failure of the file, ends its child processes, and runs the other files", async () => {
    const { outcome } = start(["crashing", "passing"], { shards: 1 });
    const sleeper = await heard();
    sleeper.answer();
    const ended = await outcome;
    assert.equal(ended.passed, false);
    assert.equal(ended.lines.at(-1), "2 passed, 1 failed");
    assert.match(
      failuresIn(ended),
      /1\) tests\/runner\/fixtures\/crashing\.ts\n +The process that ran it ended by exit code 3; it had printed:\n\n +the last words/,
    );
    await gone(sleeperOf(sleeper));
  });

  it("reports a process that cannot be ended after the last spec as a failure", async () => {
    const outcome = await outcomeOf("sharing");
    assert.equal(outcome.passed, false);
    assert.equal(outcome.lines.at(-1), "1 passed, 1 failed");
    assert.match(failuresIn(outcome), /1\) shard 1\n[^]*The account cannot be closed\./);
  });

  it("reports a process that does not end after the last spec as a failure", async () => {
    const outcome = await start(["leaking"], { shards: 1, endSeconds: 1 }).outcome;
    assert.equal(outcome.passed, false);
    assert.equal(outcome.lines.at(-1), "1 passed, 1 failed");
    assert.match(
      failuresIn(outcome),
      /1\) shard 1\n +Its process did not end within 1 s[^]*Still open: .*Time/,
    );
  });

  it("lets specs clean up on interruption, and ends all child processes", async () => {
    const { outcome, interrupt } = start(["waiting"]);
    const sleeper = await heard();
    interrupt();
    sleeper.answer();
    const cleaned = await heard();
    assert.equal(cleaned.what, "cleaned up");
    cleaned.answer();
    const { passed, lines } = await outcome;
    assert.equal(passed, false);
    assert.equal(lines.at(-1), "Interrupted: everything that was started has ended.");
    await gone(sleeperOf(sleeper));
  });

  it("kills processes that do not clean up", async () => {
    const { outcome, interrupt, force } = start(["hanging", "passing"]);
    const sleeper = await heard();
    sleeper.answer();
    interrupt();
    force();
    assert.equal((await outcome).passed, false);
    await gone(sleeperOf(sleeper));
  });
});
