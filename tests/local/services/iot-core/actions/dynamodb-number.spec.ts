import * as assert from "node:assert/strict";
import { dynamodbNumber } from "../../../../../local/services/iot-core/actions/dynamodb-number";

describe("A number for DynamoDB", () => {
  for (const number of [
    "0",
    "-0.000",
    "5",
    "0.1",
    "-9007199254740993.5",
    "9".repeat(38),
    `0.${"0".repeat(129)}1`,
    "1e+125",
    "9.99e125",
    "1e-130",
    `1${"0".repeat(125)}`,
    `${"9".repeat(38)}000`,
    "1.23456789012345678901234567890123456780000e+2",
  ])
    it(`is taken as it is: ${number}`, () => assert.equal(dynamodbNumber(number), number));

  const refused: [number: string, message: RegExp][] = [
    ["9".repeat(39), /^Attempting to store more than 38 significant digits in a Number$/],
    [`0.${"1".repeat(39)}`, /more than 38 significant digits/],
    ["1e+126", /^Number overflow\. Attempting to store a number with magnitude larger/],
    ["1e+400", /^Number overflow\./],
    ["12e125", /^Number overflow\./],
    ["1e-131", /^Number underflow\. Attempting to store a number with magnitude smaller/],
    [`0.${"0".repeat(130)}1`, /^Number underflow\./],
    ["", /^The parameter cannot be converted to a numeric value: $/],
    ["five", /^The parameter cannot be converted to a numeric value: five$/],
    ["0x10", /cannot be converted to a numeric value: 0x10$/],
    ["1 ", /cannot be converted to a numeric value: 1 $/],
    ["Infinity", /cannot be converted to a numeric value: Infinity$/],
  ];
  for (const [number, message] of refused)
    it(`is refused as DynamoDB does: ${number}`, () =>
      assert.throws(() => dynamodbNumber(number), { name: "ValidationException", message }));
});
