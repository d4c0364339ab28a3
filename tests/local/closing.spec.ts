import * as assert from "node:assert/strict";
import { createClosing } from "../../local/closing";

describe("closing", () => {
  it("closes in the reverse order, one after the other", async () => {
    const { opened, close } = createClosing();
    const seen: string[] = [];
    for (const name of ["lock", "emulator", "devices"])
      opened(async () => {
        seen.push(`${name} closes`);
        await new Promise(setImmediate);
        seen.push(`${name} closed`);
      });
    await close();
    assert.deepEqual(seen, [
      "devices closes",
      "devices closed",
      "emulator closes",
      "emulator closed",
      "lock closes",
      "lock closed",
    ]);
  });

  it("closes the others when one fails, then reports the reason", async () => {
    const { opened, close } = createClosing();
    let closed = false;
    opened(() => void (closed = true));
    opened(() => {
      throw new Error("The queue is gone.");
    });
    await assert.rejects(close(), { message: "The queue is gone." });
    assert.equal(closed, true);
  });

  it("closes at once resources that are opened too late", async () => {
    const { opened, close } = createClosing();
    await close();
    let closed = false;
    opened(() => void (closed = true));
    assert.equal(closed, true);
  });

  it("closes everything once", async () => {
    const { opened, close } = createClosing();
    let times = 0;
    opened(() => void (times += 1));
    await close();
    await close();
    assert.equal(times, 1);
  });
});
