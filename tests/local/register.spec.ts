import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const local = path.join(__dirname, "../../local");
const register = path.join(local, "register.js");

describe("Loading TypeScript", function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "register-")));
    fs.writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { module: "commonjs", sourceMap: true, target: "ES2020" },
      }),
    );
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const write = (text: string): void => fs.writeFileSync(path.join(folder, "main.ts"), text);

  /** Runs the program of a folder, and returns what it printed. */
  function run(cwd = folder): string {
    const args = ["-r", register, path.join(cwd, "main.ts")];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
    return stdout + stderr;
  }

  const kept = (): string[] => {
    const transpiled = path.join(folder, ".local/transpiled");
    return fs.readdirSync(transpiled).map((name) => path.join(transpiled, name));
  };

  it("transpiles a file again only if it has changed", () => {
    write("const text: string = `one`;\nconsole.log(text);\n");
    assert.equal(run(), "one\n");
    const [file = "", ...others] = kept();
    assert.deepEqual(others, []);
    // What is kept runs, without the file being read by TypeScript.
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("`one`", "`kept`"));
    assert.equal(run(), "kept\n");
    write("const text: string = `two`;\nconsole.log(text);\n");
    assert.equal(run(), "two\n");
    assert.deepEqual(kept(), [file]);
  });

  it("reports errors with the lines of the source, also from what it has kept", () => {
    write(
      "interface Left {\n  out: string;\n}\nconst text: string = `here`;\n\nthrow new Error(text);\n",
    );
    for (const output of [run(), run()]) assert.match(output, /Error: here\n    at .*main\.ts:6:7/);
    assert.equal(kept().length, 1);
  });

  it("shares what it has kept with a folder of links to the same files", () => {
    write("console.log(`shared`);\n");
    assert.equal(run(), "shared\n");
    const linked = fs.mkdtempSync(path.join(os.tmpdir(), "register-linked-"));
    try {
      for (const name of ["main.ts", "tsconfig.json", ".local"])
        fs.symlinkSync(path.join(folder, name), path.join(linked, name));
      assert.equal(run(linked), "shared\n");
      assert.equal(kept().length, 1);
    } finally {
      fs.rmSync(linked, { recursive: true });
    }
  });

  it("leaves types unchecked where Pulumi's hosts would check them at every start", () => {
    const tsNode = JSON.stringify(require.resolve("ts-node"));
    fs.writeFileSync(path.join(folder, "typed.ts"), "export const text: number = `unchecked`;\n");
    fs.writeFileSync(
      path.join(folder, "host.js"),
      `const Module = require("node:module");
      const tsNode = Module.createRequire(${tsNode})("ts-node");
      tsNode.register({ typeCheck: true });
      console.log(require("./typed.ts").text);`,
    );
    const args = ["-r", path.join(local, "keeping-output.js"), path.join(folder, "host.js")];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.equal(stdout + stderr, "unchecked\n");
  });
});
