import * as assert from "node:assert/strict";
import type { ServiceModel, Shape } from "../../../../local/aws/models/model";
import { checkShape } from "../../../../local/aws/models/shape-check";

const shapes: Record<string, Shape> = {
  Text: { type: "string" },
  Short: { type: "string", min: 2, max: 3 },
  Named: { type: "string", min: 1, pattern: "[a-z]+" },
  OneLetter: { type: "string", min: 1, max: 1 },
  Bytes: { type: "blob", min: 1 },
  Texts: { type: "list", member: { shape: "Text" }, min: 1 },
  Either: {
    type: "structure",
    union: true,
    members: { a: { shape: "Text" }, b: { shape: "Text" } },
  },
  Anything: { type: "structure", document: true },
  Events: { type: "structure", eventstream: true, members: {} },
  Password: { type: "string", min: 8, sensitive: true },
  Vault: { type: "structure", sensitive: true, members: { pin: { shape: "OneLetter" } } },
  Ratio: { type: "double", min: 0, max: 1 },
  Positive: { type: "integer", min: 1 },
  Negative: { type: "long", max: -1 },
  Flag: { type: "boolean" },
  Moment: { type: "timestamp" },
  Tags: { type: "map", key: { shape: "Named" }, value: { shape: "Short" }, max: 2 },
  Numbered: {
    type: "structure",
    required: ["token"],
    members: { token: { shape: "Text", idempotencyToken: true } },
  },
  Header: { type: "structure", members: { json: { shape: "Text", jsonvalue: true } } },
};

const model: ServiceModel = { metadata: { serviceId: "Example" }, operations: {}, shapes };
const findings = (shape: string, input: unknown): string[] =>
  checkShape(model, { shape }, input).map(({ parameter, fault }) => `${parameter} ${fault}`);

describe("Checking a value against a shape", () => {
  it("counts characters, not UTF-16 units", () => {
    assert.deepEqual(findings("Short", "𝄞𝄞𝄞"), []);
    assert.deepEqual(findings("Short", "𝄞"), [
      'the input is "𝄞", but must have 2 to 3 characters, not 1',
    ]);
  });

  it("names an exact length as one number", () => {
    assert.deepEqual(findings("OneLetter", "ab"), [
      'the input is "ab", but must have 1 character, not 2',
    ]);
  });

  it("names only the bound that exists", () => {
    assert.deepEqual(findings("Texts", []), [
      "the input is a list of 0, but must have at least 1 item, not 0",
    ]);
    assert.deepEqual(findings("Positive", 0), ["the input is 0, but must be at least 1"]);
    assert.deepEqual(findings("Negative", 0), ["the input is 0, but must be at most -1"]);
    assert.deepEqual(findings("Ratio", 1.5), ["the input is 1.5, but must be 0 to 1"]);
  });

  it("asks a pattern of the whole value although it has no anchors", () => {
    assert.deepEqual(findings("Named", "abc"), []);
    assert.deepEqual(findings("Named", "abc1"), ['the input is "abc1", but must match /[a-z]+/']);
  });

  it("does not ask a pattern of a value whose length is wrong already", () => {
    assert.deepEqual(findings("Named", ""), [
      'the input is "", but must have at least 1 character, not 0',
    ]);
  });

  it("counts a text as the bytes it is sent as", () => {
    assert.deepEqual(findings("Bytes", "ä"), []);
    assert.deepEqual(findings("Bytes", ""), [
      'the input is "", but must have at least 1 byte, not 0',
    ]);
    assert.deepEqual(findings("Bytes", new Uint8Array(0)), [
      "the input is 0 bytes, but must have at least 1 byte, not 0",
    ]);
    assert.deepEqual(findings("Bytes", 1), ["the input is 1, but must be bytes"]);
  });

  it("wants exactly one member of a union", () => {
    assert.deepEqual(findings("Either", { a: "x", b: undefined }), []);
    assert.deepEqual(findings("Either", { a: "x", b: "y" }), [
      "the input is an object with a, b, but must have exactly one member",
    ]);
  });

  it("checks keys, values and the number of a map's entries", () => {
    assert.deepEqual(findings("Tags", { a: "xx", b: "xxx" }), []);
    assert.deepEqual(findings("Tags", { a: "x", B: "xx", c: "xx" }), [
      "the input is an object with a, B, c, but must have at most 2 keys, not 3",
      'a is "x", but must have 2 to 3 characters, not 1',
      'the key of B is "B", but must match /[a-z]+/',
    ]);
  });

  it("does not show what is sensitive, nor anything inside it", () => {
    assert.deepEqual(findings("Password", "1234"), [
      "the input is a sensitive value, but must have at least 8 characters, not 4",
    ]);
    assert.deepEqual(findings("Vault", { pin: "1234" }), [
      "pin is a sensitive value, but must have 1 character, not 4",
    ]);
  });

  it("leaves a token to the client that fills it in", () => {
    assert.deepEqual(findings("Numbered", {}), []);
  });

  it("does not look into documents, event streams and JSON headers", () => {
    assert.deepEqual(findings("Anything", [1]), []);
    assert.deepEqual(findings("Events", {}), []);
    assert.deepEqual(findings("Header", { json: { a: 1 } }), []);
  });

  it("takes a date or a number as a time", () => {
    assert.deepEqual(findings("Moment", new Date(0)), []);
    assert.deepEqual(findings("Moment", 0), []);
    assert.deepEqual(findings("Moment", "1970-01-01"), [
      'the input is "1970-01-01", but must be a time',
    ]);
  });

  it("says of a wrong type what it is and what it must be", () => {
    assert.deepEqual(findings("Flag", "true"), ['the input is "true", but must be true or false']);
    assert.deepEqual(findings("Texts", { 0: "a" }), [
      "the input is an object with 0, but must be a list",
    ]);
    assert.deepEqual(findings("Tags", ["a"]), ["the input is a list of 1, but must be an object"]);
    assert.deepEqual(findings("Either", null), ["the input is null, but must be an object"]);
  });
});
