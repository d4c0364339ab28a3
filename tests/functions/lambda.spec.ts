import { asset } from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { lambdaNode } from "../../local/lambda-node";
import type { RecordedResource } from "../../local/program";
import { directory } from "../support/emulator";
import { startAws, type Aws } from "./aws";
import { startHost, type Host } from "./host";
import { load, type Outcome } from "./lambda";

describe("The process that runs an archive", () => {
  let aws: Aws;
  let host: Host;
  before(async () => {
    aws = await startAws();
    host = await startHost("api.example.com");
  });
  after(() => Promise.all([aws.stop(), host.stop()]));

  const loaded = (text: string, files: Record<string, string> = {}) => {
    const assets = Object.entries({ "__index.js": text, ...files }).map(
      ([name, content]) => [name, new asset.StringAsset(content)] as const,
    );
    const code = new asset.AssetArchive(Object.fromEntries(assets));
    const plain = {
      code,
      name: "demo-function",
      handler: "__index.handler",
      timeout: 30,
      memorySize: 256,
      environment: { variables: { MINE: "1" } },
    };
    return load({ name: "demo", plain } as unknown as RecordedResource, aws, [host]);
  };

  /** The result of a handler with this body. */
  const outcomeOf = async (body: string, files?: Record<string, string>): Promise<Outcome> => {
    const text = `exports.handler = async (event, context) => { ${body} };`;
    const running = await loaded(text, files);
    try {
      return await running.invoke({ n: 1 });
    } finally {
      await running.end();
    }
  };

  it("has AWS's SDK and Node's modules, and no other package of this machine", async () => {
    assert.deepEqual(await outcomeOf('return typeof require("@aws-sdk/client-sqs").SQSClient'), {
      answer: "function",
    });
    const { error } = await outcomeOf('return require("fflate")');
    assert.equal(error?.message, "The archive lacks fflate, which only this machine has.");
  });

  it("runs on the Node.js that Lambda has", async function () {
    const { note } = await lambdaNode({ directory });
    if (note !== undefined) this.skip();
    assert.match(String((await outcomeOf("return process.version")).answer), /^v24\./);
  });

  it("reaches only the address that replaces AWS", async () => {
    const { error } = await outcomeOf(
      'await new Promise((yes, no) => require("http").get("http://127.0.0.1:9", yes).on("error", no))',
    );
    assert.equal(error?.message, "The callback calls 127.0.0.1:9, which is not AWS.");
  });

  it("has the function's variables and the endpoint of AWS, and none of this process's", async () => {
    process.env.ONLY_HERE = "1";
    const { answer } = await outcomeOf("return Object.keys(process.env).sort()");
    delete process.env.ONLY_HERE;
    // Node hands the last one on by itself when coverage is measured.
    const known = /^(AWS_.*|NODE_NO_WARNINGS|NODE_EXTRA_CA_CERTS|NODE_V8_COVERAGE)$/;
    assert.deepEqual(
      (answer as string[]).filter((name) => !known.test(name)),
      ["MINE"],
    );
  });

  it("receives the context that Lambda provides", async () => {
    const { answer } = await outcomeOf(
      "return { ...context, left: context.getRemainingTimeInMillis() }",
    );
    const { left, ...context } = answer as Record<string, unknown>;
    assert.ok(Number(left) > 0 && Number(left) <= 30_000);
    assert.deepEqual(context, {
      functionName: "demo-function",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:demo-function",
      memoryLimitInMB: "256",
      awsRequestId: "8f507cfc-xmpl-4697-b07a-ac58fc914c95",
      logGroupName: "/aws/lambda/demo-function",
      logStreamName: "2026/01/01/[$LATEST]0",
      callbackWaitsForEmptyEventLoop: true,
    });
  });

  it("refuses a handler that calls back", async () => {
    await assert.rejects(
      loaded("exports.handler = (event, context, callback) => callback(null, 1);"),
      /demo ended without an answer: [^]*The handler declares 3 parameters; Lambda's Node\.js 24 refuses more than event and context\./,
    );
  });

  it("refuses an answer of more than 6 MB", async () => {
    const most = 6 * 1024 * 1024;
    const { answer } = await outcomeOf(`return "a".repeat(${most - 2})`);
    assert.equal((answer as string).length, most - 2);
    assert.deepEqual(await outcomeOf(`return "a".repeat(${most - 1})`), {
      error: {
        name: "Function.ResponseSizeTooLarge",
        message: `The answer has ${most + 1} bytes; Lambda takes ${most} at most.`,
        isError: true,
      },
    });
  });

  it("requires no ES module, whether by its name, its package or its syntax", async () => {
    const module = "export const a = 1;";
    for (const [name, files] of Object.entries({
      "./a.mjs": { "a.mjs": module },
      "esm-only": {
        "node_modules/esm-only/package.json": '{ "type": "module", "main": "a.js" }',
        "node_modules/esm-only/a.js": module,
      },
      "./a.js": { "a.js": module },
    })) {
      const { error } = await outcomeOf(`return require("${name}").a`, files as never);
      assert.match(
        error?.message ?? "",
        /require\(\) of ES Module|Unexpected token 'export'/,
        name,
      );
    }
  });

  it("reaches a named host by TLS, at its stand-in", async () => {
    host.answer(202, "accepted");
    const viaFetch = await outcomeOf(
      'const got = await fetch("https://api.example.com/v2/series?a=1", { method: "POST", body: "b", headers: { "x-key": "k" } }); return [got.status, await got.text()]',
    );
    assert.deepEqual(viaFetch, { answer: [202, "accepted"] });
    const viaHttps = await outcomeOf(
      'return new Promise((yes, no) => require("https").get("https://api.example.com/plain", (got) => yes(got.statusCode)).on("error", no))',
    );
    assert.deepEqual(viaHttps, { answer: 202 });
    assert.deepEqual(
      host.calls.map(({ method, path, headers, body }) => [
        method,
        path,
        headers.host,
        headers["x-key"],
        body.toString(),
      ]),
      [
        ["POST", "/v2/series?a=1", "api.example.com", "k", "b"],
        ["GET", "/plain", "api.example.com", undefined, ""],
      ],
    );
    const { error } = await outcomeOf(
      'return fetch("https://other.example.com/").catch((error) => { throw error.cause ?? error })',
    );
    assert.equal(error?.message, "The callback calls other.example.com:443, which is not AWS.");
  });
});
