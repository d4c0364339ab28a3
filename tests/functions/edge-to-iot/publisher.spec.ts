import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { issueToken } from "../../../functions/edge-to-iot/device-token";
import type { Claim, Post } from "../../../functions/edge-to-iot/posts-table";
import {
  createHandler,
  readSettings,
  type Ports,
  type Settings,
} from "../../../functions/edge-to-iot/publisher";
import { readingId } from "../../../functions/shared/reading-id";
import { readingOf, receivedAt } from "../../support/events";
import { requestOf } from "../api-to-devices/requests";
import { useAws } from "../aws";
import { logged } from "../logged";
import { badRequests, goodHeaders, type Given } from "./bad-requests";

const given: Given = {
  reading: readingOf(),
  key: "a key of the tests, of 32 characters and more",
  keyId: "2026-11",
  mostBytes: 16_384,
  now: receivedAt,
  revoked: "pump-9",
};
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
const settings: Settings = {
  topicPrefix: "devices",
  identity: "token",
  originDigests: [digest("of-the-origin")],
  postsTableName: "posts",
  keysSecretName: "keys",
};
const secret = JSON.stringify({ keys: { "2026-11": given.key }, revoked: ["pump-9"] });
const headers: Record<string, string> = {
  ...goodHeaders(given),
  "x-origin-secret": "of-the-origin",
};
const id = readingId(readingOf());

/** Ports that take everything, with posts in memory, unless changed. */
function ports(changes: Partial<Ports> = {}) {
  const published: [string, unknown][] = [];
  const known = new Map<string, { readingId: string; state: Claim }>();
  const keyOf = ({ deviceId, key }: Post) => `${deviceId}#${key}`;
  return {
    published,
    known,
    publish: async (topic: string, message: string) =>
      void published.push([topic, JSON.parse(message)]),
    readKeys: async () => secret,
    posts: {
      async claim(post: Post): Promise<Claim> {
        const kept = known.get(keyOf(post));
        if (kept && kept.readingId !== post.readingId) return "other-reading";
        if (kept) return kept.state;
        known.set(keyOf(post), { readingId: post.readingId, state: "under-way" });
        return "claimed";
      },
      complete: async (post: Post) =>
        void known.set(keyOf(post), { readingId: post.readingId, state: "published" }),
      release: async (post: Post) => void known.delete(keyOf(post)),
    },
    now: () => receivedAt,
    ...changes,
  };
}

interface Asked {
  body?: string;
  headers?: Record<string, string>;
  method?: string;
  path?: string;
}

const post = ({ body = JSON.stringify(readingOf()), ...asked }: Asked = {}) =>
  requestOf({
    ...{ method: "POST", route: "POST /telemetry", path: "/telemetry", headers, body },
    ...asked,
  });

async function ask(asked: Asked, given = ports(), own = settings) {
  const { answer, counts, lines } = await logged(() => createHandler(own, given)(post(asked)));
  const { statusCode, headers: answered = {}, body = "" } = answer;
  return {
    ...{ statusCode, headers: answered, counts, lines, text: body },
    body: JSON.parse(body) as Record<string, unknown>,
  };
}

