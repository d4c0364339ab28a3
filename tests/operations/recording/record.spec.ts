import * as assert from "node:assert/strict";
import { record } from "../../../operations/recording/record";

describe("A recording of a command", () => {
  it("has what the command writes to a terminal of the given width", async () => {
    const { outputs, ...rest } = await record("stty size && printf 'caf\\303\\251'", 90);
    assert.deepEqual(rest, { command: "stty size && printf 'caf\\303\\251'", width: 90 });
    assert.match(outputs.map(({ text }) => text).join(""), /^\d+ 90\r\ncafé$/);
  });

  it("is none if the command fails", () =>
    assert.rejects(record("echo no; exit 3", 90), {
      message: "echo no; exit 3 ended with 3: no\r\n",
    }));
});
