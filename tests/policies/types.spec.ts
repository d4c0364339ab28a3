import * as aws from "@pulumi/aws";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const folder = path.join(__dirname, "../../policies");

/** Every resource type that the pack names; a misspelt one would never be looked at. */
const named = new Set(
  fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap(
      (file) =>
        fs.readFileSync(path.join(folder, file), "utf8").match(/(?<=")aws:\w+\/\w+:\w+(?=")/g) ??
        [],
    ),
);

describe("The resource types that the pack names", () => {
  for (const type of [...named].sort())
    it(`${type} is a type of the provider`, () => {
      const [, module = "", name = ""] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
      const modules = aws as unknown as Record<string, Record<string, { __pulumiType?: string }>>;
      assert.equal(modules[module]?.[name]?.__pulumiType, type);
    });
});
