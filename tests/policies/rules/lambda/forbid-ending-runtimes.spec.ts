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
      "it: Runs on nodejs20.x, which AWS supports until 2026-04-30: use a newer runtime.",
    ]);
  });

  it("rejects one from 90 days before its last on", async () => {
    const { now } = Date;
    try {
      for (const [day, lines] of [
        ["2027-01-30", 0],
        ["2027-01-31", 1],
      ] as const) {
        Date.now = () => Date.parse(`${day}T12:00:00Z`);
        assert.equal((await said(rule, lambda("nodejs22.x"))).length, lines, day);
      }
    } finally {
      Date.now = now;
    }
  });

  it("accepts one that it does not know", async () => {
    for (const runtime of ["nodejs99.x", "toString"])
      assert.deepEqual(await said(rule, lambda(runtime)), []);
  });

  it("rejects one that AWS offers as a preview", async () => {
    assert.deepEqual(await said(rule, lambda("nodejs26.x")), [
      "it: Runs on nodejs26.x, which is a preview: use a supported runtime.",
    ]);
  });

  it("knows days, or previews", () => {
    for (const end of Object.values(runtimes)) assert.match(end, /^(preview|\d{4}-\d{2}-\d{2})$/);
  });
});
