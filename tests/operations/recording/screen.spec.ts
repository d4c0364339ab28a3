import * as assert from "node:assert/strict";
import { framesOf } from "../../../operations/recording/screen";

const last = (text: string, width?: number): readonly string[] | undefined =>
  framesOf([{ seconds: 0, text }], width).at(-1)?.lines;

describe("The frames of a recording", () => {
  it("have the lines as a terminal shows them when they are painted over", () => {
    assert.deepEqual(last("a\r\nb\r\n"), ["a", "b", ""]);
    assert.deepEqual(last("  step …\r\u001b[2K  step  1.0 s\r\n"), ["  step  1.0 s", ""]);
    assert.deepEqual(last("one\r\ntwo\r\n\u001b[2A\u001b[0JONE\r\n"), ["ONE", ""]);
    assert.deepEqual(last("abc\rX\u001b[K"), ["X"]);
    assert.deepEqual(last("abc\u001b[1GX\u001b[31m\u001b[?25l"), ["Xbc"]);
  });

  it("have a line that is too long in several, and one that just fits in one", () => {
    assert.deepEqual(last("abcdef\r\ng", 3), ["abc", "def", "g"]);
    assert.deepEqual(last("abc\r\ng", 3), ["abc", "g"]);
  });

  it("have their times, and what came before", () =>
    assert.deepEqual(
      framesOf([
        { seconds: 1, text: "a" },
        { seconds: 2.5, text: "b" },
      ]),
      [
        { seconds: 1, lines: ["a"] },
        { seconds: 2.5, lines: ["ab"] },
      ],
    ));

  it("are refused with a control sequence that is not implemented", () =>
    assert.throws(() => framesOf([{ seconds: 0, text: "\u001b[3B" }]), {
      message:
        'The recording has the control sequence "ESC[3B", which is not implemented: add it to operations/recording/screen.ts.',
    }));
});
