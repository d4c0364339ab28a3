import * as assert from "node:assert/strict";
import { managedPolicies } from "../../../policies/data/managed-policies";
import { managedActions, managedName } from "../../../policies/iam/managed";

const role = "service-role/AWSLambdaRole";

describe("The name of an AWS managed policy", () => {
  for (const [arn, name] of [
    [`arn:aws:iam::aws:policy/${role}`, role],
    [`arn:aws-cn:iam::aws:policy/${role}`, role],
    ["arn:aws:iam::aws:policy/AmazonSQSFullAccess", "AmazonSQSFullAccess"],
    ["arn:aws:iam::aws:policy/", undefined],
    [`See arn:aws:iam::aws:policy/${role}`, undefined],
    [`arn:aws:iam::123456789012:policy/${role}`, undefined],
    ["arn:aws:iam::aws:role/AWSLambdaRole", undefined],
    ["", undefined],
    [undefined, undefined],
  ] as const)
    it(`is ${name ?? "none"} in '${arn}'`, () => assert.equal(managedName(arn), name));
});

describe("The actions of an AWS managed policy", () => {
  it("are those that the pack lists under its name with its path", () => {
    for (const [name, actions] of Object.entries(managedPolicies))
      assert.equal(managedActions(name), actions, name);
  });

  for (const name of ["AWSLambdaRole", "service-role/AWSLambda", "toString", ""])
    it(`are not known for '${name}'`, () => assert.equal(managedActions(name), undefined));
});
