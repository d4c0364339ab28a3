import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fetchStackOutputs } from "../../operations/stack-outputs";

describe("the outputs of a stack", () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "outputs-"))));
  afterEach(() => {
    delete process.env["STACK_OUTPUTS"];
    delete process.env["LOCAL_RUN_PID"];
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const write = (name: string, devicePolicyName: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, JSON.stringify({ devicePolicyName, topicPrefix: "devices" }));
    return file;
  };

  it("come from the local run whose environment the shell has, unless a file is given", () => {
    process.env["STACK_OUTPUTS"] = write("run.json", "local");
    assert.equal(fetchStackOutputs("dev", undefined).devicePolicyName, "local");
    assert.equal(fetchStackOutputs("dev", write("own.json", "own")).devicePolicyName, "own");
  });

  it("say that nothing runs if that run has ended", () => {
    const file = path.join(folder, "ended.json");
    process.env["STACK_OUTPUTS"] = file;
    assert.throws(() => fetchStackOutputs("dev", undefined), {
      message: `The local run that this shell has sourced has ended (STACK_OUTPUTS is ${file}, which does not exist): start it again and source .local/env, or use another shell for AWS.`,
    });
    assert.equal(fetchStackOutputs("dev", write("own.json", "own")).devicePolicyName, "own");
  });

  it("say that nothing runs if that run was killed and left its files", () => {
    process.env["STACK_OUTPUTS"] = write("run.json", "local");
    process.env["LOCAL_RUN_PID"] = String(process.pid);
    assert.equal(fetchStackOutputs("dev", undefined).devicePolicyName, "local");
    // A process that has ended.
    const { pid } = spawnSync(process.execPath, ["--version"]);
    process.env["LOCAL_RUN_PID"] = String(pid);
    assert.throws(() => fetchStackOutputs("dev", undefined), {
      message: `The local run that this shell has sourced has ended (its process ${pid} does not run): start it again and source .local/env, or use another shell for AWS.`,
    });
    assert.equal(fetchStackOutputs("dev", write("own.json", "own")).devicePolicyName, "own");
  });
});
