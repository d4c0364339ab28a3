import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

describe("what is printed", function () {
  this.timeout(60_000);

  it("does not end a command whose reader closes the pipe", async () => {
    const command = `
      const { printLine } = require("./operations/print");
      process.once("message", () => {
        for (let line = 0; line < 10_000; line += 1) printLine(String(line));
        setImmediate(() => setImmediate(() => process.exit(7)));
      });
      printLine("ready");`;
    const child = spawn(process.execPath, ["-r", "./local/register.js", "-e", command], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    const { stdout } = child;
    assert.ok(stdout);
    await once(stdout, "data");
    stdout.destroy();
    await once(stdout, "close");
    child.send("continue");
    assert.deepEqual(await once(child, "close"), [7, null]);
  });
});