describe("The publisher of edge-to-iot", () => {
  it("publishes a reading to the topic of its device and answers 202", async () => {
    const given = ports();
    const { statusCode, body, counts, lines } = await ask({}, given);
    assert.equal(statusCode, 202);
    assert.deepEqual(body, { deviceId: "pump-7", timestamp: receivedAt, id, repeated: false });
    assert.deepEqual(given.published, [["devices/pump-7/telemetry", readingOf()]]);
    assert.deepEqual(counts, { Received: 1, Published: 1, Duplicates: 0, Refused: 0 });
    assert.equal(lines.length, 1);
  });

  it("reads a body in Base64, as API Gateway passes what it takes for binary", async () => {
    const given = ports();
    const event = post({ body: Buffer.from(JSON.stringify(readingOf())).toString("base64") });
    await logged(() => createHandler(settings, given)({ ...event, isBase64Encoded: true }));
    assert.equal(given.published.length, 1);
  });

  it("publishes a repeated reading once, and says so", async () => {
    const given = ports();
    await ask({}, given);
    const { statusCode, body, counts } = await ask({}, given);
    assert.deepEqual([statusCode, body.repeated, body.id], [202, true, id]);
    assert.equal(given.published.length, 1);
    assert.deepEqual(counts, { Received: 1, Published: 0, Duplicates: 1, Refused: 0 });
  });

  it("knows a post by the key of the device, and refuses another reading under it", async () => {
    const given = ports();
    const keyed = { ...headers, "idempotency-key": "post-1" };
    await ask({ headers: keyed }, given);
    const again = await ask({ headers: keyed }, given);
    assert.equal(again.body.repeated, true);
    const other = JSON.stringify(readingOf({ temperature: 22 }));
    const { statusCode, body } = await ask({ headers: keyed, body: other }, given);
    assert.deepEqual([statusCode, body.reason], [422, "reused-idempotency-key"]);
    assert.equal(given.published.length, 1);
  });

  it("publishes readings in whatever order they come", async () => {
    const given = ports();
    for (const seconds of [3, 1, 2])
      await ask(
        { body: JSON.stringify(readingOf({ timestamp: receivedAt - seconds * 1000 })) },
        given,
      );
    assert.equal(given.published.length, 3);
  });

  it("answers 409 while another call publishes the same reading", async () => {
    const given = ports();
    given.known.set(`pump-7#${id}`, { readingId: id, state: "under-way" });
    const { statusCode, body, headers: answered } = await ask({}, given);
    assert.deepEqual([statusCode, body.reason, answered["retry-after"]], [409, "under-way", "5"]);
    assert.deepEqual(given.published, []);
  });

  const failing = async () => {
    throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  };
  for (const [what, changes] of [
    ["AWS IoT", { publish: failing }],
    ["the table of posts", { posts: { ...ports().posts, claim: failing } }],
    ["the secret with the keys", { readKeys: failing }],
    ["a secret without keys", { readKeys: async () => "{}" }],
  ] as [string, Partial<Ports>][])
    it(`answers 503 with Retry-After while ${what} fails, and logs why`, async () => {
      const given = ports(changes);
      const { statusCode, body, headers: answered, lines, counts } = await ask({}, given);
      assert.deepEqual(
        [statusCode, body.reason, answered["retry-after"]],
        [503, "not-published", "5"],
      );
      assert.deepEqual(counts, { Received: 1, Failed: 1 });
      const [line] = lines;
      assert.deepEqual(
        [line?.level, line?.message, line?.requestId],
        ["error", "reading not published", "request-1"],
      );
      assert.deepEqual(given.published, []);
    });

  it("takes the repetition of a reading that it could not publish", async () => {
    let isDown = true;
    const given = ports();
    const { publish } = given;
    given.publish = async (topic, message) => (isDown ? failing() : publish(topic, message));
    assert.equal((await ask({}, given)).statusCode, 503);
    isDown = false;
    const { statusCode, body } = await ask({}, given);
    assert.deepEqual([statusCode, body.repeated], [202, false]);
    assert.equal(given.published.length, 1);
  });

  it("accepts a reading that is published and cannot be remembered", async () => {
    const given = ports();
    given.posts.complete = failing;
    const { statusCode, lines } = await ask({}, given);
    assert.equal(statusCode, 202);
    assert.equal(lines[0]?.message, "post not remembered");
  });

  for (const [what, origin] of [
    ["without the header of the distribution", undefined],
    ["with another value of it", "of-the-origim"],
    ["with a longer value of it", "of-the-origin "],
  ] as const)
    it(`answers 403 to a request ${what}`, async () => {
      const { "x-origin-secret": _, ...own } = headers;
      const given = ports({ readKeys: failing });
      const sent = { ...own, ...(origin !== undefined && { "x-origin-secret": origin }) };
      const { statusCode, body } = await ask({ headers: sent }, given);
      assert.deepEqual([statusCode, body.reason], [403, "not-through-distribution"]);
      assert.match(body.detail as string, /^This address is for CloudFront; keep the reading /);
      assert.deepEqual(given.published, []);
    });

  it("takes both values of the header while they are rotated", async () => {
    const values = ["the-new-one", "of-the-origin"];
    const own = { ...settings, originDigests: values.map(digest) };
    for (const value of values) {
      const sent = { ...headers, "x-origin-secret": value };
      assert.equal((await ask({ headers: sent }, ports(), own)).statusCode, 202);
    }
  });

  it("asks for no header where API Gateway admits the distribution by its certificate", async () => {
    const { "x-origin-secret": _, ...sent } = headers;
    const own: Settings = { ...settings, originDigests: undefined };
    assert.equal((await ask({ headers: sent }, ports(), own)).statusCode, 202);
  });

  it("does not publish for a subject of a certificate where tokens are the identity, nor the other way round", async () => {
    const subject = { "cloudfront-viewer-cert-subject": "CN=pump-7" };
    const { authorization: _, ...anonymous } = headers;
    assert.equal((await ask({ headers: { ...anonymous, ...subject } })).statusCode, 401);
    const own: Settings = { ...settings, identity: "certificate" };
    const { statusCode: refused, body, headers: answered } = await ask({ headers }, ports(), own);
    assert.deepEqual([refused, body.reason], [403, "no-device"]);
    assert.match(body.detail as string, /certificate/);
    assert.equal(answered["www-authenticate"], undefined);
    const given = ports({ readKeys: failing });
    const { statusCode } = await ask({ headers: { ...anonymous, ...subject } }, given, own);
    assert.equal(statusCode, 202);
    assert.equal(given.published.length, 1);
  });

  it("takes a token of each key of the secret, and none of a key that was taken out", async () => {
    const other = "another key of the tests, of 32 characters";
    const both = JSON.stringify({ keys: { "2026-11": given.key, "2026-12": other } });
    const expiresAt = receivedAt / 1000 + 60;
    const token = issueToken(other, { deviceId: "pump-7", keyId: "2026-12", expiresAt });
    const sent = { ...headers, authorization: `Bearer ${token}` };
    const readBoth = ports({ readKeys: async () => both });
    assert.equal((await ask({ headers: sent }, readBoth)).statusCode, 202);
    assert.equal((await ask({ headers }, readBoth)).statusCode, 202);
    assert.equal((await ask({ headers: sent })).statusCode, 401);
  });

  for (const { title, status, reason, headers: changed, body } of badRequests(given).filter(
    ({ status, spelled }) => [400, 401].includes(status) && !spelled,
  ))
    it(`refuses ${title} itself, whatever has passed it on`, async () => {
      const sent = Object.fromEntries(
        Object.entries({ ...headers, ...changed }).filter(
          (entry): entry is [string, string] => entry[1] !== undefined,
        ),
      );
      const bytes = Buffer.from((body ?? JSON.stringify(readingOf())) as string);
      const event = post({ headers: sent, body: bytes.toString("base64") });
      const own = ports();
      const { answer } = await logged(() =>
        createHandler(settings, own)({ ...event, isBase64Encoded: true }),
      );
      const problem = JSON.parse(answer.body ?? "") as { reason: string };
      // Of tokens it does not say what is wrong with them.
      const said = status === 401 ? "invalid-token" : reason;
      assert.deepEqual([answer.statusCode, problem.reason], [status, said]);
      assert.deepEqual(own.published, []);
    });

  it("answers 404 to other paths and methods", async () => {
    for (const asked of [{ path: "/" }, { method: "GET" }])
      assert.equal((await ask(asked)).statusCode, 404);
  });

  it("reads its settings from its environment", () => {
    const env = {
      ...{ TOPIC_PREFIX: "devices", IDENTITY: "token", ADMISSION: "header", ORIGIN_DIGESTS: "new" },
      ...{ POSTS_TABLE_NAME: "posts", KEYS_SECRET_NAME: "keys" },
    };
    assert.deepEqual(readSettings(env), { ...settings, originDigests: ["new"] });
    assert.deepEqual(readSettings({ ...env, ORIGIN_DIGESTS: "new,old" }).originDigests, [
      "new",
      "old",
    ]);
    assert.equal(readSettings({ ...env, ADMISSION: "certificate" }).originDigests, undefined);
    assert.throws(() => readSettings({ ...env, ORIGIN_DIGESTS: "" }), /ORIGIN_DIGESTS is not set/);
    // Subjects of certificates are read behind the header only.
    const subjects = { ...env, ADMISSION: "certificate", IDENTITY: "certificate" };
    assert.deepEqual(readSettings(subjects).originDigests, ["new"]);
    assert.throws(
      () => readSettings({ ...subjects, ORIGIN_DIGESTS: "" }),
      /ORIGIN_DIGESTS is not set/,
    );
  });

  describe("with AWS", () => {
    const use = useAws();

    const whole = async () => {
      use.aws.answer("GetSecretValue", () => ({ Name: "keys", SecretString: secret }));
      const handler = createHandler(settings);
      const now = Date.now();
      const own = goodHeaders({ ...given, now });
      const body = JSON.stringify(readingOf({ timestamp: now }));
      const { answer } = await logged(() =>
        handler(post({ headers: { ...headers, ...own }, body })),
      );
      return answer;
    };

    it("reads the keys, claims, publishes with QoS 1, and remembers", async () => {
      assert.equal((await whole()).statusCode, 202);
      assert.deepEqual(
        use.aws.calls.map(({ operation }) => operation),
        ["GetSecretValue", "UpdateItem", "Publish", "UpdateItem"],
      );
    });

    for (const [state, other, status] of [
      ["published", false, 202],
      ["publishing", false, 409],
      ["published", true, 422],
    ] as const)
      it(`answers ${status} where the table has ${other ? "another reading" : "the reading"} as ${state}`, async () => {
        use.aws.answer("UpdateItem", (input) => {
          const values = input.ExpressionAttributeValues as Record<string, { S: string }>;
          const readingId = other ? { S: "other" } : values[":id"];
          return {
            refused: "ConditionalCheckFailedException",
            Item: { readingId, state: { S: state } },
          };
        });
        assert.equal((await whole()).statusCode, status);
        assert.ok(!use.aws.calls.some(({ operation }) => operation === "Publish"));
      });

    it("lets a later post through after AWS IoT has refused it", async () => {
      use.aws.answer("Publish", () => ({ refused: "UnauthorizedException", status: 401 }));
      assert.equal((await whole()).statusCode, 503);
      const released = use.aws.calls.at(-1);
      assert.equal(released?.operation, "UpdateItem");
      assert.equal(released.input.UpdateExpression, "SET leaseUntil = :zero");
    });
  });
});
