import { asset } from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pack } from "../../../../local/services/lambda/archive";

describe("pack", () => {
  let directory: string;
  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "archive-"));
    fs.mkdirSync(path.join(directory, "package/dist"), { recursive: true });
    fs.writeFileSync(path.join(directory, "package/package.json"), "{}");
    fs.writeFileSync(path.join(directory, "package/dist/index.js"), "exports.a = 1;");
    fs.writeFileSync(path.join(directory, "image.bin"), Buffer.from([0xff, 0x00]));
  });
  after(() => fs.rmSync(directory, { recursive: true }));

  const archive = () =>
    new asset.AssetArchive({
      "__index.js": new asset.StringAsset("exports.handler = 'ü';"),
      "node_modules/package": new asset.FileArchive("package"),
      "image.bin": new asset.FileAsset("image.bin"),
    });

  it("contains texts, files and folders under the names in the archive", async () => {
    const files = unzipSync(await pack(archive(), directory));
    assert.deepEqual(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, [...bytes]])),
      {
        "__index.js": [...Buffer.from("exports.handler = 'ü';")],
        "node_modules/package/package.json": [...Buffer.from("{}")],
        "node_modules/package/dist/index.js": [...Buffer.from("exports.a = 1;")],
        "image.bin": [0xff, 0x00],
      },
    );
  });

  it("produces the same bytes for the same content", async () =>
    assert.deepEqual(await pack(archive(), directory), await pack(archive(), directory)));

  it("rejects an unreadable asset, with its name", () =>
    assert.rejects(
      pack(
        new asset.AssetArchive({
          "far.zip": new asset.RemoteArchive("https://example.com/far.zip"),
        }),
        directory,
      ),
      {
        message:
          "The archive holds far.zip, which is neither text nor a file: local/services/lambda/archive.ts cannot pack it.",
      },
    ));
});
