import * as assert from "node:assert/strict";
import { EdgeFunction, type EdgeFunctionArgs } from "../../../components/parts/edge-function";
import { arn } from "../../../components/parts/names";
import { allow as permit } from "../../../components/parts/policy-document";
import { startAws, type Aws } from "../../functions/aws";
import { load, zipOf } from "../../functions/lambda";
import { account, deploy, statements } from "../../support/deploy";
import { allow } from "../support";
import { createGuard, readSettings } from "./edge-guard";

const lambdaFunction = "aws:lambda/function:Function";
const logs = `arn:aws:logs:*:${account}:log-group:/aws/lambda/us-east-1.iot-integrations-test-euc1-demo`;

const deployed = (args: Partial<EdgeFunctionArgs<string, string>> = {}) =>
  deploy(() => {
    const edge = new EdgeFunction<string, string>("demo", {
      description: "Guards.",
      event: "origin-request",
      callbackFactory: () => createGuard(readSettings()),
      settings: { PREFIX: "devices", LONGEST: '12"\u2028' },
      ...args,
    });
    return { name: edge.name };
  });

describe("EdgeFunction", () => {
  it("is a published version in us-east-1 on x86, without environment", async () => {
    const made = await deployed();
    const { code, ...settings } = made.only(lambdaFunction);
    assert.ok(code);
    assert.deepEqual(settings, {
      name: "iot-integrations-test-euc1-demo",
      description: "Guards.",
      region: "us-east-1",
      role: `arn:aws:iam::${account}:role/iot-integrations-test-euc1-demo-role`,
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
      handler: "__index.handler",
      publish: true,
      timeout: 30,
      memorySize: 128,
    });
    assert.equal(made.outputs.name, "iot-integrations-test-euc1-demo");
  });

  it("has CloudFront's timeout and memory for viewer events", async () => {
    const made = await deployed({ event: "viewer-request" });
    const { timeout, memorySize } = made.only(lambdaFunction);
    assert.deepEqual([timeout, memorySize], [5, 128]);
  });

  it("is assumed by both services of Lambda@Edge, and logs in every region", async () => {
    const made = await deployed({
      statements: [permit("Read", "dynamodb:GetItem", arn.table("state"))],
    });
    assert.deepEqual(statements(made.only("aws:iam/role:Role").assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
    ]);
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      allow("CreateLogGroup", "logs:CreateLogGroup", logs),
      allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], `${logs}:log-stream:*`),
      allow("Read", "dynamodb:GetItem", `arn:aws:dynamodb:eu-central-1:${account}:table/state`),
    ]);
    assert.equal(made.all("aws:cloudwatch/logGroup:LogGroup").size, 0);
  });

  it("rejects a callback whose archive exceeds CloudFront's limit", async () => {
    // Random, so that it does not compress.
    const noise = Array.from({ length: 200_000 }, () => Math.random().toString(36)).join("");
    await assert.rejects(
      deployed({ event: "viewer-response", settings: { PREFIX: noise } }),
      /^Error: The archive of demo has \d+ bytes, and Lambda@Edge takes 1000000 for a function at viewer-response: let its callback import less\.$/,
    );
    assert.ok((await deployed({ settings: { PREFIX: noise } })).only(lambdaFunction).code);
  });

  describe("as its archive", () => {
    let aws: Aws;
    before(async () => {
      aws = await startAws();
    });
    after(() => aws.stop());

    it("finds its settings in process.env although it has no environment", async () => {
      const { resources } = await deployed();
      const made = resources.find(({ type }) => type === lambdaFunction);
      assert.ok(made);
      assert.ok((await zipOf(made)).length < 1_000_000);
      const loaded = await load(made, aws);
      try {
        assert.deepEqual(await loaded.invoke("pump-7"), {
          answer: 'devices/pump-7 within 12"\u2028',
        });
      } finally {
        await loaded.end();
      }
    });

    it("is the same whatever the order of the settings", async () => {
      const zips: Uint8Array[] = [];
      for (const settings of [
        { A: "1", B: "2" },
        { B: "2", A: "1" },
      ]) {
        const { resources } = await deployed({ settings });
        const made = resources.find(({ type }) => type === lambdaFunction);
        assert.ok(made);
        zips.push(await zipOf(made));
      }
      assert.deepEqual(zips[0], zips[1]);
    });
  });
});
