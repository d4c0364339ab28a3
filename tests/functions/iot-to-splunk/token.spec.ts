import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as assert from "node:assert/strict";
import { tokenInSecret } from "../../../functions/iot-to-splunk/token";

/** A client whose secret is what `value` returns. */
function clientOf(value: () => string) {
  const asked: unknown[] = [];
  const client = {
    send: async ({ input }: { input: unknown }) => {
      asked.push(input);
      return { SecretString: value() };
    },
  } as unknown as SecretsManagerClient;
  return { asked, client };
}

describe("The token of the collector", () => {
  const { now } = Date;
  afterEach(() => {
    Date.now = now;
  });

  it("is read from the secret once in 10 minutes", async () => {
    let secret = '{"hec_token":"one"}';
    const { asked, client } = clientOf(() => secret);
    let time = 1000;
    Date.now = () => time;
    const read = tokenInSecret(client, "the-secret");
    assert.equal(await read(false), "one");
    secret = '{"hec_token":"two"}';
    time += 599_999;
    assert.equal(await read(false), "one");
    time += 1;
    assert.equal(await read(false), "two");
    assert.deepEqual(asked, [{ SecretId: "the-secret" }, { SecretId: "the-secret" }]);
  });

  it("is read again at once if the collector refused it", async () => {
    let secret = '{"hec_token":"one"}';
    const { client } = clientOf(() => secret);
    const read = tokenInSecret(client, "the-secret");
    await read(false);
    secret = '{"hec_token":"two"}';
    assert.equal(await read(true), "two");
    assert.equal(await read(false), "two");
  });

  for (const secret of [
    "planted-token",
    "{",
    "null",
    "7",
    "{}",
    '{"hec_token":7}',
    '{"hec_token":""}',
    '{"token":"planted-token"}',
  ])
    it(`is refused in the form ${secret}, without a word of it`, async () => {
      const { client } = clientOf(() => secret);
      await assert.rejects(
        tokenInSecret(client, "the-secret")(false),
        new Error("The secret the-secret must be JSON with a text hec_token."),
      );
    });
});
