import * as assert from "node:assert/strict";
import { readArguments } from "../../../local/command-line";
import { reportEnding } from "../../../local/report/ending";
import { createProgress } from "../../../local/report/progress";

describe("the exit code of a run", () => {
  const progress = createProgress({ write: () => true });
  const [once, endless] = [readArguments(["--once"]), readArguments([])];

  it("is that of the audit, when the run is over", () => {
    for (const code of [0, 1])
      assert.equal(reportEnding(progress, { kind: "over", code }, once), code);
  });

  it("is 0 for an interruption of a run without an end", () => {
    assert.equal(reportEnding(progress, { kind: "interrupted" }, endless), 0);
  });

  it("is 1 for a failure, and for an interruption before the audit", () => {
    const failed = { kind: "failed", error: new Error("The emulator has ended.") } as const;
    assert.equal(reportEnding(progress, failed, endless), 1);
    assert.equal(reportEnding(progress, { kind: "interrupted" }, once), 1);
  });
});
