import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readArguments } from "../../../operations/verify/command-line";

const project = path.join(__dirname, "../../..");

describe("the command line of verify", () => {
  it("has defaults for everything", () =>
    assert.deepEqual(readArguments([]), {
      help: false,
      stack: "dev",
      outputs: undefined,
      integration: undefined,
      timeoutSeconds: 300,
    }));

  for (const seconds of ["0", "soon", "1.5", "3601"])
    it(`refuses a timeout of ${seconds}`, () =>
      assert.throws(() => readArguments(["--timeout", seconds]), {
        message: `--timeout is '${seconds}'; give whole seconds, 1 to 3600.`,
      }));
});

describe("verify without access to an account", function () {
  this.timeout(180_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "verify-"));
    const outputs = { devicePolicyName: "policy", topicPrefix: "devices" };
    fs.writeFileSync(path.join(folder, "outputs.json"), JSON.stringify(outputs));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  function verify(env: Record<string, string>, outputs = path.join(folder, "outputs.json")) {
    const main = ["-r", "./local/register.js", "operations/verify/main.ts"];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...main, "--outputs", outputs],
      {
        cwd: project,
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"],
          HOME: folder,
          NODE_NO_WARNINGS: "1",
          AWS_EC2_METADATA_DISABLED: "true",
          ...env,
        },
      },
    );
    return { status, said: `${stdout}${stderr}` };
  }

  it("says that the region is missing", () =>
    assert.deepEqual(verify({}), {
      status: 2,
      said: "No region is set: set AWS_REGION to the region of the stack.\n",
    }));

  it("says that credentials are missing", () =>
    assert.deepEqual(verify({ AWS_REGION: "eu-central-1" }), {
      status: 2,
      said: "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n",
    }));

  it("says that the outputs are missing", () => {
    const { status, said } = verify({}, path.join(folder, "none.json"));
    assert.equal(status, 2);
    assert.match(said, /none\.json/);
    assert.equal(said.trimEnd().split("\n").length, 1);
  });
});
