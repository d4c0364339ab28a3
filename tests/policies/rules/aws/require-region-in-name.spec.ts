import * as assert from "node:assert/strict";
import { requireRegionInName as rule } from "../../../../policies/rules/aws/require-region-in-name";
import { said, unknown, type Given } from "../../../support/policy";
import { redrive } from "../../given";

/** Tells the pack the region. */
const place = redrive("orders", "failures");
const inPlace = (type: string, inputs: Record<string, unknown>) =>
  said(rule, place, { type, inputs });
const fault = (name: string, input: string) => [
  `it: Has the name ${name}, which the same stack in another Region needs too: put eu-central-1 into ${input}.`,
];

/** The input of each kind that all regions of an account share. */
const global: [type: string, input: string][] = [
  ["aws:cloudfront/cachePolicy:CachePolicy", "name"],
  ["aws:cloudfront/function:Function", "name"],
  ["aws:cloudfront/originAccessControl:OriginAccessControl", "name"],
  ["aws:cloudfront/originRequestPolicy:OriginRequestPolicy", "name"],
  ["aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "name"],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardName"],
  ["aws:iam/group:Group", "name"],
  ["aws:iam/instanceProfile:InstanceProfile", "name"],
  ["aws:iam/policy:Policy", "name"],
  ["aws:iam/role:Role", "name"],
  ["aws:iam/user:User", "name"],
  ["aws:s3/bucket:Bucket", "bucket"],
];

describe(rule.name, () => {
  it("accepts a name that Pulumi generated, and no other with the logical name", async () => {
    const named = (name: string) => inPlace("aws:iam/role:Role", { name });
    assert.deepEqual(await named("it-3b657e2"), []);
    const long = `${"a".repeat(59)}b`;
    const shortened = (length: number): Promise<string[]> =>
      said(rule, place, {
        type: "aws:iam/role:Role",
        name: long,
        inputs: { name: `${long.slice(0, length)}-3b657e2` },
      });
    assert.deepEqual(await shortened(56), []);
    assert.deepEqual(await shortened(60), []);
    assert.deepEqual(await shortened(40), []);
    for (const length of [8, 39]) assert.equal((await shortened(length)).length, 1);
    for (const name of [
      ...["it", "it-worker", "it-archive", "it-3b657e", "it-3b657e22", "other-3b657e2"],
      "it-3b657e2-archive",
    ])
      for (const logical of ["it", "it-3b657e2"])
        assert.deepEqual(
          await said(rule, place, { type: "aws:iam/role:Role", name: logical, inputs: { name } }),
          fault(name, "name").map((line) => line.replace("it:", `${logical}:`)),
        );
  });

  for (const [type, input] of global)
    it(`reads ${input} of ${type}`, async () => {
      assert.deepEqual(await inPlace(type, { [input]: "orders" }), fault("orders", input));
      assert.deepEqual(await inPlace(type, { [input]: "orders-eu-central-1" }), []);
      assert.deepEqual(await inPlace(type, { [input]: "euc1-orders" }), []);
    });

  it("rejects the name of another region", async () => {
    const name = "orders-eu-west-1";
    assert.deepEqual(await inPlace("aws:iam/role:Role", { name }), fault(name, "name"));
  });

  it("accepts names that Pulumi generates or that are not known yet", async () => {
    for (const inputs of [{}, { name: unknown }, { namePrefix: "orders" }])
      assert.deepEqual(await inPlace("aws:iam/role:Role", inputs), []);
  });

  it("accepts any name that is unique in a region", async () => {
    assert.deepEqual(await inPlace("aws:sqs/queue:Queue", { name: "orders" }), []);
    assert.deepEqual(await inPlace("aws:lambda/function:Function", { name: "worker" }), []);
    const here = { name: "worker", region: "eu-central-1" };
    assert.deepEqual(await inPlace("aws:lambda/function:Function", here), []);
  });

  it("reads the name of a function that is placed in another region", async () => {
    const edge = (name: string) =>
      inPlace("aws:lambda/function:Function", { name, region: "us-east-1" });
    assert.deepEqual(await edge("guard"), fault("guard", "name"));
    assert.deepEqual(await edge("guard-euc1"), []);
  });

  it("reads the name of anything that is placed in another region", async () => {
    for (const [type, name] of [
      ["aws:sns/topic:Topic", "alarms"],
      ["aws:kms/alias:Alias", "alias/alarms"],
      ["aws:cloudwatch/metricAlarm:MetricAlarm", "server-errors"],
    ] as const) {
      assert.deepEqual(await inPlace(type, { name, region: "us-east-1" }), fault(name, "name"));
      const placed = { name: `${name}-euc1`, region: "us-east-1" };
      assert.deepEqual(await inPlace(type, placed), []);
    }
  });

  it("says nothing where the region is not known", async () => {
    const alone: Given = { type: "aws:iam/role:Role", inputs: { name: "orders" } };
    assert.deepEqual(await said(rule, alone), []);
  });
});
