import * as assert from "node:assert/strict";
import { numberFieldsInWords } from "../../../components/parts/measure";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import type { Definition } from "../../../reading/definition";

const doors: Definition = { fields: { open: { type: "boolean" } }, unknownFields: "ignored" };

describe("The fields that can be averaged", () => {
  it("are named, of whatever definition", () =>
    assert.equal(
      numberFieldsInWords(vehicle),
      "one of speed, fuel, latitude, longitude, which reading/fields.ts declares as numbers",
    ));

  it("are said to be missing where no field is a number", () =>
    assert.equal(
      numberFieldsInWords(doors),
      "a field with numbers, and reading/fields.ts declares none: declare one there, or take iot-to-analytics out of the setting integrations",
    ));
});
