import * as assert from "node:assert/strict";
import { showLive } from "../../../local/report/live";
import type { Row } from "../../../local/report/table";

const row: Row = {
  integration: "iot-to-x",
  published: 1,
  matched: 1,
  repeated: 0,
  stored: 1,
  muted: 0,
  quarantined: 0,
  setAside: 0,
  rest: 0,
};

/** A terminal or a log, and waits for its lines. */
function createOutput(isTTY: boolean) {
  let text = "";
  let onWrite = (): void => undefined;
  return {
    isTTY,
    write: (more: string) => {
      text += more;
      onWrite();
    },
    text: () => text,
    until: (fits: (text: string) => boolean) =>
      new Promise<void>((resolve) => {
        onWrite = () => {
          if (fits(text)) resolve();
        };
        onWrite();
      }),
  };
}

describe("the table that refreshes", () => {
  it("is painted over itself on a terminal, and in the end over the last one", async () => {
    const out = createOutput(true);
    const live = showLive({ out, count: async () => [row], everyMilliseconds: 1 });
    const back = "\u001b[2A\u001b[0J";
    await out.until((text) => text.split(back).length > 2);
    live.finish([row]);
    const paintings = out.text().split(back);
    assert.ok(paintings.slice(0, -1).every((text) => text.split("\n").length === 3));
    assert.match(paintings.at(-1) ?? "", / lost\niot-to-x .*\n$/);
  });

  it("is a line at a time in a log, without control characters, and the whole table in the end", async () => {
    const out = createOutput(false);
    const live = showLive({ out, count: async () => [row], everyMilliseconds: 1 });
    await out.until((text) => text.split("\n").length > 2);
    live.finish([row]);
    const lines = out.text().trimEnd().split("\n");
    assert.match(lines[0] ?? "", /^after \d+ s {2}iot-to-x: 1 published/);
    assert.match(lines.at(-2) ?? "", /^integration .* lost$/);
    assert.ok(!out.text().includes("\u001b"));
  });

  it("shows further lines below, and paints over them on a terminal", async () => {
    const out = createOutput(true);
    const further = async (): Promise<string[]> => ["1 quarantined", "2 set aside"];
    const live = showLive({ out, count: async () => [row], further, everyMilliseconds: 1 });
    const back = "\u001b[4A\u001b[0J";
    await out.until((text) => text.includes(back));
    live.finish([row], ["3 set aside"]);
    const paintings = out.text().split(back);
    assert.match(paintings[0] ?? "", /\niot-to-x .*\n1 quarantined\n2 set aside\n$/);
    assert.match(paintings.at(-1) ?? "", / lost\niot-to-x .*\n3 set aside\n$/);
  });

  it("folds further lines to the width of a terminal, and shows no more of them than fit on it", async () => {
    const out = { ...createOutput(true), columns: 60, rows: 5 };
    const further = async (): Promise<string[]> => [
      "7 set aside: ".padEnd(100, "queue gone "),
      "b",
    ];
    const live = showLive({ out, count: async () => [row], further, everyMilliseconds: 1 });
    const back = "\u001b[4A\u001b[0J";
    await out.until((text) => text.includes(back));
    live.finish([row], await further());
    const paintings = out.text().split(back);
    const folded = (text = ""): string[] => text.trimEnd().split("\n").slice(2);
    const [first = "", second = ""] = folded(paintings[0]);
    assert.ok(first.length <= 60 && second.length <= 60);
    assert.equal(`${first}${second.slice(1)}`, (await further())[0]?.trimEnd());
    assert.deepEqual(folded(paintings.at(-1)), [first, second, "b"]);
  });

  it("shows further lines in a log, indented", async () => {
    const out = createOutput(false);
    const further = async (): Promise<string[]> => ["1 quarantined"];
    const live = showLive({ out, count: async () => [row], further, everyMilliseconds: 1 });
    await out.until((text) => text.includes("quarantined\n"));
    live.stop();
    assert.match(out.text(), /^after \d+ s {2}iot-to-x: .*\n {2}1 quarantined\n/);
  });

  it("goes on when it could not count once", async () => {
    const out = createOutput(false);
    let counts = 0;
    const count = async (): Promise<Row[]> => {
      counts += 1;
      if (counts === 1) throw new Error("The emulator is busy.");
      return [row];
    };
    const live = showLive({ out, count, everyMilliseconds: 1 });
    await out.until((text) => text.includes("iot-to-x"));
    live.stop();
    assert.ok(!out.text().includes("busy"));
  });

  it("shows nothing after its end, not even what it was counting", async () => {
    const out = createOutput(false);
    let answer: (rows: Row[]) => void = () => undefined;
    let asked = (): void => undefined;
    const counting = new Promise<void>((resolve) => (asked = resolve));
    const live = showLive({
      out,
      everyMilliseconds: 1,
      count: () => {
        asked();
        return new Promise<Row[]>((resolve) => (answer = resolve));
      },
    });
    await counting;
    live.stop();
    answer([row]);
    await new Promise(setImmediate);
    assert.equal(out.text(), "");
  });
});
