import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  bearer,
  isSignedBy,
  issueToken,
  longestToken,
  readToken,
} from "../../../functions/edge-to-iot/device-token";
import { deviceOfSubject } from "../../../functions/edge-to-iot/certificate-subject";
import {
  createTokenKeys,
  lifetimeMilliseconds,
  refreshMilliseconds,
  ringIn,
} from "../../../functions/edge-to-iot/token-keys";

const characters = [..."ABCxyz019:_-"];
const deviceIds = fc
  .array(fc.constantFrom(...characters), { minLength: 1, maxLength: 128 })
  .map((id) => id.join(""));
const claims = fc.record({
  deviceId: deviceIds,
  expiresAt: fc.integer({ min: 100_000_000, max: 9_999_999_999 }),
  keyId: fc.constantFrom("2026-11", "k", "k".repeat(32)),
});

describe("A device token", () => {
  it("says what it was issued for, and proves it with the key alone", () => {
    fc.assert(
      fc.property(claims, fc.string(), fc.string(), (issued, key, other) => {
        const token = issueToken(key, issued);
        const read = readToken(token);
        assert.ok(read);
        const { signature, ...said } = read;
        assert.deepEqual(said, { ...issued });
        assert.equal(signature.length, 43);
        assert.ok(token.length <= longestToken);
        assert.ok(isSignedBy(key, read));
        assert.equal(isSignedBy(other, read), other === key);
      }),
    );
  });

  it("proves nothing once a character of it is changed", () => {
    fc.assert(
      fc.property(claims, fc.nat(), fc.constantFrom(...characters), (issued, at, character) => {
        const token = issueToken("the key", issued);
        const place = at % token.length;
        if (token[place] === character) return;
        const changed = token.slice(0, place) + character + token.slice(place + 1);
        const read = readToken(changed);
        // The last character of Base64 has two bits that no byte holds: the signature compares as text.
        assert.ok(!read || !isSignedBy("the key", read));
      }),
    );
  });

  it("is not any other text", () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(readToken(text), undefined)));
    for (const text of ["", "d1....", `d1.${"x".repeat(129)}.4000000000.k.${"s".repeat(43)}`])
      assert.equal(readToken(text), undefined);
  });

  it("comes in a header of the scheme Bearer", () => {
    assert.equal(bearer("Bearer abc"), "abc");
    assert.equal(bearer("bearer  abc "), "abc");
    for (const header of [undefined, "", "Bearer", "Bearer a b", "Basic abc", "XBearer abc"])
      assert.equal(bearer(header), undefined);
  });
});

describe("The subject of a certificate", () => {
  const table: [string | undefined, string | undefined][] = [
    ["CN=pump-7", "pump-7"],
    ["O=Acme,CN=pump-7,C=US", "pump-7"],
    ["O=Acme, CN = pump-7", "pump-7"],
    [undefined, undefined],
    ["", undefined],
    ["O=Acme", undefined],
    ["CN=pump 7", undefined],
    ["CN=", undefined],
    ["CN=pump-7,CN=pump-8", undefined],
    ["CN=pump-7+CN=pump-8", undefined],
    // Commas that belong to the organization.
    ["O=Acme\\,CN=pump-8,CN=pump-7", "pump-7"],
    ['O="Acme,CN=pump-8",CN=pump-7', "pump-7"],
    ["O=Acme\\,CN=pump-8", undefined],
    ["XCN=pump-8", undefined],
  ];
  for (const [subject, device] of table)
    it(`${subject} is ${device ?? "no device"}`, () =>
      assert.equal(deviceOfSubject(subject), device));
});

describe("The keys of tokens", () => {
  const key = "k".repeat(32);

  it("are read from the JSON of the secret", () => {
    const ring = ringIn(JSON.stringify({ keys: { a: key }, revoked: ["pump-9"] }));
    assert.deepEqual([...ring.keys], [["a", key]]);
    assert.deepEqual([...ring.revoked], ["pump-9"]);
    assert.equal(ringIn(JSON.stringify({ keys: { a: key } })).revoked.size, 0);
  });

  const wrong = [
    "",
    "null",
    "{}",
    '{"keys":{}}',
    '{"keys":{"a":"short"}}',
    `{"keys":{"a b":"${key}"}}`,
  ];
  for (const secret of [...wrong, `{"keys":{"a":"${key}"},"revoked":"pump-9"}`])
    it(`are refused as ${secret === "" ? "nothing" : secret.slice(0, 40)}, without their text`, () =>
      assert.throws(
        () => ringIn(secret),
        (error: Error) =>
          error.message.startsWith("The secret with the keys of tokens is not") &&
          !error.message.includes(key),
      ));

  it("are read once per lifetime, and again for a key that is not known", async () => {
    let [time, reads] = [0, 0];
    const secrets = { keys: { a: key } as Record<string, string> };
    const keys = createTokenKeys(
      async () => {
        reads += 1;
        return JSON.stringify(secrets);
      },
      () => time,
    );
    await keys("a");
    await keys("a");
    assert.equal(reads, 1);
    secrets.keys.b = key;
    // Made-up ids make few calls.
    for (let nth = 0; nth < 50; nth++) await keys(`x${nth}`);
    assert.equal(reads, 1);
    time += refreshMilliseconds;
    assert.ok((await keys("b")).keys.has("b"));
    assert.equal(reads, 2);
    time += lifetimeMilliseconds;
    await keys("a");
    assert.equal(reads, 3);
  });
});
