import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

const directory = path.join(__dirname, "..");
const { scripts } = JSON.parse(fs.readFileSync(path.join(directory, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Commands of this project that read their arguments, by the name of their script. */
const commands = Object.entries(scripts).filter(([, command]) =>
  // Of a chain, such as `docs`, no part gets the arguments but the last, which is a script of its own.
  [...command.matchAll(/\S+\.(?:ts|mjs)\b/g)].some(
    ([file]) =>
      /^\S*node\b|^c8 node\b/.test(command) &&
      !command.includes("&&") &&
      fs
        .readFileSync(path.join(directory, file), "utf8")
        .match(/process\.argv\.slice\(2\)|parseArgs\(/),
  ),
);

describe("npm scripts", function () {
  this.timeout(120_000);
  const texts = new Map<string, Promise<string>>();
  // Side by side, since each loads its own sources.
  before(() => {
    for (const [name, command] of commands) texts.set(name, help(command));
  });

  /** What a command prints for `--help`, without the output of others; rejects if it does not exit with 0. */
  function help(command: string): Promise<string> {
    const words = command.replace(/^c8 /, "").split(" ").slice(1);
    return new Promise((resolve, reject) =>
      execFile(process.execPath, [...words, "--help"], { cwd: directory }, (error, out, err) =>
        error ? reject(new Error(out + err)) : resolve(out + err),
      ),
    );
  }

  it("that take arguments are known", () =>
    assert.deepEqual(commands.map(([name]) => name).sort(), [
      ...["bench", "build:flink", "cost", "device-token", "docs:recording", "grafana", "inspect"],
      ...["mutate", "policy", "redrive", "start", "test", "test:quick", "verify"],
    ]));

  for (const [name] of commands)
    it(`${name} answers --help in lines of 80 characters`, async () => {
      const text = (await texts.get(name)) ?? "";
      const [first = ""] = text.split("\n");
      const called =
        name === "start" ? "npm start" : /^test/.test(name) ? "npm test" : `npm run ${name}`;
      assert.ok(first.startsWith(`Usage: ${called} -- `), first);
      assert.match(text, /^ {2}--help +(shows )?this text$/m);
      assert.deepEqual(
        text.split("\n").filter((line) => line.length > 80),
        [],
      );
    });
});
