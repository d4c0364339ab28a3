import * as assert from "node:assert/strict";
import { forbidPublicDatabases as rule } from "../../../../policies/rules/aws/forbid-public-databases";
import { said, unknown } from "../../../support/policy";

describe(rule.name, () => {
  const database = (type: string, inputs: Record<string, unknown> = {}) => ({ type, inputs });

  const types = [
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
    "aws:timestreaminfluxdb/dbInstance:DbInstance",
  ];

  it("is about databases and warehouses", () => {
    assert.deepEqual(rule.types, types);
  });

  for (const type of types) {
    it(`accepts a private ${type}`, async () => {
      for (const inputs of [{}, { publiclyAccessible: false }])
        assert.deepEqual(await said(rule, database(type, inputs)), []);
    });

    it(`rejects a public ${type}`, async () => {
      assert.deepEqual(await said(rule, database(type, { publiclyAccessible: true })), [
        "it: Is reachable from the internet: set publiclyAccessible to false.",
      ]);
    });
  }

  it("accepts an input that is not known yet", async () => {
    const type = "aws:redshiftserverless/workgroup:Workgroup";
    const found = await said(rule, database(type, { publiclyAccessible: unknown }));
    assert.ok(found.every((line) => !line.includes("reachable from the internet")));
  });
});
