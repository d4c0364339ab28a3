import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { itemOf, valuesOf } from "../../../functions/shared/item";

describe("itemOf", () => {
  it("writes text and numbers in their types, and leaves out what is undefined", () =>
    assert.deepEqual(itemOf({ deviceId: "7", temperature: -0.5, message: undefined, note: "" }), {
      deviceId: { S: "7" },
      temperature: { N: "-0.5" },
      note: { S: "" },
    }));

  it("writes booleans as such", () => {
    assert.deepEqual(itemOf({ fault: true, open: false }), {
      fault: { BOOL: true },
      open: { BOOL: false },
    });
  });

  it("writes zero for numbers below DynamoDB's smallest", () =>
    assert.deepEqual(itemOf({ humidity: 1e-200, temperature: -9.9e-131, pressure: 1e-130 }), {
      humidity: { N: "0" },
      temperature: { N: "0" },
      pressure: { N: "1e-130" },
    }));

  it("is read back as it was", () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((number) => (Math.abs(number) < 1e-130 ? 0 : number)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (values) => {
        assert.deepEqual(valuesOf(itemOf(values)), { ...values });
      }),
    );
  });
});
