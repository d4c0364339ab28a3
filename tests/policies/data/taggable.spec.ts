import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { readTaggable, taggableFile } from "../../../policies/data/taggable";

describe("The types that support tags", () => {
  it("match the installed package; policies/data/taggable.ts updates them", () => {
    assert.deepEqual(JSON.parse(fs.readFileSync(taggableFile, "utf8")), readTaggable());
  });

  it("have the type names of the engine", () => {
    const { sqs = "", lambda = "" } = readTaggable();
    assert.equal(sqs, "queue:Queue");
    assert.ok(lambda.split(" ").includes("function:Function"));
    assert.ok(!lambda.includes("permission:"));
  });
});
