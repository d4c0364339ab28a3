import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as yaml from "yaml";
import { pulumi } from "./cli";
import { type Outcome, readOutcome } from "./outcome";

/** A stack of the project in a folder of its own: own state, own environment, the stand-in in place of aws. */
export interface Overlay {
  /** The stack's resources, as the state has them now. */
  resources(): Resource[];
  /** Files of the state, its history and its backups included, that hold this text. */
  stateFilesWith(text: string): string[];
  run(...args: string[]): Promise<Outcome>;
  remove(): void;
}

interface Checkpoint {
  checkpoint: { latest: { resources: Resource[] } };
}

/** A resource in the state. */
export interface Resource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

const project = path.join(__dirname, "../..");
const stack = "test";

/**
 * Lays a folder outside the project over it: everything is linked but the project's settings, to which the stand-in is
 * added, and the program, if another is given. `config` is the stack's, by key with namespace.
 */
export function createOverlay(config: Record<string, unknown>, program = "index.ts"): Overlay {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-"));
  const write = (name: string, content: object): void =>
    fs.writeFileSync(path.join(folder, name), yaml.stringify(content));
  const link = (from: string, to: string): void =>
    fs.symlinkSync(path.join(project, from), path.join(folder, to));

  const settings = yaml.parse(read("Pulumi.yaml")) as object;
  const aws = { name: "aws", path: path.join(__dirname, "stand-in") };
  write("Pulumi.yaml", { ...settings, plugins: { providers: [aws] } });
  write(`Pulumi.${stack}.yaml`, { config });
  link(program, "index.ts");
  fs.readdirSync(project)
    .filter((name) => !/^(\..*|coverage|index\.ts|Pulumi\..*)$/.test(name))
    .forEach((name) => link(name, name));
  const state = path.join(folder, "state");
  fs.mkdirSync(state);

  return {
    resources() {
      const file = path.join(state, ".pulumi/stacks/iot-integrations", `${stack}.json`);
      const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as Checkpoint;
      return checkpoint.latest.resources;
    },
    stateFilesWith: (text) =>
      (fs.readdirSync(state, { recursive: true }) as string[]).filter((name) => {
        const file = path.join(state, name);
        return fs.statSync(file).isFile() && fs.readFileSync(file, "utf8").includes(text);
      }),
    async run(...args) {
      const where = { cwd: folder, env: environment(state), timeoutMs: 120_000 };
      return readOutcome(await pulumi([...args, "--stack", stack], where));
    },
    remove: () => fs.rmSync(folder, { recursive: true }),
  };
}

/** Nothing of the caller's but the way to programs and to the CLI's own folder: no account, no stack, no token. */
function environment(state: string): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, PULUMI_HOME } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    PULUMI_HOME,
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "passphrase",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    // Types are checked once for the whole project, not by every command again.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function read(name: string): string {
  return fs.readFileSync(path.join(project, name), "utf8");
}
