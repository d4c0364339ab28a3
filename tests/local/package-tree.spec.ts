import * as assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readingPackagesOnce } from "../../local/package-tree";

interface Reader {
  loadActual(): Promise<unknown>;
}

/** What Pulumi reads packages with. */
const { Arborist } = createRequire(require.resolve("@pulumi/pulumi"))("@npmcli/arborist") as {
  Arborist: { new (options: { path: string }): Reader; prototype: Reader };
};

describe("reading packages once", () => {
  const read = (path: string): Promise<unknown> => new Arborist({ path }).loadActual();

  it("returns the same tree to every reader of a folder, and another tree for another folder", async () => {
    await readingPackagesOnce(async () => {
      const [first, second, other] = await Promise.all([
        read(__dirname),
        read(__dirname),
        read(`${__dirname}/audit`),
      ]);
      assert.equal(first, second);
      assert.notEqual(first, other);
    });
  });

  it("ends with the work, even if that fails", async () => {
    const before = Object.getOwnPropertyDescriptor(Arborist.prototype, "loadActual")
      ?.value as unknown;
    const failing = readingPackagesOnce(() => Promise.reject(new Error("No.")));
    await assert.rejects(failing, { message: "No." });
    const after = Object.getOwnPropertyDescriptor(Arborist.prototype, "loadActual")
      ?.value as unknown;
    assert.equal(after, before);
  });
});
