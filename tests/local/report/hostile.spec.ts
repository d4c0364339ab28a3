import * as assert from "node:assert/strict";
import { createProgress } from "../../../local/report/progress";
import { showLive } from "../../../local/report/live";

const hostile = "\u001b]0;owned\u0007\u001b[2J\u202edevice\r\n";
const shown = "\\u001b]0;owned\\u0007\\u001b[2J\\u202edevice\\u000d\\u000a";

describe("text from outside in the report of a run", () => {
  it("is printable in steps, notes and sentences", async () => {
    const written: string[] = [];
    const { step, note, say } = createProgress({ write: (text: string) => written.push(text) });
    await step(hostile, () => undefined);
    note(hostile);
    say(hostile);
    assert.equal(written.length, 3);
    assert.ok(written[0]?.startsWith(`  ${shown} `), written[0]);
    assert.deepEqual(written.slice(1), [`  ${shown} …\n`, `${shown}\n`]);
  });

  it("is printable in the table on a terminal and in a log", () => {
    const row = {
      published: 1,
      matched: 1,
      repeated: 0,
      stored: 1,
      muted: 0,
      quarantined: 0,
      setAside: 0,
    };
    for (const isTTY of [true, false]) {
      let text = "";
      const out = { isTTY, columns: 200, write: (some: string) => (text += some) };
      const live = showLive({ out, count: async () => [] });
      live.finish([{ ...row, integration: hostile, rest: 0 }]);
      assert.ok(text.includes(shown), text);
      assert.ok(!text.includes("\u001b]") && !text.includes("\u202e"), text);
    }
  });
});
