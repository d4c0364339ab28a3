import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as https from "node:https";
import { callApi } from "../../../local/aws/call-api";
import {
  createClients,
  type Account,
  type Clients,
  type Credentials,
} from "../../../local/aws/clients";
import { send, type RawAnswer, type RawRequest } from "../../../local/aws/send";
import { sharedAccount } from "../../support/account";

const unsignedSentence =
  "The emulator of this local run takes only requests that are signed with a credential of the run: sign it by SigV4.";

describe("The emulator's door", () => {
  /** As another process has it, without the pass. */
  let account: Account;
  let ours: Clients;
  let theirs: Clients;
  const queue = "door-queue";
  const bucket = "door-bucket";

  before(async function () {
    this.timeout(60_000);
    const shared = await sharedAccount();
    account = { ...shared, pass: undefined };
    ours = createClients(shared);
    theirs = createClients(account);
    await ours.get(SQSClient).send(new CreateQueueCommand({ QueueName: queue }));
    await ours.get(S3Client).send(new CreateBucketCommand({ Bucket: bucket }));
  });
  after(() => {
    ours.destroy();
    theirs.destroy();
  });

  const host = (): string => new URL(account.endpoint).host;
  const listQueues = async (credentials?: Credentials): Promise<string[]> => {
    const { QueueUrls = [] } = await theirs
      .get(SQSClient, credentials)
      .send(new ListQueuesCommand({ QueueNamePrefix: queue }));
    return QueueUrls.map((url) => url.split("/").pop() ?? "");
  };

  /** A signed request as it goes over the wire, for a test to change. */
  async function signed(
    { signingDate = new Date() }: { signingDate?: Date } = {},
    credentials: Credentials = account.root,
  ): Promise<RawRequest & { body: string; headers: Record<string, string> }> {
    const body = JSON.stringify({ QueueNamePrefix: queue });
    const signer = new SignatureV4({
      service: "sqs",
      region: account.region,
      credentials,
      sha256: Sha256,
    });
    const request = await signer.sign(
      {
        method: "POST",
        protocol: "https:",
        hostname: "127.0.0.1",
        path: "/",
        query: {},
        headers: {
          host: host(),
          "content-type": "application/x-amz-json-1.0",
          "content-length": String(body.length),
          "x-amz-target": "AmazonSQS.ListQueues",
        },
        body,
      },
      { signingDate },
    );
    return { method: "POST", path: "/", headers: request.headers, body };
  }
  const typeOf = ({ body }: RawAnswer): string =>
    (JSON.parse(body.toString()) as { __type: string }).__type.split("#").pop() ?? "";

  it("lets through requests signed by root, as the AWS CLI and the SDKs sign them", async () => {
    assert.deepEqual(await listQueues(), [queue]);
    assert.equal((await send(account, await signed())).status, 200);
  });

  it("lets through sessions of roles that STS of this run has opened, with the permissions of the role", async () => {
    const iam = ours.get(IAMClient);
    const principal = { AWS: `arn:aws:iam::${account.accountId}:root` };
    const trust = { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" };
    const list = { Effect: "Allow", Action: "sqs:ListQueues", Resource: "*" };
    const document = (Statement: object): string =>
      JSON.stringify({ Version: "2012-10-17", Statement });
    const RoleName = "door-role";
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }),
    );
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "list", PolicyDocument: document(list) }),
    );
    const { Credentials: given } = await ours
      .get(STSClient)
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "door" }));
    const session = {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken,
    };
    assert.deepEqual(await listQueues(session), [queue]);
    // SDK clients are kept by key.
    const other = await send(
      account,
      await signed({}, { ...session, secretAccessKey: account.root.secretAccessKey }),
    );
    assert.deepEqual([other.status, typeOf(other)], [403, "SignatureDoesNotMatch"]);
    const tokenless = await send(
      account,
      await signed({}, { ...session, sessionToken: undefined }),
    );
    assert.deepEqual([tokenless.status, typeOf(tokenless)], [403, "InvalidClientTokenId"]);
    // Of this process, no signature is verified; session and permissions are.
    const stranger = { ...session, sessionToken: undefined };
    await assert.rejects(
      ours.get(SQSClient, stranger).send(new ListQueuesCommand({ QueueNamePrefix: queue })),
      { name: "InvalidClientTokenId" },
    );
    const internal = await callApi(account, account.endpoint, "/_ministack/sqs/messages", {
      credentials: session,
    });
    assert.equal(internal.status, 403);
    assert.match(internal.body.toString(), /own paths are for the local run itself/);
  });

  it("refuses root's key with another secret, and every key that MiniStack takes for root's by its name", async () => {
    const { accessKeyId } = account.root;
    const keys = [accessKeyId, account.accountId, "210987654321", "test", "AKIAIOSFODNN7EXAMPLE"];
    for (const key of keys) {
      const answer = await send(
        account,
        await signed({}, { accessKeyId: key, secretAccessKey: "x" }),
      );
      assert.deepEqual(
        [answer.status, typeOf(answer)],
        [403, key === accessKeyId ? "SignatureDoesNotMatch" : "InvalidClientTokenId"],
        key,
      );
    }
  });

  it("refuses a signed request whose body, target, path, query or host was changed, and one with another's pass", async () => {
    const changes: Record<string, (request: Awaited<ReturnType<typeof signed>>) => RawRequest> = {
      body: (request) => ({ ...request, body: request.body.replace(queue, "other-queu") }),
      target: (request) => ({
        ...request,
        headers: { ...request.headers, "x-amz-target": "AmazonSQS.CreateQueue" },
      }),
      path: (request) => ({ ...request, path: "/other" }),
      query: (request) => ({ ...request, path: "/?Action=ListQueues" }),
      host: (request) => ({ ...request, headers: { ...request.headers, host: "localhost" } }),
    };
    for (const [what, change] of Object.entries(changes)) {
      const answer = await send(account, change(await signed()));
      assert.equal(answer.status, 403, what);
      assert.match(answer.body.toString(), /SignatureDoesNotMatch/, what);
    }
    for (const pass of ["", "0".repeat(64)])
      assert.equal(
        (await send(account, { method: "GET", path: "/", headers: { "x-local-pass": pass } }))
          .status,
        403,
      );
  });

  it("refuses a request that was signed an hour ago, or is signed for later", async () => {
    for (const minutes of [-60, 60]) {
      const signingDate = new Date(Date.now() + minutes * 60_000);
      const answer = await send(account, await signed({ signingDate }));
      assert.equal(answer.status, 403);
      assert.match(answer.body.toString(), /Signature (expired|not yet current)/);
    }
  });

  it("lets through a presigned URL until it expires", async () => {
    const signer = new SignatureV4({
      service: "s3",
      region: account.region,
      credentials: account.root,
      sha256: Sha256,
      uriEscapePath: false,
    });
    const presigned = async (signingDate: Date): Promise<number> => {
      const request = { method: "GET", protocol: "https:", hostname: "127.0.0.1" };
      const headers = { host: host(), "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
      const { query = {} } = await signer.presign(
        { ...request, path: `/${bucket}`, query: {}, headers },
        { expiresIn: 60, signingDate },
      );
      const search = new URLSearchParams(query as Record<string, string>).toString();
      const path = `/${bucket}?${search}`;
      const answer = await send(account, { method: "GET", path, headers: { host: host() } });
      return answer.status;
    };
    assert.equal(await presigned(new Date()), 200);
    assert.equal(await presigned(new Date(Date.now() - 120_000)), 403);
  });

  it("refuses unsigned requests to every path, in one sentence, and changes nothing", async () => {
    const internal = [
      ...["health", "ready", "reset", "config", "sqs/messages", "ses/messages", "sns/sms-messages"],
      ...["lambda-code/some", "rds/iam-auth", "rds/ca.pem", "iot/ca.pem", "transfer/sftp-ports"],
    ].map((path) => `/_ministack/${path}`);
    const others = [
      ...["/", "/health", "/_localstack/health", "/_localstack/other", "/login", "/logout"],
      ...["/oauth2/token", "/pool/.well-known/jwks.json", "/v2/_catalog", "/latest/meta-data/"],
      ...["/_aws/lambda-url/some/", "/restapis/some/prod/_user_request_/", `/${bucket}`],
      ...[`/${account.accountId}/${queue}`, "/?Action=GetCallerIdentity", "/?Action=Unsubscribe"],
      ...["/%5fministack/health", "//_ministack/health", "/2018-06-01/runtime/invocation/next"],
      ...["/_aws/execute-api", "/?AWSAccessKeyId=test&Signature=x", "/iceberg/v1/config"],
    ];
    for (const path of [...internal, ...others])
      for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
        const answer = await send(account, { method, path, headers: { host: host() } });
        assert.ok([400, 403].includes(answer.status), `${method} ${path}: ${answer.status}`);
      }
    const { body } = await send(account, {
      method: "GET",
      path: "/_ministack/config",
      headers: {},
    });
    assert.ok(body.toString().includes(unsignedSentence), body.toString());
    assert.deepEqual(await listQueues(), [queue]);
  });

  it("takes its own paths for root, who has the whole account", async () => {
    const { status, body } = await callApi(account, account.endpoint, "/_ministack/health");
    assert.equal(status, 200, body.toString());
  });

  it("leaves callers of deployed HTTP APIs to the APIs, by the name of this machine only", async () => {
    const ask = (headers: Record<string, string>): Promise<RawAnswer> =>
      send(account, { method: "GET", path: "/_aws/execute-api/00000000/$default/x", headers });
    const answered = await ask({ host: host() });
    assert.deepEqual(
      [answered.status, answered.body.toString()],
      [404, '{"message": "Not Found"}'],
    );
    assert.equal((await ask({ host: "attacker.example" })).status, 403);
    const claimed = `AWS4-HMAC-SHA256 Credential=${account.root.accessKeyId}/20260101/${account.region}/execute-api/aws4_request, SignedHeaders=host, Signature=0`;
    assert.equal((await ask({ host: host(), authorization: claimed })).status, 403);
  });

  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
    it(`answers with ${length} bytes as they are, in one piece or several`, async () => {
      const object = { Bucket: bucket, Key: `body-${length}` };
      const body = Buffer.from(Array.from({ length }, (_, index) => index % 251));
      await ours.get(S3Client).send(new PutObjectCommand({ ...object, Body: body }));
      for (const clients of [ours, theirs]) {
        const { Body, ContentLength } = await clients
          .get(S3Client)
          .send(new GetObjectCommand(object));
        const bytes = (await Body?.transformToByteArray()) ?? [];
        assert.equal(ContentLength, length);
        assert.ok(body.equals(Buffer.from(bytes)), `${bytes.length} bytes`);
      }
    });

  it("opens no WebSocket", async () => {
    const { hostname, port } = new URL(account.endpoint);
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.alloc(16).toString("base64"),
    };
    const request = https.get({ hostname, port, path: "/mqtt", headers, ca: account.ca });
    const [response] = (await once(request, "response")) as [{ statusCode: number }];
    request.destroy();
    assert.equal(response.statusCode, 403);
  });
});
