import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "yaml";
import { pulumi } from "./cli";
import { type Outcome, readOutcome } from "./outcome";
import { environment, linkTools } from "./overlay";

/** Another Pulumi project, which shares only packages with this one. */
export interface Foreign {
  run(...args: string[]): Promise<Outcome>;
  remove(): void;
}

const project = path.join(__dirname, "../..");

/** The pack as another project names it. */
export const pack = path.join(project, "policies");

/** A project in a folder of its own whose program is this text, with the stand-in in place of aws. */
export function createForeign(program: string): Foreign {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "foreign-"));
  const [state, home] = ["state", "home"].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  fs.mkdirSync(state);
  linkTools(home);
  fs.symlinkSync(path.join(project, "node_modules"), path.join(folder, "node_modules"));
  const aws = { name: "aws", path: path.join(__dirname, "stand-in") };
  write(
    "Pulumi.yaml",
    yaml.stringify({ name: "shop", runtime: "nodejs", plugins: { providers: [aws] } }),
  );
  write("Pulumi.test.yaml", yaml.stringify({ config: { "aws:region": "eu-central-1" } }));
  write("package.json", JSON.stringify({ name: "shop", version: "1.0.0", main: "index.ts" }));
  write("index.ts", program);
  return {
    async run(...args) {
      const where = { cwd: folder, env: environment(home, state), timeoutMs: 300_000 };
      return readOutcome(await pulumi([...args, "--stack", "test"], where));
    },
    remove: () => fs.rmSync(folder, { recursive: true }),
  };
}
