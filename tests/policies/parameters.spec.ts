import * as assert from "node:assert/strict";
import Ajv from "ajv";
import { defaultsOf, integer, names, type Parameter } from "../../policies/parameters";

/** Whether the JSON schema of a parameter accepts a value. */
const accepts = ({ description: _, ...schema }: Parameter, value: unknown): boolean =>
  new Ajv().validate(schema, value);

describe("A parameter of a rule", () => {
  it("accepts integers from its minimum to its maximum", () => {
    const days = integer("Days.", { usually: 7, from: 1, to: 9 });
    assert.deepEqual(
      [0, 1, 9, 10, 1.5, "1"].map((value) => accepts(days, value)),
      [false, true, true, false, false, false],
    );
    assert.equal(days.description, "Days.");
  });

  it("accepts a list of names, each of which is a text that is not empty and occurs once", () => {
    const keys = names("Keys.");
    assert.deepEqual(
      [[], ["team"], ["team", "cost"], ["team", "team"], [""], [1], "team"].map((value) =>
        accepts(keys, value),
      ),
      [true, true, true, false, false, false, false],
    );
    assert.equal(keys.description, "Keys.");
  });

  it("has a default, which its schema accepts", () => {
    const parameters = {
      days: integer("Days.", { usually: 7, from: 1, to: 9 }),
      keys: names("Keys."),
    };
    assert.deepEqual(defaultsOf({ parameters }), { days: 7, keys: [] });
    for (const parameter of Object.values(parameters))
      assert.equal(accepts(parameter, parameter.default), true);
    assert.deepEqual(defaultsOf({}), {});
  });
});
