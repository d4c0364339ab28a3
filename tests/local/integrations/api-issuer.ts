import { createHmac, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Claims = Record<string, unknown>;

/** Issues tokens, and says on the loopback interface by which key they are known, as OpenID Connect's discovery has it. */
export interface Issuer {
  /** The `iss` of its tokens. */
  url: string;
  /** @default the key that the issuer publishes */
  sign(claims: Claims, kid?: string): string;
  /** Signed by another key with the issuer's key id. */
  forge(claims: Claims): string;
  /** With the algorithm `none`. */
  unsigned(claims: Claims): string;
  /** With the public key as the secret of an HMAC. */
  confused(claims: Claims): string;
  /** Signed, then changed to expire later. */
  tampered(claims: Claims): string;
  close(): Promise<void>;
}

const keyId = "first";

export async function createIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: "jwk" }), kid: keyId, use: "sig", alg: "RS256" };
  const server = createServer(({ url }, response) => {
    const { port } = server.address() as AddressInfo;
    const issuer = `http://127.0.0.1:${port}`;
    const documents: Record<string, object> = {
      "/.well-known/openid-configuration": { issuer, jwks_uri: `${issuer}/keys` },
      "/keys": { keys: [key] },
    };
    const found = documents[url ?? ""];
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const rs256 = (claims: Claims, kid: string, by: KeyObject): string => {
    const signed = text({ alg: "RS256", typ: "JWT", kid }, claims);
    return `${signed}.${createSign("RSA-SHA256").update(signed).sign(by, "base64url")}`;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sign: (claims, kid = keyId) => rs256(claims, kid, privateKey),
    forge: (claims) => rs256(claims, keyId, stranger.privateKey),
    unsigned: (claims) => `${text({ alg: "none", typ: "JWT", kid: keyId }, claims)}.`,
    confused(claims) {
      const signed = text({ alg: "HS256", typ: "JWT", kid: keyId }, claims);
      const secret = publicKey.export({ type: "spki", format: "pem" });
      return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
    },
    tampered(claims) {
      const [header = "", , signature = ""] = rs256(claims, keyId, privateKey).split(".");
      return [header, encoded({ ...claims, exp: 4e9 }), signature].join(".");
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const text = (header: object, claims: Claims): string => `${encoded(header)}.${encoded(claims)}`;
