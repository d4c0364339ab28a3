import { unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as os from "node:os";
import { promisify } from "node:util";
import { directory } from "../support/emulator";
import { longSuite } from "../support/long-test";
import type { Difference } from "./archives";

const run = promisify(execFile);

const planted = "planted-for-this-test-and-used-nowhere";

/** The archives that an evaluation in a process of its own makes. */
async function archives(
  difference: Difference,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const script = require.resolve("./archives");
  // What is kept of transpiling follows from the sources alone, which the other evaluation reads with comments.
  const register = difference.commented ? "ts-node/register/transpile-only" : "./local/register.js";
  const words = ["-r", register, script, JSON.stringify(difference)];
  const { PATH } = process.env;
  const { stdout } = await run(process.execPath, words, {
    cwd: directory,
    env: { PATH, ...env },
    maxBuffer: 100_000_000,
  });
  return JSON.parse(stdout) as Record<string, string>;
}

longSuite(
  "The archives, evaluated again elsewhere and later, from sources with other comments",
  function () {
    this.timeout(300_000);
    let here: Record<string, string>;
    let there: Record<string, string>;
    before(async () => {
      here = await archives(
        { milliseconds: 0, config: {}, commented: false },
        { HOME: os.homedir() },
      );
      there = await archives(
        {
          milliseconds: 400 * 86_400_000,
          config: {
            "api-to-devices:cursorKey": `${planted}-as-a-secret`,
            "iot-to-sns:endpoints": `["https://tickets.example.com/${planted}"]`,
            "iot-to-sns:emails": `["${planted}@example.com"]`,
          },
          commented: true,
        },
        {
          HOME: os.tmpdir(),
          USER: planted,
          LANG: planted,
          TZ: "Pacific/Auckland",
          PLANTED: planted,
          AWS_SECRET_ACCESS_KEY: planted,
        },
      );
    });

    it("are those of all functions, and the same to the byte", () => {
      assert.ok(Object.keys(here).length >= 20, `${Object.keys(here).length} functions`);
      // Of configurations that the local stack does not have.
      for (const name of ["iot-to-splunk-sender", "iot-to-datadog-log-shaper"])
        assert.ok(name in here, name);
      const hashes = (archives: Record<string, string>) =>
        Object.entries(archives)
          .map(([name, zip]) => `${name} ${createHash("sha256").update(zip).digest("hex")}`)
          .sort();
      assert.deepEqual(hashes(there), hashes(here));
    });

    it("hold nothing of the environment and nothing of the configuration", () => {
      for (const [name, archive] of Object.entries(there))
        for (const [file, content] of Object.entries(unzipSync(Buffer.from(archive, "base64"))))
          assert.ok(!Buffer.from(content).includes(planted), `${name} ${file}`);
    });
  },
);
