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

  it("is read back as it was", () => {
    const value = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (values) => {
        assert.deepEqual(valuesOf(itemOf(values)), { ...values });
      }),
    );
  });
});
