import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { acquireLock } from "../../local/emulator/lock";
import { prepare } from "../../local/emulator/python";
import { ownFolder } from "../../local/own-folder";

describe("The folder .local", () => {
  let directory: string;
  beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "own-folder-"))));
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const folder = (): string => path.join(directory, ".local");
  const mode = (): string => (fs.statSync(folder()).mode & 0o777).toString(8);

  it("is made for its owner only, and found", () => {
    assert.equal(ownFolder(directory), folder());
    assert.equal(mode(), "700");
    assert.equal(ownFolder(directory), folder());
  });

  it("is closed if another tool left it open, with what is in it", () => {
    fs.mkdirSync(folder());
    fs.chmodSync(folder(), 0o777);
    fs.writeFileSync(path.join(folder(), "kept"), "");
    ownFolder(directory);
    assert.equal(mode(), "700");
    assert.deepEqual(fs.readdirSync(folder()), ["kept"]);
  });

  it("is closed before a run writes anything to it, and before tests install the emulator", async () => {
    acquireLock(directory).release();
    assert.equal(mode(), "700");
    fs.chmodSync(folder(), 0o755);
    await assert.rejects(prepare({ directory, env: { PATH: directory } }), /Python/);
    assert.equal(mode(), "700");
  });
});
