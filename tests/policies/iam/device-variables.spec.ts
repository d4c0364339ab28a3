import * as assert from "node:assert/strict";
import {
  deviceVariables,
  namesOneCertificate,
  namesOneDevice,
} from "../../../policies/iam/device-variables";

// As AWS lists them.
// https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
const attributes =
  "DistinguishedNameQualifier Country Organization OrganizationalUnit State CommonName SerialNumber Title Surname GivenName Initials Pseudonym GenerationQualifier";
const alternatives = "RFC822Name DNSName DirectoryName UniformResourceIdentifier IPAddress";
const of = (prefix: string, names: string): string[] =>
  names.split(" ").map((name) => `iot:Certificate.${prefix}.${name}`);

const ofOne = [
  "iot:ClientId",
  "iot:Connection.Thing.Attributes[x]",
  "iot:Connection.Thing.ThingName",
  "iot:CertificateId",
  ...of("Subject", "DistinguishedNameQualifier CommonName SerialNumber Pseudonym"),
  ...of("Subject.AlternativeName", alternatives),
  "iot:Certificate.SerialNumber",
  "cognito-identity.amazonaws.com:sub",
];
const ofMany = [
  "aws:SourceIp",
  "iot:DomainName",
  "iot:Connection.Thing.IsAttached",
  "iot:Connection.Thing.ThingTypeName",
  ...of("Issuer", attributes),
  ...of("Issuer.AlternativeName", alternatives),
  ...of(
    "Subject",
    "Country Organization OrganizationalUnit State Title Surname GivenName Initials GenerationQualifier",
  ),
];

describe("The variables of device policies", () => {
  it("are all that AWS documents", () => {
    assert.deepEqual(Object.keys(deviceVariables).sort(), [...ofOne, ...ofMany].sort());
  });

  it("name one device, or are shared by many", () => {
    for (const name of ofOne) assert.equal(namesOneDevice(`topic/\${${name}}`), true, name);
    for (const name of ofMany) assert.equal(namesOneDevice(`topic/\${${name}}`), false, name);
    assert.equal(namesOneDevice("topic/\\${iot:ClientId"), false);
    assert.equal(namesOneDevice("${ iot:CLIENTID }/${aws:SourceIp}"), true);
    assert.equal(namesOneDevice("${iot:ClientId, 'all'}"), false);
    assert.equal(namesOneDevice("${iot:Connection.Thing.Attributes[serial-number]}"), true);
  });

  it("may have the index of a value, or the name of an attribute, at their end", () => {
    for (const end of [".0", ".10", "[0]", "[10]"])
      assert.equal(namesOneDevice(`\${iot:Certificate.Subject.CommonName${end}}`), true, end);
    for (const end of [".1x", ".x", "[1]x", "[x]", "[1]1", ".1.x"])
      assert.equal(namesOneDevice(`\${iot:Certificate.Subject.CommonName${end}}`), false, end);
    for (const inside of ["Subject.0.CommonName", "Subject[0].CommonName", "Subject.Common.0Name"])
      assert.equal(namesOneDevice(`\${iot:Certificate.${inside}}`), false, inside);
    assert.equal(namesOneDevice("${iot:Connection.Thing.Attributes[serial]x}"), false);
    assert.equal(namesOneDevice("${iot:Connection.Thing.Attributes[]}"), false);
  });

  it("name one certificate only if a certificate has the value", () => {
    const certificate = ofOne.filter((name) => name.startsWith("iot:Certificate"));
    for (const name of [...ofOne, ...ofMany])
      assert.equal(namesOneCertificate(`client/\${ ${name} }`), certificate.includes(name), name);
    assert.equal(namesOneCertificate("${aws:SourceIp}/${iot:CertificateId}"), true);
    assert.equal(namesOneCertificate("${}"), false);
  });
});
