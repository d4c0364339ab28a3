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
    for (const own of [
      "${iot:ClientId}",
      "${iot:Certificate.Subject.CommonName}",
      "${iot:Connection.Thing.Attributes[line]}",
    ])
      assert.deepEqual(await said(rule, policy(publish(at(`topic/a/${own}`)))), []);
  });

  it("accepts the use of a role alias, which devices share", async () => {
    const use = (Action: string | string[]): Statement => ({
      ...{ Sid: "Use", Effect: "Allow", Action, Resource: at("rolealias/cameras") },
    });
    assert.deepEqual(await said(rule, policy(use("iot:AssumeRoleWithCertificate"))), []);
    assert.equal(
      (await said(rule, policy(use(["iot:AssumeRoleWithCertificate", "iot:Publish"])))).length,
      1,
    );
  });

  for (const own of [
    "${iot:CertificateId}",
    "${iot:Certificate.Subject.SerialNumber}",
    "${iot:Certificate.Subject.CommonName.2}",
    "${iot:Certificate.Subject.AlternativeName.DNSName}",
    "${iot:Certificate.SerialNumber}",
    "${iot:Connection.Thing.Attributes[serial-number]}",
    "${IOT:connection.thing.thingname}",
    "${cognito-identity.amazonaws.com:sub}",
    "${iot:Connection.Thing.ThingTypeName}/${iot:ClientId}",
  ])
    it(`accepts ${own}, which one device alone has`, async () => {
      assert.deepEqual(await said(rule, policy(publish(at(`topic/a/${own}`)))), []);
    });

  for (const shared of [
    "${iot:Certificate.Issuer.CommonName}",
    "${iot:Certificate.Subject.Organization}",
    "${iot:Connection.Thing.ThingTypeName}",
    "${iot:Connection.Thing.IsAttached}",
    "${iot:Connection.Thing.Attributes}",
    "${iot:DomainName}",
    "${aws:SourceIp}",
    "${iot:ClientId, 'anyone'}",
    "${iot:ClientIds}",
    "iot:ClientId",
  ])
    it(`rejects ${shared}, which devices share`, async () => {
      assert.deepEqual(await said(rule, policy(publish(at(`topic/a/${shared}`)))), [
        `it: Statement Publish in policy allows every device to use ${at(`topic/a/${shared}`)}: restrict the resource to the device's own thing name.`,
      ]);
    });

  for (const resource of ["topic/a/b", "topic/a/*", "topicfilter/#"])
    it(`rejects ${resource}, which every device may use`, async () => {
      assert.deepEqual(await said(rule, policy(publish([at(`topic/${self}`), at(resource)]))), [
        `it: Statement Publish in policy allows every device to use ${at(resource)}: restrict the resource to the device's own thing name.`,
      ]);
    });

  const bool = (values: Record<string, unknown>): Statement => ({ Condition: { Bool: values } });
  for (const [what, changes] of Object.entries<Statement>({
    "under no condition": { Condition: undefined },
    "if it is no thing's": bool({ "iot:Connection.Thing.IsAttached": "false" }),
    "whether it is a thing's or not": bool({
      "iot:Connection.Thing.IsAttached": ["true", "false"],
    }),
    "by TLS": bool({ "aws:SecureTransport": "true" }),
    "if something is said of a thing": {
      Condition: { StringEquals: { "iot:Connection.Thing.IsAttached": "true" } },
    },
    "among other actions": { Action: ["iot:Publish", "iot:Connect"], Condition: undefined },
    "by a pattern": { Action: "iot:Conn*", Condition: undefined },
  }))
    it(`rejects a certificate that connects ${what}`, async () => {
      assert.deepEqual(await said(rule, policy({ ...connect, ...changes })), [
        "it: Statement Connect in policy allows a certificate without an attached thing to connect: require iot:Connection.Thing.IsAttached.",
      ]);
    });

  it("asks for no thing where the certificate identifies each client", async () => {
    const clients = (...names: string[]) => ({
      ...connect,
      Resource: names.map((name) => at(`client/${name}`)),
      Condition: undefined,
    });
    const own = ["${iot:CertificateId}", "d-${iot:Certificate.Subject.SerialNumber.1}"];
    assert.deepEqual(await said(rule, policy(clients(...own))), []);
    for (const other of ["${iot:ClientId}", self])
      assert.deepEqual(await said(rule, policy(clients(...own, other))), [
        "it: Statement Connect in policy allows a certificate without an attached thing to connect: require iot:Connection.Thing.IsAttached.",
      ]);
  });

  it("accepts a second condition, and the key in any case", async () => {
    const condition = bool({
      "iot:connection.thing.isattached": "true",
      "aws:SecureTransport": "true",
    });
    assert.deepEqual(await said(rule, policy({ ...connect, ...condition })), []);
  });

  it("asks nothing of statements by exceptions, which another rule forbids", async () => {
    const odd = { Sid: "Odd", Effect: "Allow", NotAction: "iot:Publish", NotResource: "*" };
    assert.deepEqual(await said(rule, policy(odd)), []);
  });

  it("accepts a denial for all", async () => {
    assert.deepEqual(await said(rule, policy({ ...publish(at("topic/*")), Effect: "Deny" })), []);
  });
});
