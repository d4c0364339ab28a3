import * as assert from "node:assert/strict";
import { definition as vehicle } from "../../examples/vehicle/fields";
import type { Definition } from "../../reading/definition";
import { describeExcesses, limitsProblem, limitsWith } from "../../reading/limits";
import { levelOf } from "../../reading/severity";
import { describeValues, remarkOf } from "../../reading/text";
import { readingOf } from "../support/events";

const car = { deviceId: "car-1", timestamp: 1, speed: 83, fuel: 12, latitude: 52.5, fault: false };
const plain: Definition = {
  fields: {
    engineSpeed: { type: "integer", least: 0, most: 9000 },
    gear: { type: "one of", values: ["park", "drive"] },
    doorsLocked: { type: "boolean" },
    note: { type: "text", mostBytes: 100 },
  },
  unknownFields: "ignored",
};

describe("the level of a reading", () => {
  it("is the definition's level for the value of the severity field", () => {
    for (const [status, level] of [
      ["critical", "critical"],
      ["warning", "warning"],
      ["ok", "good"],
      ["fine", undefined],
      [undefined, undefined],
    ])
      assert.equal(levelOf({ status }), level);
    assert.equal(levelOf({ fault: true }, vehicle), "critical");
    assert.equal(levelOf({ fault: false }, vehicle), "good");
    assert.equal(levelOf({ fault: "true" }, vehicle), undefined);
  });

  it("is none without a severity", () => assert.equal(levelOf({ gear: "park" }, plain), undefined));
});

describe("a reading in words", () => {
  it("has each value with its unit and label, and leaves out what is missing", () => {
    assert.deepEqual(describeValues(readingOf()), ["21.5 °C", "40 % humidity", "1013 hPa"]);
    assert.deepEqual(describeValues(car, vehicle), ["83 km/h", "12 % fuel", "52.5 ° latitude"]);
  });

  it("names values without a unit, words and booleans, and quotes no text", () => {
    const reading = { engineSpeed: 900, gear: "drive", doorsLocked: false, note: "From: boss" };
    assert.deepEqual(describeValues(reading, plain), [
      "900 engine speed",
      "gear: drive",
      "doors locked: no",
    ]);
  });

  it("has the device's remark if there is a field for it", () => {
    assert.equal(remarkOf(readingOf({ message: "hot" })), "hot");
    assert.equal(remarkOf(readingOf()), undefined);
    assert.equal(remarkOf(car, vehicle), undefined);
  });
});

describe("limits", () => {
  it("are the definition's, unless they are replaced", () => {
    assert.deepEqual(limitsWith(), { temperature: 80 });
    assert.deepEqual(limitsWith({ temperature: 90 }), { temperature: 90 });
    assert.deepEqual(limitsWith({ speed: 100 }, vehicle), { speed: 100, fuel: 10 });
  });

  it("are exceeded above or below, not at the limit", () => {
    const limits = limitsWith({}, vehicle);
    assert.deepEqual(describeExcesses({ speed: 130, fuel: 10 }, limits, vehicle), []);
    assert.deepEqual(describeExcesses({ speed: 130.5, fuel: 9 }, limits, vehicle), [
      "The speed is 130.5 km/h, above the limit of 130 km/h.",
      "The fuel is 9 %, below the limit of 10 %.",
    ]);
    assert.deepEqual(describeExcesses({ speed: 5 }, limits, vehicle), []);
  });

  it("are refused for fields without one, and beyond the field's bounds", () => {
    assert.equal(limitsProblem({ temperature: 200 }), undefined);
    assert.equal(
      limitsProblem({ humidity: 5 }),
      "names humidity; it must be a map of fields that have a limit in reading/fields.ts (temperature) to numbers",
    );
    assert.equal(
      limitsProblem({ temperature: 201 }),
      "gives temperature the limit 201; it must be a number from -100 to 200",
    );
    assert.equal(
      limitsProblem({ temperature: "80" as never }),
      'gives temperature the limit "80"; it must be a number from -100 to 200',
    );
    assert.equal(
      limitsProblem({ gear: 1 }, plain),
      "names gear; it must be a map of fields that have a limit in reading/fields.ts (there are none) to numbers",
    );
  });
});
