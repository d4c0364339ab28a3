import * as assert from "node:assert/strict";
import { requireCompleteProjection as rule } from "../../../../policies/rules/glue/require-complete-projection";
import { said } from "../../../support/policy";

const complete = {
  "projection.enabled": "true",
  "projection.day.type": "date",
  "projection.day.format": "yyyy-MM-dd",
  "projection.day.range": "NOW-30DAYS,NOW",
  "storage.location.template": "s3://lake/day=${day}/",
};

const table = (parameters: Record<string, unknown>, ...keys: string[]) => ({
  type: "aws:glue/catalogTable:CatalogTable",
  inputs: {
    name: "readings",
    partitionKeys: (keys.length > 0 ? keys : ["day"]).map((name) => ({ name, type: "string" })),
    parameters: Object.fromEntries(
      Object.entries(parameters).filter(([, value]) => value !== undefined),
    ),
  },
});

describe(rule.name, () => {
  it("accepts a complete projection of each type, and a table without one", async () => {
    assert.deepEqual(
      await said(
        rule,
        table(complete),
        table({ ...complete, "storage.location.template": undefined }),
        table({ "projection.enabled": "false" }),
        table({}),
        table(
          {
            "projection.enabled": "true",
            "projection.site.type": "enum",
            "projection.site.values": "a,b",
            "projection.hour.type": "integer",
            "projection.hour.range": "0,23",
            "projection.device.type": "injected",
          },
          "site",
          "hour",
          "device",
        ),
      ),
      [],
    );
  });

  for (const property of ["format", "range"])
    it(`rejects a date without its ${property}`, async () => {
      const given = table({ ...complete, [`projection.day.${property}`]: undefined });
      assert.deepEqual(await said(rule, given), [
        `it: Has no projection.day.${property}: set it, as the type date needs.`,
      ]);
    });

  for (const [type, property] of [
    ["enum", "values"],
    ["integer", "range"],
  ] as const)
    it(`rejects a projection of type ${type} without its ${property}`, async () => {
      const given = { "projection.enabled": "true", "projection.site.type": type };
      assert.deepEqual(await said(rule, table(given, "site")), [
        `it: Has no projection.site.${property}: set it, as the type ${type} needs.`,
      ]);
    });

  it("says nothing of a key without a name", async () => {
    const { type, inputs } = table(complete);
    const partitionKeys = [...inputs.partitionKeys, { type: "string" }];
    assert.deepEqual(await said(rule, { type, inputs: { ...inputs, partitionKeys } }), []);
  });

  it("rejects a key without a type, or with one that Athena does not know", async () => {
    for (const type of [undefined, "string", "constructor"])
      assert.deepEqual(await said(rule, table({ ...complete, "projection.day.type": type })), [
        "it: Has no valid projection.day.type: set it to date, enum, injected, integer.",
      ]);
  });

  it("rejects a location that does not name every key", async () => {
    const given = { ...complete, "storage.location.template": "s3://lake/${site}/" };
    assert.deepEqual(await said(rule, table(given)), [
      "it: Has a storage.location.template without ${day}: name every partition key in it.",
    ]);
    assert.deepEqual(await said(rule, table({ ...given, "storage.location.template": 7 })), [
      "it: Has a storage.location.template without ${day}: name every partition key in it.",
    ]);
  });
});
