import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as yaml from "yaml";
import { pulumi } from "./cli";
import { type Outcome, readOutcome } from "./outcome";

/** A stack of the project in a folder of its own: own state, own environment, the stand-in in place of aws. */
export interface Overlay {
  run(...args: string[]): Promise<Outcome>;
  /** Puts other settings in place of the stack's, by key with namespace. */
  configure(config: object): void;
  /** From now on a file of the program, by its path in the project, is what `edit` makes of the project's. */
  edit(file: string, edit: (text: string) => string): void;
  /** A file of its own, by its absolute path. */
  write(name: string, content: object): string;
  /** The stack's resources, as the state has them now. */
  resources(): Resource[];
  /** Files of the state, its history and its backups included, that hold this text. */
  stateFilesWith(text: string): string[];
  remove(): void;
}

interface Checkpoint {
  checkpoint: { latest: { resources?: Resource[] } };
}

/** A resource in the state. */
export interface Resource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

const project = path.join(__dirname, "../..");
const stack = "test";

/**
 * Lays a folder outside the project over it: everything is linked but the project's settings, to which the stand-in is added.
 * `program` may be another than index.ts, by its path in the project.
 */
export function createOverlay(config: object, program = "index.ts"): Overlay {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "engine-"));
  const state = path.join(folder, "state");
  fs.mkdirSync(state);
  const write = (name: string, content: object): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(
      file,
      name.endsWith(".json") ? JSON.stringify(content) : yaml.stringify(content),
    );
    return file;
  };
  const settings = yaml.parse(read("Pulumi.yaml")) as object;
  const aws = { name: "aws", path: path.join(__dirname, "stand-in") };
  write("Pulumi.yaml", { ...settings, plugins: { providers: [aws] } });
  write(`Pulumi.${stack}.yaml`, { config });
  fs.symlinkSync(path.join(project, program), path.join(folder, "index.ts"));
  fs.readdirSync(project)
    .filter((name) => !/^(\..*|coverage|index\.ts|Pulumi\..*)$/.test(name))
    .forEach((name) => fs.symlinkSync(path.join(project, name), path.join(folder, name)));
  const home = path.join(folder, "home");
  linkTools(home);

  return {
    async run(...args) {
      const where = { cwd: folder, env: environment(home, state), timeoutMs: 300_000 };
      return readOutcome(await pulumi([...args, "--stack", stack], where));
    },
    configure(config) {
      const file = `Pulumi.${stack}.yaml`;
      const before = yaml.parse(fs.readFileSync(path.join(folder, file), "utf8")) as object;
      write(file, { ...before, config });
    },
    edit(file, edit) {
      // Node resolves a link to the project's own file, and imports from there: all that deploys is copied.
      for (const part of ["index.ts", "config.ts", "components"]) {
        fs.rmSync(path.join(folder, part), { recursive: true });
        fs.cpSync(path.join(project, part), path.join(folder, part), { recursive: true });
      }
      fs.writeFileSync(path.join(folder, file), edit(read(file)));
    },
    write,
    resources() {
      const file = path.join(state, ".pulumi/stacks/iot-integrations", `${stack}.json`);
      const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as Checkpoint;
      return checkpoint.latest.resources ?? [];
    },
    stateFilesWith: (text) =>
      (fs.readdirSync(state, { recursive: true }) as string[]).filter((name) => {
        const file = path.join(state, name);
        return fs.statSync(file).isFile() && fs.readFileSync(file, "utf8").includes(text);
      }),
    remove: () => fs.rmSync(folder, { recursive: true }),
  };
}

/** The caller's CLI and plugins, in a home of their own: what the CLI keeps of stacks and accounts stays out of the caller's. */
export function linkTools(home: string): void {
  const callers = process.env.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi");
  fs.mkdirSync(home);
  for (const tools of ["versions", "plugins"])
    if (fs.existsSync(path.join(callers, tools)))
      fs.symlinkSync(path.join(callers, tools), path.join(home, tools));
}

/** Nothing of the caller's but the way to programs: no account, no stack, no token. */
export function environment(home: string, state: string): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    NODE_OPTIONS: `--require=${path.join(__dirname, "preload.js")}`,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(state).href,
    PULUMI_CONFIG_PASSPHRASE: "passphrase",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    // Types are checked once for the whole project, not by every command again.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The state is written once, at the end: after each of 900 resources, the engine would write all of it again.
    // @see https://www.pulumi.com/docs/reference/cli/environment-variables/
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
  };
}

function read(name: string): string {
  return fs.readFileSync(path.join(project, name), "utf8");
}
