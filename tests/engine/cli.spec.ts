import { version } from "pulumi/package.json";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { missing, pulumi } from "./cli";

describe("Running the Pulumi CLI", () => {
  let home: string;
  let env: NodeJS.ProcessEnv;

  /** Puts a shell script where the npm package looks for the CLI. */
  const install = (script: string): void => {
    const bin = path.join(home, "versions", version, "bin");
    fs.mkdirSync(bin, { recursive: true });
    fs.writeFileSync(path.join(bin, "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };

  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-home-"));
    env = { ...process.env, PULUMI_HOME: home };
  });

  afterEach(() => {
    fs.rmSync(home, { recursive: true });
  });

  it("is non-interactive, and returns output and exit code", async () => {
    install('echo "$@"; echo warned >&2; exit 3');
    const ended = await pulumi(["stack", "ls"], { cwd: home, env, timeoutMs: 20_000 });
    const stdout = "stack ls --non-interactive\n";
    assert.deepEqual(ended, { code: 3, stdout, stderr: "warned\n" });
  });

  it("finds nothing missing when the CLI answers", async () => {
    install("exit 0");
    assert.equal(await missing(env), undefined);
  });

  it("reports the CLI's message if it cannot run", async () => {
    install("echo no space left >&2; exit 1");
    assert.equal(
      await missing(env),
      "the Pulumi CLI is neither installed nor can it be downloaded (no space left)",
    );
  });

  it("kills a command that does not end, with its child processes", async () => {
    // The pipe closes only when the sleeping grandchild is gone too.
    install("sleep 600 & wait");
    assert.equal(
      await missing(env, 1_000),
      "the Pulumi CLI is neither installed nor can it be downloaded (no answer in 1 s)",
    );
  });
});
