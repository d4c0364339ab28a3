import * as assert from "node:assert/strict";
import { verifySignedUrl } from "../../../../local/services/iot-core/signed-url";
import { signUrl } from "./sign-url";

describe("signed URL", () => {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "not a secret" };
  const session = { ...credentials, accessKeyId: "ASIDEXAMPLE", sessionToken: "a/token+" };
  const now = Date.UTC(2026, 10, 23, 12, 0, 0);
  const host = "127.0.0.1:443";
  const signed = (options: Partial<Parameters<typeof signUrl>[0]> = {}): Promise<string> =>
    signUrl({ credentials, host, now, ...options });

  const verify = (
    url: string,
    at = now,
    toHost = host,
    headers?: Record<string, string>,
  ): Promise<string> =>
    verifySignedUrl(
      { url, host: toHost, headers },
      {
        region: "eu-central-1",
        now: at,
        credentials: (id) => [credentials, session].find(({ accessKeyId }) => accessKeyId === id),
      },
    );

  it("returns the access key that signed it", async () => {
    assert.equal(await verify(await signed()), "AKIDEXAMPLE");
  });

  it("may omit its expiry, as AWS's device libraries do", async () => {
    assert.equal(await verify(await signed({ seconds: undefined })), "AKIDEXAMPLE");
  });

  it("may sign other headers, which then have to be those of the request", async () => {
    const url = await signed({ headers: { "x-device": "a  b" } });
    assert.equal(await verify(url, now, host, { "x-device": "a b" }), "AKIDEXAMPLE");
    await assert.rejects(verify(url, now, host, { "x-device": "c" }), {
      message: "The signature of the URL is wrong.",
    });
  });

  it("has the session token appended after signing", async () => {
    assert.equal(await verify(await signed({ credentials: session })), "ASIDEXAMPLE");
  });

  const altered = (change: (url: URL) => void) => async (): Promise<string> => {
    const url = new URL(await signed(), "http://host");
    change(url);
    return `${url.pathname}${url.search}`;
  };
  const set = (name: string, value: string) => altered((url) => url.searchParams.set(name, value));

  const refused: [what: string, url: () => Promise<string>, sentence: RegExp][] = [
    [
      "a signature of another secret",
      () => signed({ credentials: { ...credentials, secretAccessKey: "x" } }),
      /^The signature of the URL is wrong\.$/,
    ],
    [
      "a signature that was cut",
      set("X-Amz-Signature", "00"),
      /^The signature of the URL is wrong\.$/,
    ],
    ["a parameter that was added", set("extra", "1"), /^The signature of the URL is wrong\.$/],
    [
      "another path",
      altered((url) => (url.pathname = "/other")),
      /^The signature of the URL is wrong\.$/,
    ],
    [
      "an unknown access key",
      () => signed({ credentials: { ...credentials, accessKeyId: "AKIDOTHER" } }),
      /^Access key AKIDOTHER is not known here; introduce its credentials first\.$/,
    ],
    [
      "another service",
      () => signed({ service: "iotdata" }),
      /^The URL is signed for '20261123\/eu-central-1\/iotdata\/aws4_request', not for /,
    ],
    [
      "another region",
      () => signed({ region: "eu-west-1" }),
      /^The URL is signed for '20261123\/eu-west-1\/iotdevicegateway/,
    ],
    [
      "no token of the session",
      () => signed({ credentials: { ...session, sessionToken: undefined } }),
      /^The session token is not that of the access key\.$/,
    ],
    [
      "another algorithm",
      set("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256"),
      /^The URL is not signed by AWS4-HMAC-SHA256\.$/,
    ],
    [
      "a signed header that the request does not have",
      set("X-Amz-SignedHeaders", "host;x"),
      /^The URL signs the header x, which the request does not have\.$/,
    ],
    ["no signed host", set("X-Amz-SignedHeaders", "x"), /^The URL has to sign the host\.$/],
    [
      "a longer life than it was signed for",
      set("X-Amz-Expires", "86400"),
      /^The signature of the URL is wrong\.$/,
    ],
    ["a life of more than a week", () => signed({ seconds: 604_801 }), /which is no time\.$/],
    ["a date of another day", set("X-Amz-Date", "20261124T120000Z"), /^The URL is signed for /],
  ];
  for (const [what, url, message] of refused)
    it(`is refused with ${what}`, async () => assert.rejects(verify(await url()), { message }));

  it("is refused for another host", async () => {
    await assert.rejects(verify(await signed(), now, "127.0.0.1:444"), {
      message: "The signature of the URL is wrong.",
    });
  });

  it("is refused once it has expired", async () => {
    const url = await signed({ seconds: 60 });
    await verify(url, now + 60_000);
    await assert.rejects(verify(url, now + 60_001), {
      message: "The URL has expired: it was signed at 20261123T120000Z for 60 seconds.",
    });
    const unlimited = await signed({ seconds: undefined });
    await verify(unlimited, now + 300_000);
    await assert.rejects(verify(unlimited, now + 300_001), { message: /^The URL has expired/ });
  });

  it("is refused if its date is in the future", async () => {
    await assert.rejects(verify(await signed(), now - 300_001), {
      message: "The URL is signed for later: 20261123T120000Z.",
    });
  });
});
