import * as assert from "node:assert/strict";
import { record } from "../../../operations/recording/record";

describe("A recording of a command", () => {
  it("has what the command writes to a terminal of the given width", async () => {
    const { outputs, ...rest } = await record("stty size && printf 'caf\\303\\251'", 90);
    assert.deepEqual(rest, { command: "stty size && printf 'caf\\303\\251'", width: 90 });
    assert.match(outputs.map(({ text }) => text).join(""), /^\d+ 90\r\ncafé$/);
  });

  it("has no random part of an address", async () => {
    const address = "http://127.0.0.1:8080/";
    const { outputs } = await record(`printf '${address}${"aB3_".repeat(8)} (mails)'`, 90);
    assert.equal(outputs.map(({ text }) => text).join(""), `${address}… (mails)`);
  });

  it("is none if the command fails", () =>
    assert.rejects(record("echo no; exit 3", 90), {
      message: "echo no; exit 3 ended with 3: no\n",
    }));
});
