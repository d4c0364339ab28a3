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

  it("warns of the members of a value and of an object without AS, each in its place", () => {
    const warnings = (items: string): [code: string, column: number, message: string][] =>
      check(statementOf(`SELECT ${items} FROM 'a'`)).map(({ code, severity, column, message }) => {
        assert.equal(severity, "warning");
        return [code, column, message];
      });
    const members =
      "AWS documents '*' for the whole payload only; after a path it is all members of that value.";
    const object =
      "AWS documents no name for an object without AS, and the output has its members; write SELECT VALUE, or add AS <name>.";
    assert.deepEqual(warnings("b, a.*"), [["members", 11, members]]);
    assert.deepEqual(warnings("b, {'k': 1}"), [["unnamed", 11, object]]);
    const call =
      "AWS documents no name for a function without AS, and the output has it as 'topic'; add AS <name>.";
    assert.deepEqual(warnings("b, topic(1)"), [["unnamed", 11, call]]);
    assert.deepEqual(warnings("b, *"), []);
  });

  it("wants a name for a variable, whose own name is not one of the output", () => {
    assert.deepEqual(
      problemsOf("SET @v = 1 SELECT @v FROM 'a'").map(({ message }) => message),
      ["An item that is neither an attribute nor a function needs a name; add AS <name>."],
    );
  });
});
