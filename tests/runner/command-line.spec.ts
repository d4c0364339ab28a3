import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { text } from "node:stream/consumers";
import { readArguments } from "./command-line";
import { findSpecFiles } from "./spec-files";

describe("the command line of the tests", () => {
  it("runs every spec, with two shards more than processors; quickly, with one more", () => {
    const all = { paths: ["tests"], quick: false, shards: availableParallelism() + 2 };
    assert.deepEqual(readArguments([]), all);
    const quick = { ...all, quick: true, shards: availableParallelism() + 1 };
    assert.deepEqual(readArguments(["--quick"]), quick);
  });

  it("takes options, files and folders", () => {
    const words = ["--quick", "--shards", "4", "tests/iam", "tests/program.spec.ts"];
    assert.deepEqual(readArguments(words), {
      paths: ["tests/iam", "tests/program.spec.ts"],
      quick: true,
      shards: 4,
    });
  });

  for (const shards of ["0", "1.5", "many"])
    it(`refuses ${shards} shards`, () => {
      assert.throws(() => readArguments(["--shards", shards]), {
        message: `--shards is '${shards}'; give a whole number, 1 or more.`,
      });
    });

  it("finds the spec files of a folder, each once, and takes a file as it is", () => {
    const files = findSpecFiles(["tests/runner", "tests/runner/kinds.spec.ts"]);
    assert.equal(files.filter((file) => file === "tests/runner/kinds.spec.ts").length, 1);
    assert.ok(files.every((file) => file.endsWith(".spec.ts")));
    const fixture = "tests/runner/fixtures/empty.ts";
    assert.deepEqual(findSpecFiles([fixture]), [fixture]);
  });

  it("rejects a missing path, and a folder without a spec", () => {
    assert.throws(() => findSpecFiles(["tests/nowhere"]), {
      message: "There is no tests/nowhere: name spec files or folders, from the project's folder.",
    });
    assert.throws(() => findSpecFiles(["tests/runner/fixtures"]), {
      message: "tests/runner/fixtures holds no file that ends in .spec.ts.",
    });
  });
});

describe("the command of the tests", function () {
  this.timeout(60_000);

  const start = (...words: string[]) => {
    const preload = require.resolve("../../local/register.js");
    const main = [`--require=${preload}`, "tests/runner/main.ts"];
    const child = spawn(process.execPath, [...main, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = Promise.all([
      once(child, "close").then(([code]) => code as number | null),
      text(child.stdout),
      text(child.stderr),
    ]).then(([code, stdout, stderr]) => ({ code, stdout, stderr }));
    return { child, ended };
  };
  const fixture = (name: string) => `tests/runner/fixtures/${name}.ts`;

  it("ends with exit code 0 and the closing line when everything passes", async () => {
    const { code, stdout } = await start(fixture("passing")).ended;
    assert.match(stdout, /\n2 passed, 0 failed\n$/);
    assert.equal(code, 0);
  });

  it("ends with exit code 1 and the closing line when something fails", async () => {
    const { code, stdout } = await start(fixture("passing"), fixture("empty")).ended;
    assert.match(stdout, /\n2 passed, 1 failed\n$/);
    assert.equal(code, 1);
  });

  it("ends with exit code 2 and a sentence when it cannot start", async () => {
    const { code, stderr } = await start("--shards", "none").ended;
    assert.match(stderr, /^--shards is 'none'; give a whole number, 1 or more\.\nUsage: npm test /);
    assert.equal(code, 2);
  });

  it("ends with exit code 130 and no closing line at Ctrl-C", async () => {
    const { child, ended } = start(fixture("waiting-for-signal"));
    // It says that it has started its shards before any of them runs.
    await once(child.stdout, "data");
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    assert.match(stdout, /\nInterrupted: everything that was started has ended\.\n$/);
    assert.ok(!/passed/.test(stdout));
    assert.equal(code, 130);
  });
});
