import "./reflection";
import * as x509 from "@peculiar/x509";
import { randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const validForDays = 30;

/** A certificate and its key, in PEM. */
export interface KeyPair {
  certificate: string;
  privateKey: string;
}

/** The credentials of a device; `ca` verifies the broker. All PEM. */
export interface DeviceCredentials extends KeyPair {
  ca: string;
}

/** The certificate authority of one local run; it exists in memory only. */
export interface Authority {
  ca: string;
  /** For 127.0.0.1 and these names. @default localhost */
  issueServer(names?: string[]): Promise<KeyPair>;
  issueDevice(commonName: string): Promise<DeviceCredentials>;
}

export async function createAuthority(): Promise<Authority> {
  const keys = await generateKeys();
  const name = `CN=Local IoT Core ${randomBytes(4).toString("hex")}`;
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const ca = root.toString("pem");

  async function issue(commonName: string, extensions: x509.Extension[]): Promise<KeyPair> {
    const own = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      subject: [{ CN: [commonName] }],
      issuer: name,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true), ...extensions],
    });
    const key = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
    return {
      certificate: certificate.toString("pem"),
      privateKey: x509.PemConverter.encode(key, "PRIVATE KEY"),
    };
  }

  return {
    ca,
    issueServer: (names = ["localhost"]) =>
      issue(names[0] ?? "localhost", [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...names.map((value) => ({ type: "dns", value }) as const),
          { type: "ip", value: "127.0.0.1" },
        ]),
      ]),
    issueDevice: async (commonName) => ({
      ...(await issue(commonName, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      ])),
      ca,
    }),
  };
}

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

function validity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return {
    // The first bit of a serial number is its sign, which must be positive.
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + validForDays * 86_400_000),
  };
}

/** AWS IoT's id of a certificate: the SHA-256 of its DER form in lower-case hexadecimal. */
export const certificateId = (certificate: string | Buffer): string =>
  new X509Certificate(certificate).fingerprint256.replaceAll(":", "").toLowerCase();

/**
 * Writes `ca.pem`, `certificate.pem` and `private-key.pem`, readable by their owner only, for clients that read files, such as
 * mosquitto_pub. The directory must be under `.local/`, which Git ignores.
 */
export async function writeCredentials(
  directory: string,
  { ca, certificate, privateKey }: DeviceCredentials,
): Promise<void> {
  if (path.relative(path.resolve(".local"), path.resolve(directory)).startsWith("..")) {
    throw new Error(`Keys are not written to '${directory}'; choose a directory under .local/.`);
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = { "ca.pem": ca, "certificate.pem": certificate, "private-key.pem": privateKey };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    await writeFile(file, text, { mode: 0o600 });
    // The mode above applies to new files only.
    await chmod(file, 0o600);
  }
}
