import * as assert from "node:assert/strict";
import { runtimes } from "../../../../policies/lifecycle";
import { forbidEndingRuntimes as rule } from "../../../../policies/rules/lambda/forbid-ending-runtimes";
import { said } from "../../../support/policy";

const lambda = (runtime?: string) => ({
  type: "aws:lambda/function:Function",
  inputs: { name: "f", ...(runtime && { runtime }) },
});

describe(rule.name, () => {
  it("accepts a runtime that AWS supports for long, and images, which have none", async () => {
    assert.deepEqual(await said(rule, lambda("nodejs24.x"), lambda()), []);
  });

  it("rejects one that AWS does not support any more", async () => {
    assert.deepEqual(await said(rule, lambda("nodejs20.x")), [
      "it: Runs on nodejs20.x, which AWS supports until 2026-04-30: take a newer one.",
    ]);
  });

  it("rejects one that AWS offers as a preview", async () => {
    assert.deepEqual(await said(rule, lambda("nodejs26.x")), [
      "it: Runs on nodejs26.x, which AWS offers as a preview: take one that it supports.",
    ]);
  });

  it("knows days, or previews", () => {
    for (const end of Object.values(runtimes)) assert.match(end, /^(preview|\d{4}-\d{2}-\d{2})$/);
  });
});
