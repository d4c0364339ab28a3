import { unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runOptions } from "../../../components/parts/flink/package";
import { pack } from "../../../operations/flink/pack";

const folder = path.join(__dirname, "../../../flink");

describe("The package of the engine flink", () => {
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), "flink-"));
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  it("holds the program, its SQL and the connectors where the application looks for them", () => {
    const jar = path.join(scratch, "any.jar");
    writeFileSync(jar, "connectors");
    const files = unzipSync(pack(folder, jar));
    assert.deepEqual(Object.keys(files).sort(), ["averages.sql", "lib/connectors.jar", "main.py"]);
    assert.ok(files[runOptions.python] && files[runOptions.jarfile]);
    const textOf = (name: string): string => Buffer.from(files[name] ?? []).toString();
    assert.equal(textOf(runOptions.jarfile), "connectors");
    for (const name of ["main.py", "averages.sql"])
      assert.equal(textOf(name), readFileSync(path.join(folder, name), "utf8"));
  });

  it("is the same for the same content, whenever it is built", () => {
    const jar = path.join(scratch, "dated.jar");
    writeFileSync(jar, "connectors");
    const first = pack(folder, jar);
    utimesSync(jar, 0, 0);
    assert.deepEqual(pack(folder, jar), first);
    writeFileSync(jar, "other connectors");
    assert.notDeepEqual(pack(folder, jar), first);
  });
});
