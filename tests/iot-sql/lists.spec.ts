import * as assert from "node:assert/strict";
import { check } from "../../iot-sql";
import { problemsOf, statementOf } from "./evaluation";

/** The codes of what the checker finds in a SELECT list. */
const found = (items: string): string[] =>
  check(statementOf(`SELECT ${items} FROM 'a'`)).map(({ code }) => code);

describe("the checker of SELECT lists", () => {
  it("finds nothing in names that JavaScript has, too", () => {
    for (const name of ["undefined", "constructor", "__proto__"])
      assert.deepEqual(found(`b AS ${name}`), [], name);
  });

  it("finds each item without a name once", () => {
    assert.deepEqual(found("1 + 1, 2 + 2"), ["alias", "alias"]);
  });

  it("wants a name for a variable, whose own name is not one of the output", () => {
    assert.deepEqual(
      problemsOf("SET @v = 1 SELECT @v FROM 'a'").map(({ message }) => message),
      ["An item that is neither an attribute nor a function needs a name; add AS <name>."],
    );
  });
});
