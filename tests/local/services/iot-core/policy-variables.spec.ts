import * as assert from "node:assert/strict";
import { webcrypto, X509Certificate } from "node:crypto";
import "../../../../local/services/iot-core/reflection";
import * as x509 from "@peculiar/x509";
import { parseDocument, type Context } from "../../../../iam";
import { certificateVariables } from "../../../../local/services/iot-core/certificate-variables";
import { decide } from "../../../../local/services/iot-core/permissions";
import { account } from "./devices";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

async function issue(subject: x509.JsonName, extensions: x509.Extension[] = []): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: [{ C: ["US"] }, { O: ["Issuer"] }, { CN: ["Primary CA"] }, { "2.5.4.5": ["9"] }],
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: algorithm,
    // That of the example on AWS's page.
    serialNumber: "00921285cbb7a5e086",
    extensions,
  });
  return certificate.toString("pem");
}

const arn = (resource: string): string => `arn:aws:iot:eu-central-1:123456789012:${resource}`;

/** Decides whether a device may publish to `given` by a policy for `resource`. */
function publish(resource: string, given: string, context: Context, rest: object = {}) {
  const Statement = [{ Effect: "Allow", Action: "iot:Publish", Resource: arn(resource), ...rest }];
  const policies = [parseDocument({ Version: "2012-10-17", Statement }, "fleet")];
  const identity = { id: "f".repeat(64), thingName: "pump-7", context, policies, thing };
  const connection = { identity, clientId: "pump-7", sourceIp: "127.0.0.1" };
  return decide(account, connection, { action: "iot:Publish", topic: given });
}
const thing = { typeName: "pump", attributes: { site: "berlin", "room-number": "12" } };

describe("policy variables of certificates", () => {
  it("have the values of subject, issuer, alternative names and serial number", async () => {
    const pem = await issue(
      [
        { C: ["US"] },
        { O: ["IoT Devices"] },
        { OU: ["SmartHome"] },
        { ST: ["NY"] },
        { CN: ["LightBulb"] },
        { "2.5.4.42": ["Bulb"] },
        { "2.5.4.43": ["ZZ"] },
        { "2.5.4.46": ["Bulb001"] },
        { "2.5.4.4": ["Multi Color"] },
        { "2.5.4.12": ["RGB"] },
        { "2.5.4.65": ["RGB Device"] },
        { "2.5.4.44": ["4"] },
        { "2.5.4.5": ["123"] },
      ],
      [
        new x509.SubjectAlternativeNameExtension([
          { type: "dns", value: "example.com" },
          { type: "ip", value: "1.2.3.4" },
          { type: "url", value: "ResourceIdentifier001" },
          { type: "email", value: "device1@example.com" },
          { type: "dn", value: "C=US, O=IoT, OU=SmartHome, CN=LightBulbCert" },
        ]),
        new x509.IssuerAlternativeNameExtension([{ type: "dns", value: "issuer.com" }]),
      ],
    );
    const { "iot:Certificate.AvailableKeys": keys, ...variables } = certificateVariables(pem);
    const first = Object.entries(variables).filter(([key]) => !key.endsWith(".List"));
    assert.deepEqual(Object.fromEntries(first), {
      "iot:Certificate.Subject.Country": "US",
      "iot:Certificate.Subject.Organization": "IoT Devices",
      "iot:Certificate.Subject.OrganizationalUnit": "SmartHome",
      "iot:Certificate.Subject.State": "NY",
      "iot:Certificate.Subject.CommonName": "LightBulb",
      "iot:Certificate.Subject.GivenName": "Bulb",
      "iot:Certificate.Subject.Initials": "ZZ",
      "iot:Certificate.Subject.DistinguishedNameQualifier": "Bulb001",
      "iot:Certificate.Subject.Surname": "Multi Color",
      "iot:Certificate.Subject.Title": "RGB",
      "iot:Certificate.Subject.Pseudonym": "RGB Device",
      "iot:Certificate.Subject.GenerationQualifier": "4",
      "iot:Certificate.Subject.SerialNumber": "123",
      "iot:Certificate.Issuer.Country": "US",
      "iot:Certificate.Issuer.Organization": "Issuer",
      "iot:Certificate.Issuer.CommonName": "Primary CA",
      "iot:Certificate.Issuer.SerialNumber": "9",
      "iot:Certificate.Subject.AlternativeName.DNSName": "example.com",
      "iot:Certificate.Subject.AlternativeName.IPAddress": "1.2.3.4",
      "iot:Certificate.Subject.AlternativeName.UniformResourceIdentifier": "ResourceIdentifier001",
      "iot:Certificate.Subject.AlternativeName.RFC822Name": "device1@example.com",
      "iot:Certificate.Subject.AlternativeName.DirectoryName":
        "cn=LightBulbCert,ou=SmartHome,o=IoT,c=US",
      "iot:Certificate.Issuer.AlternativeName.DNSName": "issuer.com",
      "iot:Certificate.SerialNumber": "10525622389124227206",
      "iot:CertificateId": new X509Certificate(pem).fingerprint256
        .replaceAll(":", "")
        .toLowerCase(),
    });
    assert.deepEqual(
      new Set(keys),
      new Set(Object.keys(variables).filter((key) => key !== "iot:CertificateId")),
    );
  });

  it("have the first value, the further ones by index, and all by .List", async () => {
    const countries = ["A1", "A2", "A3", "A4", "A5", "A6"];
    const variables = certificateVariables(await issue(countries.map((OU) => ({ OU: [OU] }))));
    const unit = "iot:Certificate.Subject.OrganizationalUnit";
    const values = ["", ".1", ".2", ".3", ".4", ".5"].map((index) => variables[`${unit}${index}`]);
    assert.deepEqual(values, ["A1", "A2", "A3", "A4", "A5", undefined]);
    assert.deepEqual(variables[`${unit}.List`], ["A1", "A2", "A3", "A4", "A5"]);
  });

  for (const [what, value] of [
    ["a wildcard", "all*"],
    ["more than 1,024 characters", "x".repeat(1_025)],
  ] as const)
    it(`have no value for an attribute with ${what}`, async () => {
      const variables = certificateVariables(await issue([{ O: [value] }]));
      assert.equal(variables["iot:Certificate.Subject.Organization"], undefined);
    });

  it("have special characters behind a backslash", async () => {
    const variables = certificateVariables(await issue([{ O: ["a, b=c"] }]));
    assert.equal(variables["iot:Certificate.Subject.Organization"], "a\\, b\\=c");
  });
});

