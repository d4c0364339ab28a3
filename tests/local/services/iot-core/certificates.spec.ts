import * as assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import * as path from "node:path";
import {
  certificateId,
  createAuthority,
  writeCredentials,
} from "../../../../local/services/iot-core/certificates";

describe("certificates", () => {
  it("signs the server's certificate for the loopback names and for TLS servers only", async () => {
    const authority = await createAuthority();
    const { certificate, privateKey } = await authority.issueServer();
    const server = new X509Certificate(certificate);
    assert.equal(server.verify(new X509Certificate(authority.ca).publicKey), true);
    assert.equal(server.checkPrivateKey(createPrivateKey(privateKey)), true);
    assert.equal(server.subjectAltName, "DNS:localhost, IP Address:127.0.0.1");
    assert.deepEqual(server.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(server.ca, false);
  });

  it("creates a separate P-256 key for every device", async () => {
    const authority = await createAuthority();
    const devices = await Promise.all(["a", "b"].map((name) => authority.issueDevice(name)));
    const keys = devices.map(({ privateKey }) => createPrivateKey(privateKey));
    assert.deepEqual(
      keys.map((key) => key.asymmetricKeyDetails?.namedCurve),
      ["prime256v1", "prime256v1"],
    );
    const certificates = devices.map(({ certificate }) => new X509Certificate(certificate));
    assert.deepEqual(
      certificates.map(({ subject }) => subject),
      ["CN=a", "CN=b"],
    );
    assert.equal(new Set(certificates.map(({ serialNumber }) => serialNumber)).size, 2);
    assert.deepEqual(
      devices.map(({ ca }) => ca),
      [authority.ca, authority.ca],
    );
  });

  it("creates an authority that no other run trusts", async () => {
    const [one, other] = await Promise.all([createAuthority(), createAuthority()]);
    const { certificate } = await one.issueDevice("a");
    const foreign = new X509Certificate(other.ca);
    assert.equal(new X509Certificate(certificate).verify(foreign.publicKey), false);
    assert.equal(new X509Certificate(certificate).checkIssued(foreign), false);
  });

  it("names a certificate by the SHA-256 of its DER form, as AWS IoT does", async () => {
    const { certificate } = await (await createAuthority()).issueDevice("a");
    assert.match(certificateId(certificate), /^[0-9a-f]{64}$/);
  });

  describe("on disk", () => {
    const directory = path.resolve(".local", `credentials-${process.pid}`);
    after(() => rm(directory, { recursive: true, force: true }));

    it("writes files that only their owner can read", async () => {
      const credentials = await (await createAuthority()).issueDevice("a");
      await writeCredentials(directory, credentials);
      await writeCredentials(directory, credentials);
      const names = (await readdir(directory)).sort();
      assert.deepEqual(names, ["ca.pem", "certificate.pem", "private-key.pem"]);
      for (const name of names) {
        const { mode } = await stat(path.join(directory, name));
        assert.equal(mode & 0o777, 0o600, name);
      }
      const key = await readFile(path.join(directory, "private-key.pem"), "utf8");
      assert.equal(key, credentials.privateKey);
    });

    it("refuses a directory that Git does not ignore", async () => {
      const credentials = await (await createAuthority()).issueDevice("a");
      await assert.rejects(writeCredentials("keys", credentials), {
        message: "Keys are not written to 'keys'; choose a directory under .local/.",
      });
    });
  });
});
