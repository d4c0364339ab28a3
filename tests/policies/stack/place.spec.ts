import { unknownCheckingProxy } from "@pulumi/policy";
import * as assert from "node:assert/strict";
import { placesAt } from "../../../policies/stack/paths";
import { Place } from "../../../policies/stack/place";
import { unknown } from "../../support/policy";

function inputs(values: Record<string, unknown>): { place: Place; noted: string[] } {
  const noted: string[] = [];
  const props = (unknownCheckingProxy as (inputs: object) => object)(values);
  return { place: Place.of(props, (path) => noted.push(path)), noted };
}

describe("A place in a resource's inputs", () => {
  it("reads what is there as what it is, and nothing else", () => {
    const { place } = inputs({ a: { b: ["x", 2, true, null] } });
    const list = place.at("a", "b");
    assert.equal(list.path, "a.b");
    assert.equal(list.at(0).text(), "x");
    assert.equal(list.at(0).number(), undefined);
    assert.equal(list.at(1).number(), 2);
    assert.equal(list.at(1).text(), undefined);
    assert.equal(list.at(2).flag(), true);
    assert.equal(list.at(3).given, false);
    assert.equal(list.at(4).given, false);
    assert.deepEqual(list.texts(), ["x"]);
    assert.deepEqual(list.whole(), ["x", 2, true, null]);
  });

  it("finds nothing where nothing can be", () => {
    const { place } = inputs({ a: "text" });
    for (const key of ["length", "toString", "__proto__", "constructor"])
      assert.equal(place.at(key).given, false);
    assert.equal(place.at("a", "length").given, false);
    assert.equal(place.at("x", "y", 3).text(), undefined);
    assert.deepEqual(place.at("x").items(), []);
    assert.deepEqual(place.at("a").keys(), []);
  });

  it("notes what was wanted and is not known, by the path of what is unknown as a whole", () => {
    const { place, noted } = inputs({ a: unknown, list: ["x", unknown] });
    assert.equal(place.at("a").given, true);
    assert.equal(place.at("a").isUnknown, true);
    assert.deepEqual(noted, []);
    assert.equal(place.at("a", "b", 0).text(), undefined);
    assert.deepEqual(place.at("a").items(), []);
    assert.equal(place.at("list").whole(), undefined);
    assert.deepEqual(noted, ["a", "a", "list[1]"]);
  });

  it("takes a single object for a list of one", () => {
    const { place } = inputs({ one: { a: 1 }, two: [{ a: 1 }, { a: 2 }] });
    const numbers = (path: string) => placesAt(place, path).map((found) => found.number());
    assert.deepEqual(numbers("one[].a"), [1]);
    assert.deepEqual(numbers("two[].a"), [1, 2]);
    assert.deepEqual(numbers("none[].a"), []);
  });

  it("reads JSON in a text as if it were not in one", () => {
    const { place } = inputs({ text: '{"a":{"b":1}}', object: { a: { b: 1 } }, broken: "{" });
    const read = (path: string) => placesAt(place, path)[0]?.number();
    assert.equal(read("text{}.a.b"), 1);
    assert.equal(read("object{}.a.b"), 1);
    assert.equal(read("broken{}.a.b"), undefined);
  });
});
