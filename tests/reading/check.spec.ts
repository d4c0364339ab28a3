import * as assert from "node:assert/strict";
import { definition as vehicle } from "../../examples/vehicle/fields";
import { definitionProblem } from "../../reading/check";
import type { Definition, Field } from "../../reading/definition";
import { definition as shipped } from "../../reading/fields";

const speed: Field = { type: "number", least: 0, most: 300 };
const gear: Field = { type: "one of", values: ["park", "drive"] };
const wordsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `v${index}`) as [string, ...string[]];
const of = (fields: Record<string, Field>, rest: Partial<Definition> = {}): Definition => ({
  fields,
  unknownFields: "ignored",
  ...rest,
});

describe("definitionProblem", () => {
  it("accepts the default definition and the example", () => {
    assert.equal(definitionProblem(shipped), undefined);
    assert.equal(definitionProblem(vehicle), undefined);
  });

  const refused: [string, Definition, string][] = [
    [
      "a name with a digit",
      of({ co2: speed }),
      "co2 is not a name that IoT SQL reads in every place; use 1 to 64 letters, beginning with a small one.",
    ],
    [
      "a name of the program's own",
      of({ receivedAt: speed }),
      "receivedAt is a name that the program uses itself; choose another one.",
    ],
    [
      "a clock that is fast by more than a day",
      of({ speed }, { clock: { minutesAhead: 1441, daysBehind: 7 } }),
      "clock.minutesAhead is 1441; it must be a whole number from 0 to 1440.",
    ],
    [
      "a clock that is behind by half a day",
      of({ speed }, { clock: { minutesAhead: 5, daysBehind: 0.5 } }),
      "clock.daysBehind is 0.5; it must be a whole number from 1 to 3650.",
    ],
    ["a word of SQL", of({ end: speed }), "end is a word of IoT SQL; choose another name."],
    [
      "a name of every object",
      of({ constructor: speed }),
      "constructor is a name that every JavaScript object has; choose another one.",
    ],
    [
      "names that differ in case",
      of({ fuelLevel: speed, fuellevel: speed }),
      "fuelLevel differs from another field in case only; choose another name.",
    ],
    [
      "bounds the wrong way round",
      of({ speed: { ...speed, least: 300 } }),
      "speed has the bounds 300 and 300; least must be below most.",
    ],
    [
      "a bound with an exponent",
      of({ speed: { ...speed, most: 1e21 } }),
      "speed has a bound or limit that is no plain decimal number; use at most 15 digits before and after the point.",
    ],
    [
      "an integer's bound between whole numbers",
      of({ speed: { type: "integer", least: 0.5, most: 3 } }),
      "speed is an integer whose bounds are not whole; make them whole.",
    ],
    [
      "usual values out of bounds",
      of({ speed: { ...speed, usual: [-1, 5] } }),
      "speed is usually -1 to 5; give two numbers within 0 to 300, the lower one first.",
    ],
    [
      "a limit out of bounds",
      of({ speed: { ...speed, limit: { above: 300 } } }),
      "speed has the limit 300; it must be between 0 and 300.",
    ],
    [
      "a quote in a value",
      of({ gear: { type: "one of", values: ["it's"] } }),
      `gear has the value "it's"; use 1 to 64 letters, digits, spaces inside, '_', '.', ':' and '-'.`,
    ],
    [
      "a value twice",
      of({ gear: { type: "one of", values: ["a", "a"] } }),
      "gear has a value twice; give each once.",
    ],
    [
      "a value of spaces",
      of({ gear: { type: "one of", values: [" "] } }),
      `gear has the value " "; use 1 to 64 letters, digits, spaces inside, '_', '.', ':' and '-'.`,
    ],
    [
      "a value that is no text",
      of({ gear: { type: "one of", values: [1 as never] } }),
      `gear has the value 1; use 1 to 64 letters, digits, spaces inside, '_', '.', ':' and '-'.`,
    ],
    [
      "a value that looks like a boolean",
      of({ gear: { type: "one of", values: ["true", "false"] } }),
      'gear has the value "true", which IoT SQL takes for a boolean; use the type boolean or another word.',
    ],
    [
      "no values",
      of({ gear: { type: "one of", values: [] as never } }),
      "gear has no values; give one or more.",
    ],
    [
      "values that are missing",
      of({ gear: { type: "one of" } as never }),
      "gear has no values; give one or more.",
    ],
    [
      "an unknown type",
      of({ speed: { type: "float", least: 0, most: 1 } as never }),
      "speed has no type; give it one of number, integer, text, boolean, one of.",
    ],
    [
      "a field that is null",
      of({ speed: null as never }),
      "speed has no type; give it one of number, integer, text, boolean, one of.",
    ],
    [
      "a bound in quotes",
      of({ speed: { ...speed, least: "0" as never } }),
      "speed has a bound or limit that is no plain decimal number; use at most 15 digits before and after the point.",
    ],
    [
      "a limit on both sides",
      of({ speed: { ...speed, limit: { above: 200, below: 5 } } }),
      "speed has a limit that is not one number above or below; give { above: … } or { below: … }.",
    ],
    [
      "a limit without a number",
      of({ speed: { ...speed, limit: {} as never } }),
      "speed has a limit that is not one number above or below; give { above: … } or { below: … }.",
    ],
    [
      "a label of two lines",
      of({ speed: { ...speed, label: "speed\nBcc: all" } }),
      'speed has the label "speed\\nBcc: all"; write 1 to 64 characters in one line, or leave it out.',
    ],
    [
      "an empty unit",
      of({ speed: { ...speed, unit: "" } }),
      'speed has the unit ""; write 1 to 64 characters in one line, or leave it out.',
    ],
    [
      "an alias of two fields",
      of({ speed: { ...speed, aliases: ["v-max"] }, pace: { ...speed, aliases: ["vMax"] } }),
      '"vmax" is an alias of two fields; give it to one of them.',
    ],
    [
      "an unknown choice about unknown fields",
      of({ speed }, { unknownFields: "ignore" as never }),
      'unknownFields is "ignore"; it must be "ignored" or "refused".',
    ],
    [
      "a severity without a list",
      of({ gear }, { severity: { field: "gear", critical: ["park"], good: [] } as never }),
      "severity lacks a list; give critical, warning and good each a list, which may be empty for warning.",
    ],
    [
      "more than a rule's SQL should hold",
      of({ gear: { type: "one of", values: wordsOf(399) } }),
      "the fields make 802 operands of SQL together; declare fewer fields or values until they are at most 800.",
    ],
    [
      "a text of no length",
      of({ note: { type: "text", mostBytes: 0 } }),
      "note has mostBytes 0; it must be a whole number above 0.",
    ],
    [
      "texts that no alert holds",
      of({ note: { type: "text", mostBytes: 20_000 } }),
      "the texts may have 20000 bytes together; lower mostBytes until it is at most 16384, which fits an alert.",
    ],
    [
      "a remark that is no text",
      of({ speed }, { remark: "speed" }),
      'remark is "speed"; it must name a field of the type text.',
    ],
    [
      "a severity by a number",
      of({ speed }, { severity: { field: "speed", critical: [], warning: [], good: [] } }),
      'severity.field is "speed"; it must name a field of the type "one of" or "boolean".',
    ],
    [
      "a severity with a value that there is not",
      of({ gear }, { severity: { field: "gear", critical: ["reverse"], warning: [], good: [] } }),
      'severity has "reverse", which gear does not have or which has another level too; give each value of gear at most one level.',
    ],
    [
      "a severity without a critical value",
      of({ gear }, { severity: { field: "gear", critical: [], warning: [], good: ["park"] } }),
      "severity has no critical or no good value; give one of each, or leave severity out.",
    ],
  ];
  it("takes units and labels of any characters in one line", () => {
    const label = `it's "hot" | µg/m³`;
    assert.equal(definitionProblem(of({ speed: { ...speed, label, unit: label } })), undefined);
  });

  for (const [what, definition, problem] of refused)
    it(`refuses ${what} in one sentence`, () =>
      assert.equal(definitionProblem(definition), `reading/fields.ts: ${problem}`));
});
