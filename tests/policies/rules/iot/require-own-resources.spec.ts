import * as assert from "node:assert/strict";
import { requireOwnResources as rule } from "../../../../policies/rules/iot/require-own-resources";
import { said, type Given } from "../../../support/policy";
import { document, type Statement } from "../../given";

const role = (service = "credentials.iot.amazonaws.com"): Given => ({
  type: "aws:iam/role:Role",
  name: "cameras",
  inputs: {
    name: "cameras",
    assumeRolePolicy: document({
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
    }),
  },
});
const upload = (...Resource: string[]): Statement => ({
  ...{ Sid: "Upload", Effect: "Allow", Action: "s3:PutObject" },
  Resource,
});
const permissions = (...statements: Statement[]): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "permissions",
  inputs: { name: "permissions", role: "cameras", policy: document(...statements) },
});
const own = "arn:aws:s3:::b/images/${credentials-iot:ThingName}/*";
const all = "arn:aws:s3:::b/images/*";

describe(rule.name, () => {
  it("accepts resources that name the device by its thing or its certificate", async () => {
    for (const one of [own, "arn:aws:s3:::b/${credentials-iot:AwsCertificateId}/*"])
      assert.deepEqual(await said(rule, role(), permissions(upload(one))), []);
  });

  it("rejects resources that all devices share, and names only those", async () => {
    for (const shared of [all, "arn:aws:s3:::b/${credentials-iot:ThingTypeName}/*"])
      assert.deepEqual(await said(rule, role(), permissions(upload(own, shared))), [
        `permissions: Statement Upload of 'permissions' allows every device to use ${shared}: include \${credentials-iot:ThingName} in the resource.`,
      ]);
  });

  it("accepts a denial, and the role of another service", async () => {
    const denial = { ...upload(all), Effect: "Deny" };
    assert.deepEqual(await said(rule, role(), permissions(upload(own), denial)), []);
    assert.deepEqual(await said(rule, role("lambda.amazonaws.com"), permissions(upload(all))), []);
  });
});
