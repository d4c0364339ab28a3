/** The attributes of the issuer and of the subject of a certificate. */
const names = [
  "DistinguishedNameQualifier",
  "Country",
  "Organization",
  "OrganizationalUnit",
  "State",
  "CommonName",
  "SerialNumber",
  "Title",
  "Surname",
  "GivenName",
  "Initials",
  "Pseudonym",
  "GenerationQualifier",
];

/** The subject attributes that identify one device. The other attributes identify groups that many devices share. */
const ofOneSubject = new Set([
  "CommonName",
  "DistinguishedNameQualifier",
  "Pseudonym",
  "SerialNumber",
]);

const alternativeNames = [
  "RFC822Name",
  "DNSName",
  "DirectoryName",
  "UniformResourceIdentifier",
  "IPAddress",
];

/**
 * The variables of AWS IoT Core policies, and whether the value of each is unique to one device. `[x]` represents any index or name.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-variables.html
 */
export const deviceVariables: Readonly<Record<string, boolean>> = {
  // https://docs.aws.amazon.com/iot/latest/developerguide/basic-policy-variables.html
  "aws:SourceIp": false,
  "iot:ClientId": true,
  "iot:DomainName": false,
  // https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
  "iot:Connection.Thing.Attributes[x]": true,
  "iot:Connection.Thing.IsAttached": false,
  "iot:Connection.Thing.ThingName": true,
  "iot:Connection.Thing.ThingTypeName": false,
  // https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
  "iot:CertificateId": true,
  ...Object.fromEntries(names.map((name) => [`iot:Certificate.Issuer.${name}`, false])),
  ...Object.fromEntries(
    names.map((name) => [`iot:Certificate.Subject.${name}`, ofOneSubject.has(name)]),
  ),
  ...Object.fromEntries(
    alternativeNames.map((name) => [`iot:Certificate.Issuer.AlternativeName.${name}`, false]),
  ),
  ...Object.fromEntries(
    alternativeNames.map((name) => [`iot:Certificate.Subject.AlternativeName.${name}`, true]),
  ),
  "iot:Certificate.SerialNumber": true,
  // https://docs.aws.amazon.com/iot/latest/developerguide/cog-iot-policies.html
  "cognito-identity.amazonaws.com:sub": true,
};

const owned = new Map(
  Object.entries(deviceVariables).map(([name, isOwn]) => [name.toLowerCase(), isOwn]),
);

/** Returns true if a resource contains a value that is unique to one device. Devices without it share a default, as in `${key, 'all'}`. */
export const namesOneDevice = (resource: string): boolean =>
  variablesIn(resource).some((name) => owned.get(name));

/** Returns true if a resource contains a value that is unique to the certificate of one device, with or without a thing. */
export const namesOneCertificate = (resource: string): boolean =>
  variablesIn(resource).some((name) => name.startsWith("iot:certificate") && owned.get(name));

/** The variables without a default in lowercase, each without the index of a value or the name of an attribute. */
const variablesIn = (resource: string): string[] =>
  Array.from(resource.matchAll(/(?<=\$\{)[^},]+(?=\})/g), ([variable]) =>
    variable
      .trim()
      .toLowerCase()
      .replace(/(\.thing\.attributes)\[[^\]]+\]/, "$1[x]")
      .replace(/(certificate\..+?)(\.\d+|\[\d+\])$/, "$1"),
  );
