import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lambdaNode } from "../../local/lambda-node";
import { directory } from "../support/emulator";

describe("Lambda's Node.js", function () {
  this.timeout(300_000);
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lambda-node-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("is version 24, in .local, outside the path of npm's scripts", async function () {
    const { path: node, note } = await lambdaNode({ directory });
    if (note !== undefined) {
      console.warn(note);
      this.skip();
    }
    assert.match(execFileSync(node, ["--version"], { encoding: "utf8" }), /^v24\./);
    assert.ok(node.startsWith(path.join(directory, ".local", "lambda-node")));
    assert.ok(!fs.existsSync(path.join(directory, "node_modules/.bin/node")));
  });

  it("is looked for once in a process, so that parts that ask at the same time install it once", () => {
    assert.equal(lambdaNode({ directory }), lambdaNode({ directory }));
  });

  it("is the local Node.js, with a note, if it cannot be installed", async () => {
    const progress: string[] = [];
    const found = await lambdaNode({
      directory: folder,
      progress: (what) => progress.push(what),
      npm: path.join(folder, "no-npm"),
    });
    assert.equal(found.path, process.execPath);
    assert.match(
      found.note ?? "",
      /^Archives run on this machine's Node\.js v\d+\.\d+\.\d+, not on Lambda's 24: .*ENOENT\.$/,
    );
    assert.deepEqual(progress, ["installing the Node.js that Lambda has"]);
    assert.deepEqual(fs.readdirSync(path.join(folder, ".local/lambda-node")), []);
  });
});
