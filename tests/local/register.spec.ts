import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const register = path.join(__dirname, "../../local/register.js");

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

  /** Runs the program, and returns what it printed. */
  function run(): string {
    const args = ["-r", register, path.join(folder, "main.ts")];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
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
});
