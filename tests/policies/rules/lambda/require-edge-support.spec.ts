import * as assert from "node:assert/strict";
import { requireEdgeSupport as rule } from "../../../../policies/rules/lambda/require-edge-support";
import { said, unknown } from "../../../support/policy";
import { distribution, lambda } from "../cloudfront/edge";

describe(rule.name, () => {
  it("accepts a function in us-east-1 on x86_64 without what Lambda@Edge lacks", async () => {
    assert.deepEqual(await said(rule, lambda(), distribution()), []);
    const empty = lambda({ layers: [], ephemeralStorage: { size: 512 }, timeout: 30 });
    assert.deepEqual(await said(rule, empty, distribution()), []);
  });

  it("accepts a function that no distribution calls", async () => {
    assert.deepEqual(await said(rule, lambda({ region: "eu-central-1", timeout: 900 })), []);
  });

  it("accepts a function of another stack", async () => {
    const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:elsewhere:3";
    assert.deepEqual(await said(rule, lambda(), distribution({ association: { lambdaArn } })), []);
  });

  it("knows that the default processor is x86_64", async () => {
    assert.deepEqual(await said(rule, lambda({ architectures: undefined }), distribution()), []);
  });

  const broken: [string, object, string][] = [
    [
      "an environment",
      { environment: { variables: { A: "1" } } },
      "Has environment, and functions at the edge have no environment variables: leave it out.",
    ],
    [
      "an environment that is not known yet",
      { environment: { variables: unknown } },
      "Has environment, and functions at the edge have no environment variables: leave it out.",
    ],
    [
      "a VPC",
      { vpcConfig: { subnetIds: ["a"], securityGroupIds: ["b"] } },
      "Has vpcConfig, and functions at the edge have no VPC: leave it out.",
    ],
    [
      "layers",
      { layers: ["arn"] },
      "Has layers, and functions at the edge have no layers: leave it out.",
    ],
    [
      "a dead-letter queue",
      { deadLetterConfig: { targetArn: "arn" } },
      "Has deadLetterConfig, and functions at the edge have no dead-letter queue: leave it out.",
    ],
    [
      "a key",
      { kmsKeyArn: "arn" },
      "Has kmsKeyArn, and functions at the edge have no key of the customer's own: leave it out.",
    ],
    [
      "an image",
      { imageUri: "uri" },
      "Has imageUri, and functions at the edge have no container image: leave it out.",
    ],
    [
      "another region",
      { region: "eu-central-1" },
      "Is in eu-central-1, and functions at the edge are in us-east-1: set region.",
    ],
    [
      "another processor",
      { architectures: ["arm64"] },
      "Runs on arm64, and functions at the edge run on x86_64.",
    ],
    [
      "more storage",
      { ephemeralStorage: { size: 1024 } },
      "Has more than 512 MB of ephemeral storage: leave ephemeralStorage out.",
    ],
    [
      "a long timeout",
      { timeout: 31 },
      "Has a timeout over the 30 s that CloudFront allows at origin-request.",
    ],
  ];
  for (const [what, inputs, sentence] of broken)
    it(`rejects ${what}`, async () =>
      assert.deepEqual(await said(rule, lambda(inputs), distribution()), [`guard: ${sentence}`]));

  it("has the limits of the viewer's events for those", async () => {
    const front = distribution({ association: { eventType: "viewer-request" } });
    assert.deepEqual(await said(rule, lambda(), front), []);
    assert.deepEqual(await said(rule, lambda({ timeout: 6, memorySize: 256 }), front), [
      "guard: Has a timeout over the 5 s that CloudFront allows at viewer-request.",
      "guard: Has memory over the 128 MB that CloudFront allows at viewer-request.",
    ]);
  });

  it("cannot decide where the region is the stack's own", async () => {
    assert.deepEqual(await said(rule, lambda({ region: undefined }), distribution()), [
      "advisory guard: Unverified: Names no region, and functions at the edge are in us-east-1: set region, unless the whole stack is there.",
    ]);
  });

  it("finds a function by the ARN of its version, and of behaviours for patterns of paths", async () => {
    const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:guard:3";
    const association = { eventType: "origin-request", lambdaArn };
    const front = distribution({
      behaviour: { lambdaFunctionAssociations: [] },
      orderedCacheBehaviors: [{ pathPattern: "/x", lambdaFunctionAssociations: [association] }],
    });
    assert.equal((await said(rule, lambda({ architectures: ["arm64"] }), front)).length, 1);
  });
});
