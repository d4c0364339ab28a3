import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { lineOf, scoresIn } from "../../../functions/iot-to-sagemaker/content";
import { readingOf } from "../../support/events";

const json = "application/json";
const lines = "application/jsonlines";

describe("The content of iot-to-sagemaker's requests", () => {
  const features = ["pressure", "temperature"];

  it("has the features of a reading in the order of the setting", () => {
    assert.equal(lineOf(readingOf(), features, "csv"), "1013,21.5");
    assert.equal(lineOf(readingOf(), features, "jsonlines"), '{"features":[1013,21.5]}');
  });

  it("returns to the same numbers, in either format", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (pressure, temperature) => {
        const reading = readingOf({ pressure, temperature });
        const csv = lineOf(reading, features, "csv").split(",").map(Number);
        const { features: values } = JSON.parse(lineOf(reading, features, "jsonlines")) as {
          features: number[];
        };
        // Minus zero is zero for a model.
        const sent = [pressure + 0, temperature + 0];
        assert.deepEqual([csv, values.map((value) => value + 0)], [sent, sent]);
      }),
    );
  });
});

describe("The scores of iot-to-sagemaker's responses", () => {
  it("are read in each format, in their order", () => {
    const expected = [0.02, 0.25];
    const bodies: [string, string][] = [
      [json, '{"scores":[{"score":0.02},{"score":0.25}]}'],
      [json, "[0.02,0.25]"],
      [lines, '{"score":0.02}\n{"score":0.25}\n'],
      [lines, "0.02\n0.25"],
      ["text/csv; charset=utf-8", "0.02\n0.25\n"],
      ["text/csv", "0.02,0.25"],
    ];
    for (const [contentType, body] of bodies)
      assert.deepEqual(scoresIn({ contentType, body }, 2), expected, body);
  });

  it("are refused if there are fewer or more of them than readings", () => {
    for (const count of [1, 3])
      assert.throws(() => scoresIn({ contentType: json, body: "[0.02,0.25]" }, count), {
        message: `The model returned 2 scores for ${count} readings; check that it returns one score per line.`,
      });
    assert.throws(() => scoresIn({ contentType: json, body: '{"predictions":[1]}' }, 1), {
      message: /^The model returned 0 scores for 1 readings/,
    });
  });

  it("are refused if one is no number", () => {
    const bodies: [string, string][] = [
      [json, '{"scores":[{"score":1},{"score":"1"}]}'],
      [json, '{"scores":[{"score":1},{}]}'],
      [json, "[1,null]"],
      [lines, '{"score":1}\nnull'],
      ["text/csv", "1,NaN"],
      ["text/csv", "1,Infinity"],
    ];
    for (const [contentType, body] of bodies)
      assert.throws(() => scoresIn({ contentType, body }, 2), {
        message: /something else than a number as score 2 of 2/,
      });
    assert.throws(() => scoresIn({ contentType: "text/csv", body: "" }, 1), {
      message: /as score 1 of 1/,
    });
  });

  it("are refused if the response is not JSON but says so", () => {
    for (const contentType of [json, lines])
      assert.throws(() => scoresIn({ contentType, body: "<html>" }, 1), {
        message: /is not JSON/,
      });
  });
});
