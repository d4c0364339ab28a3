import * as assert from "node:assert/strict";
import { requireOwnThing as rule } from "../../../../policies/rules/iot/require-own-thing";
import { said } from "../../../support/policy";
import { document, type Statement } from "../../given";

const self = "${iot:Connection.Thing.ThingName}";
const at = (resource: string) => `arn:aws:iot:eu-central-1:123456789012:${resource}`;
const connect: Statement = {
  Sid: "Connect",
  Effect: "Allow",
  Action: "iot:Connect",
  Resource: at(`client/${self}`),
  Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
};
const publish = (Resource: string | string[]): Statement => ({
  Sid: "Publish",
  Effect: "Allow",
  Action: "iot:Publish",
  Resource,
});
const policy = (...statements: Statement[]) => ({
  type: "aws:iot/policy:Policy",
  inputs: { policy: document(...statements) },
});

describe(rule.name, () => {
  it("accepts a device that is its own thing only", async () => {
    assert.deepEqual(await said(rule, policy(connect, publish(at(`topic/a/${self}/b`)))), []);
    assert.deepEqual(await said(rule, policy(publish(at("topic/a/${iot:ClientId}")))), []);
  });

  for (const resource of ["topic/a/b", "topic/a/*", "topicfilter/#"])
    it(`rejects ${resource}, which every device may use`, async () => {
      assert.deepEqual(await said(rule, policy(publish([at(`topic/${self}`), at(resource)]))), [
        `it: Statement Publish in policy lets every device use ${at(resource)}: name its own thing there.`,
      ]);
    });

  it("rejects a certificate that connects without being a thing's", async () => {
    assert.deepEqual(await said(rule, policy({ ...connect, Condition: undefined })), [
      "it: Statement Connect in policy lets a certificate connect that no thing has: ask for iot:Connection.Thing.IsAttached.",
    ]);
  });

  it("accepts a denial for all", async () => {
    assert.deepEqual(await said(rule, policy({ ...publish(at("topic/*")), Effect: "Deny" })), []);
  });
});
