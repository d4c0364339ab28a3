import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { readTaggable, taggableFile } from "../../../policies/data/taggable";

describe("The types that take tags", () => {
  it("are those of the installed package; policies/data/taggable.ts writes them anew", () => {
    assert.deepEqual(JSON.parse(fs.readFileSync(taggableFile, "utf8")), readTaggable());
  });

  it("are known by the names that the engine calls them", () => {
    const { sqs = "", lambda = "" } = readTaggable();
    assert.equal(sqs, "queue:Queue");
    assert.ok(lambda.split(" ").includes("function:Function"));
    assert.ok(!lambda.includes("permission:"));
  });
});
