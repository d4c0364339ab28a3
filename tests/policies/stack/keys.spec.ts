import * as assert from "node:assert/strict";
import { isAwsKey, keyIn } from "../../../policies/stack/keys";
import type { Place } from "../../../policies/stack/place";
import { placeIn, unknown, type Given } from "../../support/policy";
import { stackIn } from "./stack-in";

const key = (keyId?: string): Given => ({
  type: "aws:kms/key:Key",
  name: keyId ?? "key",
  inputs: { ...(keyId && { keyId }) },
});
const alias = (name: string, targetKeyId: string, madeFrom?: string[]): Given => ({
  type: "aws:kms/alias:Alias",
  name: `${name}-alias`,
  inputs: { name, targetKeyId },
  ...(madeFrom && { madeFrom: { targetKeyId: madeFrom } }),
});
const found = async (
  inputs: Record<string, unknown>,
  of: (inputs: Place) => Place,
  madeFrom: Record<string, string[]>,
  ...given: Given[]
) => {
  const by: Given = { type: "aws:x/y:Y", name: "by", inputs, madeFrom };
  const stack = await stackIn(...given, by);
  const user = stack.resources.at(-1);
  assert.ok(user);
  const used = keyIn(stack, user, of(user.inputs));
  return used && [used.key.name, ...used.aliases];
};
const named = (text: string, ...given: Given[]) =>
  found({ key: text }, (inputs) => inputs.at("key"), {}, ...given);

describe("The key that an input names", () => {
  it("has all its aliases that are known", async () => {
    const given = [
      key("k-1"),
      key("k-2"),
      alias("alias/a", "k-1"),
      alias("alias/b", "k-1"),
      alias(unknown, "k-1"),
      alias("alias/c", "k-2"),
      alias("alias/d", "elsewhere"),
    ];
    for (const text of ["k-1", "alias/a", "arn:aws:kms:eu-central-1:123456789012:alias/b"])
      assert.deepEqual(await named(text, ...given), ["k-1", "alias/a", "alias/b"], text);
    assert.deepEqual(await named("k-1", key("k-1")), ["k-1"]);
  });

  it("is not that of an alias within another name, or of an alias of an alias", async () => {
    const given = [key("k-1"), alias("alias/a", "k-1"), alias("alias/b", "alias/a")];
    for (const text of ["my-alias/a", "alias/b"])
      assert.equal(await named(text, ...given), undefined, text);
  });

  it("is not known behind an alias that was derived from nothing in the stack", async () => {
    assert.equal(await named("alias/a", key("k-1"), alias("alias/a", unknown)), undefined);
  });

  it("is the only source of an input that is not known, at any depth", async () => {
    const given = [key(), alias("alias/a", unknown, ["key"])];
    for (const of of [
      (inputs: Place) => inputs.at("encryption", "keys", 0, "arn"),
      (inputs: Place) => inputs.at("list", 0, "arn"),
      (inputs: Place) => inputs.at("key"),
    ])
      assert.deepEqual(
        await found(
          {
            encryption: { keys: [{ arn: unknown }] },
            list: [{ arn: unknown }],
            key: unknown,
          },
          of,
          {
            encryption: ["key"],
            list: ["alias/a-alias"],
            key: ["key", "alias/a-alias"],
          },
          ...given,
        ),
        ["key", "alias/a"],
      );
  });

  it("is none for an empty input", async () => {
    for (const inputs of [{}, { key: "" }])
      assert.equal(
        await found(inputs, (place) => place.at("key"), { key: ["key"] }, key()),
        undefined,
      );
  });

  for (const [text, isAws] of [
    ["alias/aws/sqs", true],
    ["arn:aws:kms:eu-central-1:123456789012:alias/aws/sqs", true],
    ["alias/awsome", false],
    ["alias/mine/aws/", false],
    ["my-alias/aws/sqs", false],
    [unknown, false],
  ] as const)
    it(`is ${isAws ? "" : "not "}managed by AWS for '${text}'`, () =>
      assert.equal(isAwsKey(placeIn({ key: text }).at("key")), isAws));
});
