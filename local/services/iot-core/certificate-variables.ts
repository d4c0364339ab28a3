import "./reflection";
import * as x509 from "@peculiar/x509";
import type { Context } from "../../../iam";
import { certificateId } from "./certificates";

/** Attributes of a subject or issuer by the names that policy variables give them. */
const attributes = {
  DistinguishedNameQualifier: "2.5.4.46",
  Country: "2.5.4.6",
  Organization: "2.5.4.10",
  OrganizationalUnit: "2.5.4.11",
  State: "2.5.4.8",
  CommonName: "2.5.4.3",
  SerialNumber: "2.5.4.5",
  Title: "2.5.4.12",
  Surname: "2.5.4.4",
  GivenName: "2.5.4.42",
  Initials: "2.5.4.43",
  Pseudonym: "2.5.4.65",
  GenerationQualifier: "2.5.4.44",
};

/** Kinds of alternative names, as the X.509 library names them. */
const alternativeNames: Record<string, x509.GeneralNameType> = {
  RFC822Name: "email",
  DNSName: "dns",
  DirectoryName: "dn",
  UniformResourceIdentifier: "url",
  IPAddress: "ip",
};

const subjectAlternativeName = "2.5.29.17";
const issuerAlternativeName = "2.5.29.18";

/**
 * The policy variables of a certificate in PEM, each only if it has a value. A variable has the first value of its attribute, with
 * `.1` to `.4` the further ones, with `.List` all of them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
 */
export function certificateVariables(pem: string): Context {
  const certificate = new x509.X509Certificate(pem);
  const { subjectName, issuerName, serialNumber } = certificate;
  const variables: Context = {
    ...attributesOf("Subject", subjectName),
    ...attributesOf("Issuer", issuerName),
    ...alternativesOf("Subject", certificate.getExtension(subjectAlternativeName)),
    ...alternativesOf("Issuer", certificate.getExtension(issuerAlternativeName)),
    "iot:Certificate.SerialNumber": BigInt(`0x${serialNumber}`).toString(),
  };
  return {
    ...variables,
    "iot:Certificate.AvailableKeys": Object.keys(variables),
    "iot:CertificateId": certificateId(pem),
  };
}

const attributesOf = (owner: string, name: x509.Name): Context =>
  valuesOf(
    Object.entries(attributes).map(([attribute, oid]) => [
      `iot:Certificate.${owner}.${attribute}`,
      name.getField(oid).map(escaped),
    ]),
  );

function alternativesOf(owner: string, extension: x509.Extension | null): Context {
  if (!extension) return {};
  const { items } = new x509.GeneralNames(extension.value);
  return valuesOf(
    Object.entries(alternativeNames).map(([name, kind]) => [
      `iot:Certificate.${owner}.AlternativeName.${name}`,
      items
        .filter(({ type }) => type === kind)
        .map(({ value }) => (kind === "dn" ? directoryName(value) : escaped(value))),
    ]),
  );
}

const mostValues = 5;
const longestValue = 1_024;

/**
 * Only five values of an attribute count; one with a wildcard, or too long, leaves its variable without a value.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/use-policy-variables.html
 */
function valuesOf(found: [variable: string, values: string[]][]): Context {
  const context: Context = {};
  for (const [variable, values] of found) {
    const counted = values.slice(0, mostValues);
    for (const [index, value] of counted.entries())
      if (value.length <= longestValue && !/[*$+?#]/.test(value))
        context[index === 0 ? variable : `${variable}.${index}`] = value;
    if (counted.length > 0) context[`${variable}.List`] = counted;
  }
  return context;
}

/** The same page has these characters behind a backslash. */
const escaped = (value: string): string => value.replace(/[,"\\=<>;]/g, "\\$&");

/** As that page writes it: from the last part to the first, with names in lower case. */
const directoryName = (value: string): string =>
  new x509.Name(value)
    .toJSON()
    .reverse()
    .flatMap((part) => Object.entries(part))
    .flatMap(([name, values]) => values.map((one) => `${name.toLowerCase()}=${escaped(one)}`))
    .join(",");
