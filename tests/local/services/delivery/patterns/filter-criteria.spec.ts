import * as assert from "node:assert/strict";
import {
  compileFilters,
  type DataField,
} from "../../../../../local/services/delivery/patterns/filter-criteria";
import type { Json } from "../../../../../local/services/delivery/json";

const body: DataField = { name: "body", textual: true };
const data: DataField = { name: "data", textual: false };

const passes = (field: DataField, record: Record<string, Json>, ...patterns: object[]): boolean =>
  compileFilters({ filters: patterns.map((p) => ({ pattern: JSON.stringify(p) })) }, field)(record);

describe("filter criteria", () => {
  it("pass everything without filters", () => {
    assert.equal(compileFilters(undefined, body)({ body: "x" }), true);
    assert.equal(compileFilters({ filters: [] }, body)({ body: "x" }), true);
  });

  it("pass records that match one of the filters", () => {
    assert.equal(
      passes(data, { data: { a: 2 } }, { data: { a: [1] } }, { data: { a: [2] } }),
      true,
    );
    assert.equal(
      passes(data, { data: { a: 3 } }, { data: { a: [1] } }, { data: { a: [2] } }),
      false,
    );
  });

  // eb-pipes-event-filtering.html, the table of formats
  for (const [what, message, filter, expected] of [
    ["text by text", "alarm", { body: ["alarm"] }, true],
    ["text without a filter on it", "alarm", { messageId: ["1"] }, true],
    ["text by JSON", "alarm", { body: { a: [{ exists: false }] } }, false],
    ["JSON by text", { a: 1 }, { body: [{ "anything-but": "x" }] }, false],
    ["JSON without a filter on it", { a: 1 }, { messageId: ["1"] }, true],
    ["JSON by JSON", { a: 1 }, { body: { a: [1] } }, true],
  ] as const) {
    it(`${expected ? "passes" : "drops"} ${what}`, () =>
      assert.equal(passes(body, { messageId: "1", body: message }, filter), expected));
  }

  it("refuses to filter a stream's data as text", () => {
    assert.throws(() => passes(data, {}, { data: ["x"] }), {
      message: `The filter on 'data' must be a JSON object: {"data":["x"]}`,
    });
  });

  it("reject more filters than AWS accepts", () => {
    const six = Array.from({ length: 6 }, () => ({ body: { a: [1] } }));
    assert.throws(() => passes(body, {}, ...six), { message: "There are 6 filters; AWS takes 5." });
  });
});
