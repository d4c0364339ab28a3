import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { createScoring } from "../../../functions/iot-to-sagemaker/scoring";
import { logged } from "../logged";

const mostBytes = 4_000_000;
const named = (name: string, rest: object = {}) =>
  Object.assign(new Error(`${name} of the endpoint`), { name, ...rest });
const poisoned = () => named("ModelError", { OriginalMessage: "could not parse" });

/** A model whose score of a line is its number, and which refuses lines that are `poison`. */
function model(refuses: (line: string) => boolean = (line) => line.startsWith("poison")) {
  const calls: string[][] = [];
  const invoke = async (lines: string[]) => {
    calls.push(lines);
    if (lines.some(refuses)) throw poisoned();
    return { contentType: "text/csv", body: lines.join("\n") };
  };
  return { calls, invoke };
}

const score = async (args: Parameters<typeof createScoring>[0], lines: string[]) =>
  (await logged(() => createScoring(args)(lines))).answer;
const numbers = (count: number) => Array.from({ length: count }, (_, nth) => String(nth));

describe("The scoring of iot-to-sagemaker", () => {
  it("scores a batch in one request, by position", async () => {
    const { calls, invoke } = model();
    const { scores, refused, failed } = await score({ invoke, mostBytes }, ["7", "5", "6"]);
    assert.deepEqual(calls, [["7", "5", "6"]]);
    assert.deepEqual([...scores], [[0, 7], [1, 5], [2, 6]]); // prettier-ignore
    assert.deepEqual([refused.size, failed], [0, []]);
  });

  it("makes no request for no line", async () => {
    const { calls, invoke } = model();
    await score({ invoke, mostBytes }, []);
    assert.deepEqual(calls, []);
  });

  it("splits a batch so that no request has more bytes than the endpoint accepts", async () => {
    const { calls, invoke } = model();
    // Two bytes a line, with its line break.
    const { scores } = await score({ invoke, mostBytes: 4 }, numbers(5));
    assert.deepEqual(calls, [["0", "1"], ["2", "3"], ["4"]]);
    assert.equal(scores.size, 5);
  });

  it("splits any batch into requests within the limit, in order and without loss", async () => {
    const line = fc.integer({ min: 0, max: 1e9 }).map(String);
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 11, max: 99 }), async (lines, most) => {
        const { calls, invoke } = model();
        await score({ invoke, mostBytes: most }, lines);
        assert.deepEqual(calls.flat(), lines);
        for (const call of calls) assert.ok(Buffer.byteLength(`${call.join("\n")}\n`) <= most);
      }),
    );
  });

  it("finds exactly the lines that the model refuses, and scores all others", async () => {
    const position = fc.integer({ min: 0, max: 39 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(position, { maxLength: 4 }), async (positions) => {
        const { invoke } = model();
        const lines = numbers(40).map((line, at) => (positions.includes(at) ? "poison" : line));
        const { scores, refused, failed } = await score({ invoke, mostBytes }, lines);
        assert.deepEqual([...refused.keys()].sort(), positions.sort());
        assert.deepEqual([...new Set(refused.values())].slice(0, 1), positions.length > 0 ? ["could not parse"] : []); // prettier-ignore
        assert.equal(scores.size, 40 - positions.length);
        for (const [at, value] of scores) assert.equal(value, at);
        assert.deepEqual(failed, []);
      }),
    );
  });

  it("finds one refused line of 500 in at most 20 requests", async () => {
    const { calls, invoke } = model();
    const lines = numbers(500);
    lines[333] = "poison";
    const { refused } = await score({ invoke, mostBytes }, lines);
    assert.deepEqual([...refused.keys()], [333]);
    assert.ok(calls.length <= 20, `${calls.length} requests`);
  });

  it("refuses a line alone in its batch if the model still scores an earlier one", async () => {
    const { calls, invoke } = model();
    const scoring = createScoring({ invoke, mostBytes });
    await logged(() => scoring(["1", "2"]));
    const { answer } = await logged(() => scoring(["poison"]));
    assert.deepEqual([...answer.refused.keys()], [0]);
    assert.deepEqual(calls.slice(1), [["poison"], ["1"]]);
  });

  it("refuses no line while the model fails for every line", async () => {
    const { calls, invoke } = model(() => true);
    const { scores, refused, failed } = await score({ invoke, mostBytes }, numbers(500));
    assert.deepEqual([scores.size, refused.size], [0, 0]);
    assert.deepEqual(failed.sort((a, b) => a - b), [...numbers(500).keys()]); // prettier-ignore
    assert.ok(calls.length <= 20, `${calls.length} requests`);
  });

  it("refuses no line of a batch during which the model begins to fail", async () => {
    let works = true;
    const { invoke } = model(() => !works);
    const scoring = createScoring({ invoke, mostBytes });
    await logged(() => scoring(["1"]));
    works = false;
    const { answer } = await logged(() => scoring(numbers(8)));
    assert.equal(answer.refused.size, 0);
    assert.deepEqual(answer.failed.sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("returns the lines of a request that fails for another reason, and those alone", async () => {
    const names = [
      ...["ModelNotReadyException", "InternalFailure", "ServiceUnavailable"],
      ...["InternalDependencyException", "ValidationError", "AccessDeniedException"],
    ];
    for (const name of names) {
      const { invoke } = model();
      const failing = (lines: string[]) =>
        lines.includes("2") ? Promise.reject(named(name)) : invoke(lines);
      const { scores, refused, failed } = await score(
        { invoke: failing, mostBytes: 4 },
        numbers(6),
      );
      assert.deepEqual([failed, refused.size], [[2, 3], 0], name);
      assert.deepEqual([...scores.keys()], [0, 1, 4, 5], name);
    }
  });

  it("returns the lines of a request with another number of scores: no score shifts to another line", async () => {
    const short = async (lines: string[]) => ({
      contentType: "text/csv",
      body: lines.slice(1).join("\n"),
    });
    const { scores, refused, failed } = await score({ invoke: short, mostBytes }, numbers(3));
    assert.deepEqual([scores.size, refused.size, failed], [0, 0, [0, 1, 2]]);
  });
});
