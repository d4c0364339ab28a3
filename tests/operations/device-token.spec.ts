import * as assert from "node:assert/strict";
import { isSignedBy, readToken } from "../../functions/edge-to-iot/device-token";
import { issueFor } from "../../operations/device-token/issue";

const [old, young] = ["o".repeat(32), "y".repeat(32)];
const secret = JSON.stringify({ keys: { "2025": old, "a-2026": young }, revoked: ["pump-9"] });
const asked = { secret, deviceId: "pump-7", now: 1_795_478_400_000, days: 90 };

describe("npm run device-token", () => {
  it("signs with the newest key of the secret, or with the one that is named", () => {
    for (const [keyId, key] of [
      [undefined, young],
      ["2025", old],
    ] as const) {
      const claims = readToken(issueFor({ ...asked, keyId }));
      assert.ok(claims && isSignedBy(key, claims));
      assert.deepEqual(
        [claims.deviceId, claims.keyId, claims.expiresAt],
        ["pump-7", keyId ?? "a-2026", 1_795_478_400 + 90 * 86_400],
      );
    }
  });

  for (const [changes, error] of [
    [{ deviceId: "pump 7" }, /^Error: 'pump 7' is no id of a device/],
    [{ deviceId: "pump-9" }, /^Error: Device pump-9 is revoked/],
    [{ keyId: "2024" }, /^Error: The secret has no key '2024'; name one of 2025, a-2026\.$/],
    [{ secret: "{}" }, /^Error: The secret with the keys of tokens is not/],
  ] as const)
    it(`refuses ${JSON.stringify(changes)}`, () =>
      assert.throws(() => issueFor({ ...asked, ...changes }), error));
});
