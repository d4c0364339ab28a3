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
  it("reads a value only as its own type", () => {
    const { place } = inputs({ a: { b: ["x", 2, true, null] } });
    const list = place.at("a", "b");
    assert.equal(list.path, "a.b");
    assert.equal(list.at(0).text(), "x");
    assert.equal(list.at(0).number(), undefined);
    assert.equal(list.at(1).number(), 2);
    assert.equal(list.at(1).text(), undefined);
    assert.equal(list.at(2).flag(), true);
    assert.equal(list.at(1).flag(), undefined);
    assert.equal(list.at(3).given, false);
    assert.equal(list.at(4).given, false);
    assert.deepEqual(list.texts(), ["x"]);
    assert.deepEqual(list.whole(), ["x", 2, true, null]);
  });

  it("reads each value from the SDK once, and notes an unknown one at each request", () => {
    const reads: PropertyKey[] = [];
    const counting = new Proxy<Record<string, unknown>>(
      { a: { b: unknown }, policy: '{"c":1}' },
      {
        get: (values, key) => {
          reads.push(key);
          return Reflect.get(values, key) as unknown;
        },
      },
    );
    const { place, noted } = inputs(counting);
    const readAll = (): void => {
      assert.equal(place.at("a", "b").text(), undefined);
      assert.equal(place.at("policy").json().at("c").number(), 1);
    };
    readAll();
    readAll();
    assert.deepEqual(
      reads.filter((key) => key === "a" || key === "policy"),
      ["a", "policy"],
    );
    assert.deepEqual(noted, ["a.b", "a.b"]);
  });

  it("finds no value where none can exist", () => {
    const { place } = inputs({ a: "text", none: null });
    for (const key of ["length", "toString", "__proto__", "constructor"])
      assert.equal(place.at(key).given, false);
    assert.equal(place.at("a", "length").given, false);
    assert.equal(place.at("none", "x").given, false);
    assert.equal(place.at("x", "y", 3).text(), undefined);
    assert.deepEqual(place.at("x").items(), []);
    assert.deepEqual(place.at("a").keys(), []);
  });

  it("records the path of a requested unknown value, up to the value that is unknown as a whole", () => {
    const { place, noted } = inputs({ a: unknown, list: ["x", unknown] });
    assert.equal(place.at("a").given, true);
    assert.equal(place.at("a").isUnknown, true);
    assert.deepEqual(noted, []);
    assert.equal(place.at("a", "b", 0).text(), undefined);
    assert.deepEqual(place.at("a").items(), []);
    assert.equal(place.at("list").whole(), undefined);
    assert.deepEqual(noted, ["a", "a", "list[1]"]);
  });

  it("does not record a value that was not requested", () => {
    const { place, noted } = inputs({ a: unknown, list: ["x", unknown], object: { a: unknown } });
    assert.equal(place.at("a").peek(), undefined);
    assert.equal(place.at("list", 0).peek(), "x");
    assert.equal(place.at("list", 0).isUnknown, false);
    const paths = (name: string) =>
      place
        .at(name)
        .members()
        .map(({ path, isUnknown }) => `${path} ${isUnknown}`);
    assert.deepEqual(paths("list"), ["list[0] false", "list[1] true"]);
    assert.deepEqual(paths("object"), ["object.a true"]);
    assert.deepEqual(paths("a"), []);
    assert.deepEqual(noted, []);
  });

  it("is known if the value is present or absent; an unknown value is recorded", () => {
    const { place, noted } = inputs({ a: "x", b: unknown });
    assert.deepEqual(
      ["a", "b", "c"].map((key) => place.at(key).isKnown()),
      [true, false, true],
    );
    assert.deepEqual(noted, ["b"]);
  });

  it("is in an input of the resource, at any depth", () => {
    const { place } = inputs({
      list: [{ a: { b: 1 } }],
      object: { a: [1] },
      a: "x",
      later: unknown,
    });
    for (const [one, input] of [
      [place.at("list", 0, "a", "b"), "list"],
      [place.at("list", 0), "list"],
      [place.at("object", "a", 0), "object"],
      [place.at("a"), "a"],
      [place.at("later", "a", 0), "later"],
    ] as const)
      assert.equal(one.input, input);
  });

  it("treats no value and an empty string as not set", () => {
    const { place } = inputs({ none: null, empty: "", no: false, zero: 0 });
    const given = ["none", "empty", "absent", "no", "zero"].filter((key) => place.at(key).given);
    assert.deepEqual(given, ["no", "zero"]);
  });

  it("reads the strings of a list or the single string, and the member names of an object", () => {
    const { place, noted } = inputs({ one: "x", list: ["x", 1, "y"], later: unknown, none: null });
    assert.deepEqual(place.at("one").texts(), ["x"]);
    assert.deepEqual(place.at("list").texts(), ["x", "y"]);
    assert.deepEqual(place.at("later").texts(), []);
    assert.deepEqual(place.keys(), ["one", "list", "later", "none"]);
    for (const key of ["none", "one"]) {
      assert.deepEqual(place.at(key).keys(), []);
      assert.deepEqual(place.at(key).items(), []);
      assert.deepEqual(place.at(key).members(), []);
    }
    assert.deepEqual(noted, ["later"]);
  });

  it("reads a completely known value, and no partially known value", () => {
    const values = {
      object: { a: [1, { b: null }], c: "x" },
      none: null,
      half: { a: unknown, b: 1 },
    };
    const { place, noted } = inputs(values);
    assert.deepEqual(place.at("object").whole(), values.object);
    assert.equal(place.at("none").whole(), null);
    assert.equal(place.at("absent").whole(), undefined);
    assert.deepEqual(noted, []);
    assert.equal(place.at("half").whole(), undefined);
    assert.deepEqual(noted, ["half.a"]);
  });

  it("reads a member without a value as absent in a whole value", () => {
    const { place, noted } = inputs({ object: { a: undefined, b: 1 }, list: [null, ""] });
    assert.deepEqual(place.at("object").whole(), { a: undefined, b: 1 });
    assert.deepEqual(place.at("list").whole(), [null, ""]);
    assert.deepEqual(noted, []);
  });

  it("reads the known part of a value without a request", () => {
    const values = {
      list: ["x", unknown, null],
      object: { a: unknown, b: { c: 2 } },
      all: unknown,
    };
    const { place, noted } = inputs(values);
    assert.deepEqual(place.at("list").knownPart(), ["x", undefined, null]);
    assert.deepEqual(place.at("object").knownPart(), { a: undefined, b: { c: 2 } });
    assert.equal(place.at("all").knownPart(), undefined);
    assert.equal(place.at("list", 0).knownPart(), "x");
    assert.equal(place.at("list", 2).knownPart(), null);
    assert.deepEqual(noted, []);
  });

  it("reads all nested values without members, once", () => {
    const { place, noted } = inputs({ a: [{ b: 1, c: [] }, unknown], d: "x" });
    const paths = place.leaves().map(({ path }) => path);
    assert.deepEqual(paths, ["a[0].b", "a[0].c", "a[1]", "d"]);
    assert.equal(place.leaves(), place.leaves());
    assert.equal(place.members(), place.members());
    assert.equal(place.at("d").json(), place.at("d").json());
    assert.deepEqual(noted, []);
  });

  it("reads an unknown input that the program did not set as absent, and no other value", () => {
    const props = (unknownCheckingProxy as (inputs: object) => object)({
      a: unknown,
      b: unknown,
      c: "x",
      nested: { a: unknown },
    });
    const asked: string[] = [];
    const place = Place.of(
      props,
      () => undefined,
      (input) => {
        asked.push(input);
        return input !== "b";
      },
    );
    const read = (...keys: string[]) => [place.at(...keys).given, place.at(...keys).isUnknown];
    assert.deepEqual(read("a"), [false, false]);
    assert.deepEqual(read("b"), [true, true]);
    assert.deepEqual(read("c"), [true, false]);
    assert.deepEqual(read("nested", "a"), [true, true]);
    assert.deepEqual(asked, ["a", "b"]);
  });

  it("represents the items of a list that is not known, and reads text as it is", () => {
    const { place, noted } = inputs({ list: unknown, text: "{}" });
    const found = placesAt(place, "list[].arn");
    assert.deepEqual(
      found.map(({ path, isUnknown }) => [path, isUnknown]),
      [["list", true]],
    );
    assert.deepEqual(
      placesAt(place, "text").map((one) => one.text()),
      ["{}"],
    );
    assert.deepEqual(noted, []);
  });

  it("does not hide errors of the inputs themselves", () => {
    const broken = Object.defineProperty({}, "a", {
      get: () => {
        throw new TypeError("broken");
      },
    });
    const place = Place.of(broken, () => undefined);
    assert.throws(() => place.at("a"), { message: "broken" });
  });

  it("treats a single object as a list of one item", () => {
    const { place } = inputs({ one: { a: 1 }, two: [{ a: 1 }, { a: 2 }] });
    const numbers = (path: string) => placesAt(place, path).map((found) => found.number());
    assert.deepEqual(numbers("one[].a"), [1]);
    assert.deepEqual(numbers("two[].a"), [1, 2]);
    assert.deepEqual(numbers("none[].a"), []);
  });

  it("reads JSON in a string like an object", () => {
    const { place } = inputs({ text: '{"a":{"b":1}}', object: { a: { b: 1 } }, broken: "{" });
    const read = (path: string) => placesAt(place, path)[0]?.number();
    assert.equal(read("text{}.a.b"), 1);
    assert.equal(read("object{}.a.b"), 1);
    assert.equal(read("broken{}.a.b"), undefined);
  });
});
