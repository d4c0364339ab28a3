import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { problem } from "../shared/problem";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { deviceOfSubject, noDevice } from "./certificate-subject";
import { bearer, isSame, isSignedBy, readToken } from "./device-token";
import type { Identity } from "./guard";
import { originDigest } from "./origin-digest";
import { postsTable, type Posts } from "./posts-table";
import { headers as names, idempotencyKeyForm, path } from "./request";
import { createTokenKeys, type ReadSecret } from "./token-keys";

export interface Settings {
  /** Readings go to `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** What says which device a request is of. */
  identity: Identity;
  /**
   * Digests of the header's values that only the distribution knows: the one that it sends, and during a rotation the one before. Undefined
   * where API Gateway admits the distribution by its certificate alone, which it never does for subjects of devices' certificates.
   */
  originDigests: string[] | undefined;
  postsTableName: string;
  /** Of the secret with the keys of tokens. */
  keysSecretName: string;
}

/** The calls that the handler makes. */
export interface Ports {
  publish: (topic: string, message: string) => Promise<void>;
  readKeys: ReadSecret;
  posts: Posts;
  now: () => number;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const identity = required(env, "IDENTITY") === "certificate" ? "certificate" : "token";
  // API Gateway admits every certificate of its authorities, and the subject is a header, which any of their holders can send.
  const isKnownByCertificate =
    required(env, "ADMISSION") === "certificate" && identity !== "certificate";
  return {
    topicPrefix: required(env, "TOPIC_PREFIX"),
    identity,
    originDigests: isKnownByCertificate ? undefined : required(env, "ORIGIN_DIGESTS").split(","),
    postsTableName: required(env, "POSTS_TABLE_NAME"),
    keysSecretName: env.KEYS_SECRET_NAME ?? "",
  };
}

type Answer = APIGatewayProxyStructuredResultV2;

/** Seconds after which a device may send again what could not be published. */
const retryAfter = { "retry-after": "5" };

/**
 * Publishes a reading that came through CloudFront to the topic of its device. The device is who its token or its certificate says. A
 * reading that cannot be published now is a 503, so that the device keeps it: there is no queue in front of AWS IoT.
 */
export function createHandler(
  settings: Settings,
  { publish, readKeys, posts, now }: Ports = awsPorts(settings),
): (event: APIGatewayProxyEventV2) => Promise<Answer> {
  const parse = createReadingParser();
  const tokenKeys = createTokenKeys(readKeys, now);
  const { identity, originDigests, topicPrefix } = settings;

  /** The device whose token or certificate this is; undefined if neither proves one. */
  async function deviceOf(event: APIGatewayProxyEventV2): Promise<string | undefined> {
    if (identity === "certificate") return deviceOfSubject(event.headers[names.subject]);
    const claims = readToken(bearer(event.headers.authorization) ?? "");
    if (!claims || claims.expiresAt * 1000 <= now()) return undefined;
    const { keys, revoked } = await tokenKeys(claims.keyId);
    const key = keys.get(claims.keyId);
    if (key === undefined || revoked.has(claims.deviceId)) return undefined;
    return isSignedBy(key, claims) ? claims.deviceId : undefined;
  }

  async function answer(event: APIGatewayProxyEventV2): Promise<Answer> {
    const given = originDigest(event.headers[names.origin] ?? "");
    if (originDigests && !originDigests.some((own) => isSame(given, own)))
      return problem(
        403,
        "This address is for CloudFront; keep the reading and post it to the address of the distribution.",
        { reason: "not-through-distribution" },
      );
    if (event.rawPath !== path || event.requestContext.http.method !== "POST")
      return problem(404, `There is no ${event.rawPath.slice(0, 200)}; post to ${path}.`);
    const deviceId = await deviceOf(event);
    if (deviceId === undefined)
      return identity === "certificate"
        ? noDevice()
        : problem(401, "The token is not valid for a device; get a new one.", {
            reason: "invalid-token",
            headers: { "www-authenticate": "Bearer" },
          });
    const key = event.headers[names.idempotencyKey];
    if (key !== undefined && !new RegExp(idempotencyKeyForm).test(key))
      return problem(400, "idempotency-key must be 1 to 64 letters, digits, '_' and '-'.", {
        reason: "illegal-idempotency-key",
      });
    const encoding = event.isBase64Encoded ? "base64" : "utf8";
    const payload = Buffer.from(event.body ?? "", encoding).toString("base64");
    const verdict = parse({ deviceId, receivedAt: now(), payload });
    if (!verdict.ok) return problem(400, verdict.detail, { reason: verdict.reason });
    const { reading } = verdict;
    const id = readingId(reading);
    const accepted = (repeated: boolean): Answer => ({
      statusCode: 202,
      headers: { "content-type": "application/json", "cache-control": "no-store" },
      body: JSON.stringify({ deviceId, timestamp: reading.timestamp, id, repeated }),
    });

    const post = { deviceId, key: key ?? id, readingId: id };
    const claim = await posts.claim(post, now());
    if (claim === "published") return accepted(true);
    if (claim === "other-reading")
      return problem(422, "The idempotency-key belongs to another reading; use a new one.", {
        reason: "reused-idempotency-key",
      });
    if (claim === "under-way")
      return problem(409, "The same reading is being published; ask again.", {
        reason: "under-way",
        headers: retryAfter,
      });
    try {
      await publish(`${topicPrefix}/${deviceId}/telemetry`, JSON.stringify(reading));
    } catch (error) {
      await posts.release(post);
      throw error;
    }
    // If this fails, a repetition within the day is published again, which sinks recognise by its content.
    await posts.complete(post).catch((error: unknown) => {
      log("warn", "post not remembered", { deviceId, error: describeError(error) });
    });
    return accepted(false);
  }

  return async (event) => {
    const { requestId } = event.requestContext;
    try {
      const answered = await answer(event);
      const { statusCode = 200, body = "" } = answered;
      const isAccepted = statusCode === 202;
      const isRepeated = isAccepted && (JSON.parse(body) as { repeated: boolean }).repeated;
      count("edge-to-iot", {
        Received: 1,
        Published: isAccepted && !isRepeated ? 1 : 0,
        Duplicates: isRepeated ? 1 : 0,
        Refused: isAccepted ? 0 : 1,
      });
      if (!isAccepted) log("warn", "request refused", { requestId, status: statusCode });
      return answered;
    } catch (error) {
      log("error", "reading not published", { requestId, error: describeError(error) });
      count("edge-to-iot", { Received: 1, Failed: 1 });
      return problem(503, "The reading is not published; keep it and send it again.", {
        reason: "not-published",
        headers: retryAfter,
      });
    }
  };
}

/** The SDK reads the endpoint from AWS_ENDPOINT_URL_IOT_DATA_PLANE. */
function awsPorts({ postsTableName, keysSecretName }: Settings): Ports {
  const iot = new IoTDataPlaneClient({});
  const secrets = new SecretsManagerClient({});
  return {
    publish: async (topic, message) => {
      await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(message) }));
    },
    readKeys: async () => {
      const { SecretString } = await secrets.send(
        new GetSecretValueCommand({ SecretId: keysSecretName }),
      );
      return SecretString ?? "";
    },
    posts: postsTable(new DynamoDBClient({}), postsTableName),
    now: () => Date.now(),
  };
}
