import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";
import { readToken } from "../../../functions/edge-to-iot/device-token";
import { listen } from "../../../local/listen";
import { postingOf } from "../../../operations/verify/post";

const now = 1_795_478_400_000;
const deviceId = "verify-1";
const key = "k".repeat(32);
const keys = JSON.stringify({ keys: { old: "o".repeat(32), new: key } });

/** A client whose requests are answered here. */
function answering(answer: () => object): SecretsManagerClient {
  const client = new SecretsManagerClient({ region: "eu-central-1" });
  client.send = async () => answer();
  return client;
}
const holding = (SecretString: string) => answering(() => ({ SecretString }));
const failing = (name: string, message: string) =>
  answering(() => {
    throw Object.assign(new Error(message), { name });
  });

const stack = (edge: Record<string, string>, others: Record<string, Record<string, string>>) => ({
  ...{ devicePolicyName: "policy", topicPrefix: "devices" },
  of: { ...others, "edge-to-iot": edge },
});
const stored = { "iot-to-dynamodb": { historyTable: "history" } };
const edge = { url: "https://x.example.com", path: "/telemetry", keysSecret: "the-keys" };

describe("the post of verify", () => {
  describe("is left out, with one sentence that says why,", () => {
    const whyNot = async (
      outputs: ReturnType<typeof stack>,
      secrets = holding(keys),
    ): Promise<string | undefined> => (await postingOf(secrets, outputs, deviceId, now)).unseen;
    const begin = "readings that are posted over HTTPS: ";

    it("where devices have certificates", async () => {
      const { keysSecret: _, ...certificates } = edge;
      assert.equal(
        await whyNot(stack(certificates, stored)),
        `${begin}each post needs the certificate of its device, which this command does not have; post one by hand`,
      );
    });

    it("where nothing stores every reading", async () => {
      for (const others of [[], ["iot-to-sns"], ["iot-to-timestream"]])
        assert.equal(
          await whyNot(stack(edge, Object.fromEntries(others.map((stem) => [stem, {}])))),
          `${begin}no integration of the stack stores every reading, so that a post cannot be found again; post one by hand`,
        );
    });

    it("where the caller may not read the keys, or there are none", async () => {
      assert.equal(
        await whyNot(stack(edge, stored), failing("AccessDeniedException", "not authorized")),
        `${begin}the caller cannot read the keys of tokens (AccessDeniedException: not authorized); it needs secretsmanager:GetSecretValue on the secret the-keys`,
      );
      assert.equal(
        await whyNot(stack(edge, stored), failing("ResourceNotFoundException", "no value")),
        `${begin}the secret the-keys has no value; put a key into it`,
      );
      assert.match(
        (await whyNot(stack(edge, stored), holding("nonsense"))) ?? "",
        /^readings that are posted over HTTPS: no token can be issued with the secret the-keys: /,
      );
    });
  });

  it("repeats what is refused, as a device does, and is not made again once it is accepted", async () => {
    const asked: { headers: IncomingHttpHeaders; url?: string; body: string }[] = [];
    const refusal = { reason: "not-published", detail: "Send it again." };
    const answers = [
      [503, JSON.stringify(refusal)],
      [502, "<html>"],
      [202, "{}"],
    ] as const;
    const server = createServer((request, response) => {
      void buffer(request).then((bytes) => {
        const { headers, url } = request;
        const [status, body] = answers[asked.length] ?? [500, ""];
        asked.push({ headers, url, body: bytes.toString() });
        response.writeHead(status).end(body);
      });
    });
    const { port, close } = await listen(server);
    try {
      const url = `http://127.0.0.1:${port}`;
      const outputs = stack({ ...edge, url }, stored);
      const posting = await postingOf(holding(keys), outputs, deviceId, now);
      assert.ok(posting.probe);
      const { kind, channel, id, payload } = posting.probe;
      assert.deepEqual([kind, channel, id], ["valid", "posts", `${deviceId}#${now - 3000}`]);
      await assert.rejects(posting.post(), {
        message: "the distribution answers 503 to a post, not-published, Send it again.",
      });
      await assert.rejects(posting.post(), { message: "the distribution answers 502 to a post" });
      await posting.post();
      await posting.post();
      assert.deepEqual(
        asked.map(({ url: at, body }) => [at, body]),
        answers.map(() => ["/telemetry", payload.toString()]),
      );
      const [{ headers }] = asked as [(typeof asked)[0]];
      const token = headers.authorization?.replace("Bearer ", "") ?? "";
      const read = readToken(token);
      assert.deepEqual([read?.deviceId, read?.keyId], [deviceId, "new"]);
      assert.equal(new Set(asked.map((one) => one.headers["idempotency-key"])).size, 1);
    } finally {
      await close();
    }
  });
});
