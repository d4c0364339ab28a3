import { table } from "./evaluation";

describe("iot-sql cast", () => {
  table([
    ["cast(true as Int)", 1],
    ["cast(false AS Integer)", 0],
    ["cast(1.9 as int)", 1],
    ["cast(-1.2 as Int)", -2],
    ["cast('2.9' as Int)", 2],
    ["cast('x' as Int)", undefined],
    ["cast([1] as Int)", undefined],
    ["cast(null as Int)", undefined],
    ["cast(true as Decimal)", 1],
    ["cast('5E-1' as Double)", 0.5],
    ["cast(a as double)", 5, { a: 5.0 }],
    ["cast(missing as Decimal)", undefined],
    ["cast(0 as Boolean)", false],
    ["cast(-0.5 as Bool)", true],
    ["cast(true as Bool)", true],
    ["cast('TRUE' as Boolean)", true],
    ["cast('1' as Boolean)", undefined],
    ["cast(null as Boolean)", undefined],
    ["cast(12 as String)", "12"],
    ["cast(false as Nvarchar)", "false"],
    ["cast('yes' as Text)", "yes"],
    ["cast([1, 'a'] as Ntext)", '[1,"a"]'],
    ["cast({'a': null} as varchar)", '{"a":null}'],
    ["cast(null as String)", undefined],
    ["cast(missing as String)", undefined],
    ["CAST(a.b + 1 AS STRING) + 'x'", "3x", { a: { b: 2 } }],
  ]);
});