describe("policy variables in decisions", () => {
  const context = { "iot:Certificate.SerialNumber": "17", "iot:CertificateId": "abc" };
  const known: [variable: string, value: string][] = [
    ["iot:ClientId", "pump-7"],
    ["iot:Connection.Thing.ThingName", "pump-7"],
    ["iot:Connection.Thing.ThingTypeName", "pump"],
    ["iot:Connection.Thing.Attributes[site]", "berlin"],
    ["iot:Connection.Thing.Attributes[room-number]", "12"],
    ["iot:Connection.Thing.IsAttached", "true"],
    ["iot:Certificate.SerialNumber", "17"],
    ["iot:CertificateId", "abc"],
    ["aws:SourceIp", "127.0.0.1"],
  ];
  for (const [variable, value] of known)
    it(`replace ${variable}`, () => {
      const resource = "topic/${" + variable + "}/data";
      assert.equal(publish(resource, `${value}/data`, context).allowed, true);
      assert.equal(publish(resource, "other/data", context).allowed, false);
      const Condition = { StringEquals: { [variable]: value } };
      assert.equal(publish("topic/*", "a", context, { Condition }).allowed, true);
    });

  const refused = `iot:Publish on ${arn("topic/a/data")}: no statement allows it`;
  const nothing: [what: string, resource: string, rest: object, reason: string][] = [
    [
      "a resource",
      "topic/${iot:Certificate.Subject.Country}/data",
      {},
      `${refused}; the connection has no value for iot:Certificate.Subject.Country.`,
    ],
    [
      "a condition's key and its value",
      "topic/*",
      {
        Condition: { StringEquals: { "iot:DomainName": "${iot:Connection.Thing.Attributes[x]}" } },
      },
      `${refused}; the connection has no value for iot:Connection.Thing.Attributes[x], iot:DomainName.`,
    ],
    [
      "a list",
      "topic/${iot:Certificate.AvailableKeys}/data",
      {},
      `${refused}; the connection has no value for iot:Certificate.AvailableKeys.`,
    ],
    ["another resource", "topic/b/${iot:Certificate.Subject.Country}", {}, `${refused}.`],
    ["nothing", "topic/${iot:ClientId}/data", {}, `${refused}.`],
    [
      "a variable with a default",
      "topic/${iot:Certificate.Subject.Country, 'b'}/data",
      {},
      `${refused}.`,
    ],
    [
      "a key that need not exist",
      "topic/*",
      {
        Condition: {
          StringEqualsIfExists: { "iot:DomainName": "x" },
          Bool: { "iot:Connection.Thing.IsAttached": "false" },
        },
      },
      `${refused}.`,
    ],
  ];
  for (const [what, resource, rest, reason] of nothing)
    it(`name those without a value in a refusal: ${what}`, () => {
      const list = { "iot:Certificate.AvailableKeys": ["a"] };
      assert.equal(publish(resource, "a/data", list, rest).reason, reason);
    });
});
