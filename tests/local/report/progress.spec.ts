import * as assert from "node:assert/strict";
import { createProgress } from "../../../local/report/progress";

function record(isTTY: boolean) {
  const written: string[] = [];
  const progress = createProgress({ isTTY, write: (text: string) => written.push(text) });
  return { written, progress };
}

describe("the progress of a start", () => {
  it("reports a step with its time, and returns its result", async () => {
    const { written, progress } = record(false);
    assert.equal(await progress.step("emulator ready", async () => 7), 7);
    assert.equal(written.length, 1);
    assert.match(written[0] ?? "", /^ {2}emulator ready {27} +\d+\.\d s\n$/);
  });

  it("shows a step on a terminal while it is done", async () => {
    const { written, progress } = record(true);
    await progress.step("emulator ready", () => {
      assert.deepEqual(written, ["  emulator ready …"]);
    });
    assert.match(written[1] ?? "", /^\r\u001b\[2K {2}emulator ready .* s\n$/);
  });

  it("reports no time of a step that failed, and passes the failure on", async () => {
    const { written, progress } = record(false);
    await assert.rejects(
      progress.step("emulator ready", () => Promise.reject(new Error("No."))),
      { message: "No." },
    );
    assert.deepEqual(written, []);
  });

  it("reports in a log at once what will take long", () => {
    const { written, progress } = record(false);
    progress.note("installing the emulator");
    progress.say();
    progress.say("Done.");
    assert.deepEqual(written, ["  installing the emulator …\n", "\n", "Done.\n"]);
  });
});
