import { GetRoleCommand, GetRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "./provisioning";

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = document({
  Effect: "Allow",
  Principal: { Service: "iot.amazonaws.com" },
  Action: "sts:AssumeRole",
});

describe("Identities on the emulator", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  it("include roles with their trust policy", async () => {
    const name = nextName("role");
    const made = await world.create("iam/role:Role", { name, assumeRolePolicy: trust });
    const { Role } = await world.clients
      .get(IAMClient)
      .send(new GetRoleCommand({ RoleName: name }));
    assert.equal(made.state.arn, `arn:aws:iam::123456789012:role/${name}`);
    assert.deepEqual(
      JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")),
      JSON.parse(trust),
    );
  });

  it("include the permissions of roles, as their documents name them", async () => {
    const role = nextName("role");
    await world.create("iam/role:Role", { name: role, assumeRolePolicy: trust });
    const policy = document(
      { Sid: "Send", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:q" },
      { Sid: "Put", Effect: "Deny", NotAction: ["dynamodb:PutItem"], Resource: "arn:d" },
    );
    const made = await world.create("iam/rolePolicy:RolePolicy", {
      role,
      name: "permissions",
      policy,
    });
    const { PolicyDocument = "" } = await world.clients
      .get(IAMClient)
      .send(new GetRolePolicyCommand({ RoleName: role, PolicyName: "permissions" }));
    assert.equal(made.id, `${role}:permissions`);
    assert.deepEqual(JSON.parse(decodeURIComponent(PolicyDocument)), JSON.parse(policy));
  });

  it("include keys with policy and rotation, found by their alias", async () => {
    const root = { AWS: "arn:aws:iam::123456789012:root" };
    const policy = document({ Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" });
    const key = await world.create("kms/key:Key", {
      description: "Demonstrates.",
      policy,
      enableKeyRotation: true,
    });
    const name = `alias/${nextName("alias")}`;
    const alias = await world.create("kms/alias:Alias", { name, targetKeyId: key.state.keyId });
    const kms = world.clients.get(KMSClient);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: name }));
    assert.equal(KeyMetadata?.KeyId, key.id);
    assert.equal(KeyMetadata.Arn, key.state.arn);
    assert.equal(KeyMetadata.Description, "Demonstrates.");
    assert.equal(alias.state.arn, `arn:aws:kms:eu-central-1:123456789012:${name}`);
    const of = { KeyId: key.id };
    assert.equal((await kms.send(new GetKeyRotationStatusCommand(of))).KeyRotationEnabled, true);
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ ...of, PolicyName: "default" }));
    assert.deepEqual(JSON.parse(Policy ?? ""), JSON.parse(policy));
  });

  it("include keys that do not rotate by default", async () => {
    const { id } = await world.create("kms/key:Key", {});
    const { KeyRotationEnabled } = await world.clients
      .get(KMSClient)
      .send(new GetKeyRotationStatusCommand({ KeyId: id }));
    assert.equal(KeyRotationEnabled, false);
  });

  it("leave the resources of AWS IoT to the local IoT Core", async () => {
    world.calls.length = 0;
    const rule = await world.create("iot/topicRule:TopicRule", { name: "rule", sql: "s" });
    const policy = await world.create("iot/policy:Policy", { name: "policy", policy: "{}" });
    const logging = await world.create("iot/loggingOptions:LoggingOptions", { roleArn: "arn:r" });
    assert.deepEqual(world.calls, [
      ["iotCore.addRule", { name: "rule", sql: "s" }],
      ["iotCore.addDevicePolicy", { name: "policy", policy: "{}" }],
      ["iotCore.setLogging", { roleArn: "arn:r" }],
    ]);
    assert.deepEqual(rule, {
      id: "rule",
      state: { name: "rule", sql: "s", arn: "arn:of:iotCore.addRule" },
    });
    assert.deepEqual(policy.state.arn, "arn:of:iotCore.addDevicePolicy");
    assert.deepEqual(logging, { id: "iot-logging", state: { roleArn: "arn:r" } });
  });
});
